/** The header's buttons, the chips of what is filtered, and the Escape key. */
import { announce, element, icon } from './dom.js';
import { formatValue } from './format.js';
import { selectKinds, selectLabel, viewOf } from './plan.js';
import { nextTheme, themeChoice } from './theme.js';

/** A chip names this many values; of more it gives the number. */
const NAMED = 3;

/** The switch between light and dark; it needs no plan. */
export function setupTheme() {
  const button = document.getElementById('theme-switch');
  const face = (theme) => {
    button.replaceChildren(icon(theme));
    button.title = `Theme: ${theme}`;
    button.setAttribute('aria-label', button.title);
  };
  face(themeChoice());
  button.addEventListener('click', () => face(nextTheme()));
}

/** The buttons and chips that follow the state. */
export function setupHeader(store) {
  const reset = document.getElementById('reset');
  reset.addEventListener('click', () => store.reset());
  document.getElementById('copy-link').addEventListener('click', (event) => copyLink(event.currentTarget, store));
  addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && !isTaken(event)) store.reset();
  });
  const follow = () => {
    const changed = store.changed();
    reset.hidden = changed.length === 0;
    reset.querySelector('.count').textContent = changed.length;
    reset.setAttribute('aria-label', `Reset ${changed.length} ${changed.length === 1 ? 'filter' : 'filters'}`);
    fillChips(document.getElementById('filters'), store, changed);
  };
  store.watch(follow);
  follow();
}

/** Escape belongs first to what is open or being typed in. */
function isTaken(event) {
  return event.defaultPrevented || document.fullscreenElement || document.querySelector(':popover-open') || event.target.closest?.('select, input:not([type="range"], [type="checkbox"])');
}

function fillChips(bar, store, changed) {
  const focused = bar.contains(document.activeElement);
  bar.replaceChildren(...changed.map((id) => chip(store, id)));
  if (focused) (bar.querySelector('button') ?? document.getElementById('main')).focus({ preventScroll: true });
}

function chip(store, id) {
  const [name, values] = wordsOf(store, id);
  const text = element('span', {}, element('span', { class: 'name' }, `${name} `), element('b', {}, values));
  return element('button', { type: 'button', class: 'chip', 'data-filter': id, 'aria-label': `Remove filter ${name}: ${values}`, onclick: () => store.restore(id) }, text, icon('close'));
}

/** A selection in words: the column's label and what is chosen of it. */
function wordsOf({ plan, state }, id) {
  const view = viewOf(plan, id);
  const kinds = selectKinds(plan, view);
  const selection = state.selections[id];
  const write = (value, i = 0) => formatValue(value, kinds[i], view.shows.input?.format);
  if (!selection) return [selectLabel(plan, view), 'all'];
  if (selection.contains !== undefined) return [selectLabel(plan, view), `“${selection.contains}”`];
  if (selection.between) return [selectLabel(plan, view), range(selection.between, write)];
  const depth = Math.max(...selection.in.map((tuple) => tuple.length)) - 1;
  const names = selection.in.map((tuple) => tuple.map(write).join(' › '));
  return [selectLabel(plan, view, depth), names.length > NAMED ? `${names.length} selected` : names.join(', ')];
}

function range([low, high], write) {
  if (low === null) return `up to ${write(high)}`;
  if (high === null) return `from ${write(low)}`;
  return low === high ? write(low) : `${write(low)} – ${write(high)}`;
}

async function copyLink(button, store) {
  store.write();
  const done = await copy(location.href);
  const said = done ? 'Link copied' : 'Press Ctrl+C in the address bar';
  const label = button.querySelector('.label');
  announce(said);
  label.textContent = done ? 'Copied' : 'Copy by hand';
  button.querySelector('.icon').className = done ? 'icon icon-done' : 'icon icon-link';
  setTimeout(() => {
    label.textContent = 'Copy link';
    button.querySelector('.icon').className = 'icon icon-link';
  }, 1800);
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Pages served over plain http have no clipboard of their own.
    const box = document.body.appendChild(element('textarea', { class: 'visually-hidden' }));
    box.value = text;
    box.select();
    const done = document.execCommand('copy');
    box.remove();
    return done;
  }
}
