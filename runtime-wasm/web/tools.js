/** The buttons in a card's head: the numbers of what is drawn as a table, and the whole screen. */
import { element } from './dom.js';

/** Sets up the buttons of a view, which has `fillTable()`. */
export function setupTools(view) {
  const [table, expand] = ['table', 'expand'].map((name) => view.querySelector(`[data-tool="${name}"]`));
  table?.addEventListener('click', () => toggleTable(view, table));
  if (!document.fullscreenEnabled) expand?.remove();
  expand?.addEventListener('click', () => (document.fullscreenElement ? document.exitFullscreen() : view.requestFullscreen()));
}

function toggleTable(view, button) {
  const on = view.classList.toggle('as-table');
  button.setAttribute('aria-pressed', String(on));
  view.querySelector('.data').tabIndex = on ? 0 : -1;
  if (on) view.fillTable();
}

/** Writes a table behind what a view draws. @param {{columns: Array<{label: string, number: boolean}>, rows: Array<{cells: string[]}>}} table */
export function fillData(view, { columns, rows }) {
  const cells = (tag, list, more) => list.map((text, i) => element(tag, { class: columns[i].number ? 'num' : null, ...more }, text));
  const head = element('thead', {}, element('tr', {}, ...cells('th', columns.map((column) => column.label), { scope: 'col' })));
  const body = element('tbody', {}, ...rows.map((row) => element('tr', {}, ...cells('td', row.cells))));
  const caption = element('caption', { class: 'visually-hidden' }, view.querySelector('h3')?.textContent ?? view.plan.id);
  view.querySelector('.data').replaceChildren(element('table', { class: 'rows' }, caption, head, body));
}
