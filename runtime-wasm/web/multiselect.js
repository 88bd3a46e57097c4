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

  function choice(value) {
    const box = element('input', { type: 'checkbox', value: JSON.stringify(value) });
    return element('label', {}, box, element('span', { class: 'name' }, input.write(value)), element('span', { class: 'number' }));
  }

  /** Choices that stay keep their elements, so that a click or the focus on one survives an answer. */
  function fill() {
    if (!panel.matches(':popover-open')) return;
    const chosen = new Set(input.chosen());
    const values = found();
    const most = values.slice(0, MOST);
    const old = new Map([...list.querySelectorAll('input')].map((box) => [box.value, box.parentNode]));
    const labels = most.map((value) => old.get(JSON.stringify(value)) ?? choice(value));
    const notes = [];
    if (!values.length) notes.push(element('p', {}, 'Nothing found'));
    if (values.length > MOST) notes.push(element('p', {}, `${values.length - MOST} more: search to find them`));
    const stays = labels.length === list.children.length && labels.every((label, i) => label === list.children[i]);
    if (!stays || notes.length) {
      const focused = list.contains(document.activeElement) ? document.activeElement : null;
      list.replaceChildren(...labels, ...notes);
      if (focused?.isConnected) focused.focus();
    }
    most.forEach((value, i) => update(labels[i], value, chosen.has(value)));
  }

  function update(label, value, checked) {
    const count = counts[offered.indexOf(value)] ?? (counts.length ? 0 : null);
    label.classList.toggle('none', count === 0);
    label.querySelector('input').checked = checked;
    label.querySelector('.number').textContent = count === null ? '' : count.toLocaleString('en');
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
