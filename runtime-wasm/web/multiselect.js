/** The multiselect: a field that opens a list of checkboxes with a search. */
import { attachPanel, element, icon } from './dom.js';

/** More choices than this are reached by searching. */
const MOST = 200;

/** @param {import('./inputs.js').InputView} input */
export function multiselect(input) {
  const text = element('span', { class: 'text', id: `text-${input.plan.id}` });
  const field = element('button', { type: 'button', class: 'field', 'aria-labelledby': `${input.labelId} ${text.id}` }, text, icon('down'));
  const search = element('input', { class: 'search', type: 'search', placeholder: 'Search', 'aria-label': `Search ${input.input.label}`, autocomplete: 'off', oninput: () => fill() });
  const list = element('div', { class: 'choices', role: 'group', 'aria-labelledby': input.labelId });
  const panel = element('div', { class: 'panel', role: 'dialog', 'aria-labelledby': input.labelId }, search, list, foot());
  input.append(field, panel);

  let offered = input.input.values;
  let counts = [];

  attachPanel(field, panel, () => {
    search.value = '';
    fill();
    (offered.length > 8 ? search : list.querySelector('input') ?? search).focus();
  });
  search.hidden = offered.length <= 8;
  panel.addEventListener('keydown', walk);
  list.addEventListener('change', ({ target }) => toggle(JSON.parse(target.value), target.checked));

  function foot() {
    const small = (label, onclick) => element('button', { type: 'button', class: 'button small', onclick }, label);
    return element('div', { class: 'panel-foot' }, small('Select all', () => input.choose([...new Set([...input.chosen(), ...found()])])), small('Clear', () => input.choose([])));
  }

  function toggle(value, on) {
    const others = input.chosen().filter((other) => other !== value);
    input.choose(on ? [...others, value] : others);
  }

  /** What is offered or chosen, and fits the search. */
  function found() {
    const words = search.value.trim().toLowerCase();
    const missing = input.chosen().filter((value) => !offered.includes(value));
    return [...offered, ...missing].filter((value) => input.write(value).toLowerCase().includes(words));
  }

  function choice(value, chosen) {
    const count = counts[offered.indexOf(value)] ?? (counts.length ? 0 : null);
    const box = element('input', { type: 'checkbox', value: JSON.stringify(value) });
    box.checked = chosen.has(value);
    const parts = [box, element('span', { class: 'name' }, input.write(value))];
    if (count !== null) parts.push(element('span', { class: 'number' }, count.toLocaleString('en')));
    return element('label', { class: count === 0 ? 'none' : null }, ...parts);
  }

  function fill() {
    if (!panel.matches(':popover-open')) return;
    const focused = list.contains(document.activeElement) ? document.activeElement.value : null;
    const chosen = new Set(input.chosen());
    const values = found();
    list.replaceChildren(...values.slice(0, MOST).map((value) => choice(value, chosen)));
    if (!values.length) list.append(element('p', {}, 'Nothing found'));
    if (values.length > MOST) list.append(element('p', {}, `${values.length - MOST} more: search to find them`));
    if (focused !== null) [...list.querySelectorAll('input')].find((box) => box.value === focused)?.focus();
  }

  /** Arrow keys walk through the search and the choices. */
  function walk(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    const stops = [...(search.hidden ? [] : [search]), ...list.querySelectorAll('input')];
    const next = stops[stops.indexOf(document.activeElement) + step];
    event.preventDefault();
    next?.focus();
  }

  function summary() {
    const names = input.chosen().map(input.write, input);
    return names.length === 0 ? (input.input.placeholder ?? 'All') : names.length < 3 ? names.join(', ') : `${names.length} selected`;
  }

  return {
    follow() {
      text.textContent = summary();
      fill();
    },
    offer(values, numbers) {
      offered = values;
      counts = numbers;
    },
  };
}
