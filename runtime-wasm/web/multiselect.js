/** Fields that open a list: one value out of many, or any number of them. */
import { attachPanel, element, icon } from './dom.js';
import { Options } from './options.js';
import { t } from './texts.js';

/** The browser's own list holds so many options well. */
const FEW = 30;

/** A field, and the panel with a list that it opens. */
function fieldWith(input, how, foot) {
  const text = element('span', { class: 'text', id: `text-${input.plan.id}` });
  const field = element('button', { type: 'button', class: 'field', 'aria-labelledby': `${input.labelId} ${text.id}` }, text, icon('down'));
  const panel = element('div', { class: 'panel', role: 'dialog', 'aria-labelledby': input.labelId });
  const options = new Options(input, { ...how, take: (value) => how.take(value, panel) });
  panel.append(...options.parts, ...foot(options));
  input.append(field, panel);
  attachPanel(field, panel, () => options.open());
  panel.addEventListener('keydown', (event) => !event.target.closest('.panel-foot') && options.key(event));
  return { text, panel, options };
}

/** @param {import('./inputs.js').InputView} input */
export function multiselect(input) {
  const { text, panel, options } = fieldWith(input, { several: true, take }, foot);

  function foot(list) {
    const small = (label, onclick) => element('button', { type: 'button', class: 'button small', onclick }, label);
    return [element('div', { class: 'panel-foot' }, small(t('Select all'), () => input.choose([...new Set([...input.chosen(), ...list.found])])), small(t('Clear'), () => input.choose([])))];
  }

  function take(value) {
    const others = input.chosen().filter((other) => other !== value);
    input.choose(others.length < input.chosen().length ? others : [...others, value]);
  }

  function summary() {
    const names = input.chosen().map(input.write, input);
    return names.length === 0 ? (input.input.placeholder ?? t('All')) : names.length < 3 ? names.join(', ') : t('{count} selected', { count: names.length });
  }

  return {
    follow() {
      text.textContent = summary();
      if (panel.matches(':popover-open')) options.fill();
    },
    offer: (values, counts) => options.offer(values, counts),
  };
}

/** One value: the browser's own list where there are few, else one that is searched. */
export function dropdown(input) {
  return input.input.values.length > FEW ? combobox(input) : select(input);
}

function combobox(input) {
  const none = input.input.placeholder ?? t('All');
  const { text, panel, options } = fieldWith(input, { several: false, take, first: none }, () => []);

  function take(value, opened) {
    input.choose(value === undefined ? [] : [value]);
    opened.hidePopover();
  }

  return {
    follow() {
      const names = input.chosen().map(input.write, input);
      text.textContent = names.length ? names.join(', ') : none;
      if (panel.matches(':popover-open')) options.fill();
    },
    offer: (values, counts) => options.offer(values, counts),
  };
}

function select(input) {
  const box = element('select', { 'aria-labelledby': input.labelId, onchange: () => input.choose(box.value === '' ? [] : [JSON.parse(box.value)]) });
  input.append(element('div', { class: 'select' }, box, icon('down')));
  let offered = input.input.values;
  const fill = () => {
    const chosen = input.chosen();
    const missing = chosen.filter((value) => !offered.includes(value));
    const several = chosen.length > 1 ? [[JSON.stringify(chosen), t('{count} selected', { count: chosen.length })]] : [];
    const headed = input.headed([...offered, ...missing]).map(([heading, below]) => [heading, below.map((value) => [JSON.stringify(value), input.write(value)])]);
    setOptions(box, [[undefined, [['', input.input.placeholder ?? t('All')], ...several]], ...headed]);
    box.value = chosen.length > 1 ? several[0][0] : chosen.length ? JSON.stringify(chosen[0]) : '';
  };
  return { follow: fill, offer: (values) => (offered = values) };
}

/** Replaces the options below their headings only if they differ: an open list would close. */
function setOptions(box, headed) {
  const key = JSON.stringify(headed);
  if (box.dataset.options === key) return;
  box.dataset.options = key;
  box.replaceChildren();
  for (const [heading, options] of headed) {
    const group = heading === undefined ? box : box.appendChild(element('optgroup', { label: heading }));
    group.append(...options.map(([value, text]) => element('option', { value }, text)));
  }
}
