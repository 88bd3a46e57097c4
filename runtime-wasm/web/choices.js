/** Choices in sight: radio buttons, segments, check boxes and a switch. */
import { element } from './dom.js';
import { formatNumber } from './format.js';
import { t } from './texts.js';

function choices(input, type, className) {
  const list = element('div', { class: className });
  input.querySelector('.room')?.remove();
  input.append(list);
  let [offered, counts] = [input.input.values, []];
  let options = null;

  function option(value, name) {
    const box = element('input', { type, name: `choice-${input.plan.id}`, value: value === undefined ? '' : JSON.stringify(value), onchange: () => take(value, box.checked) });
    return element('label', {}, box, element('span', { class: 'name' }, name), element('span', { class: 'number' }));
  }

  function take(value, on) {
    const others = input.chosen().filter((other) => other !== value);
    if (type === 'radio') input.choose(value === undefined ? [] : [value]);
    else input.choose(on ? [...others, value] : others);
  }

  /** The options by value, in the list below their headings. */
  function listed() {
    const made = new Map();
    const add = (value, name) => list.append(made.set(value, option(value, name)).get(value));
    if (type === 'radio') add(undefined, input.input.placeholder ?? t('All'));
    for (const [heading, below] of input.headed(input.input.values)) {
      if (heading !== undefined) list.append(element('p', { class: 'heading' }, heading));
      for (const value of below) add(value, input.write(value));
    }
    return made;
  }

  /** All values stay where they are; those that the other filters leave nothing of are dimmed. */
  function fill() {
    options ??= listed();
    const chosen = input.chosen();
    const places = new Map(offered.map((value, i) => [value, i]));
    for (const [value, label] of options) {
      const count = value === undefined || !counts.length ? null : (counts[places.get(value)] ?? 0);
      label.querySelector('input').checked = value === undefined ? !chosen.length : chosen.includes(value);
      label.classList.toggle('none', count === 0);
      label.querySelector('.number').textContent = count === null ? '' : formatNumber(count, ',');
    }
  }

  return { follow: fill, offer: (values, numbers) => ([offered, counts] = [values, numbers]) };
}

export const radio = (input) => choices(input, 'radio', 'choices plain');
export const checklist = (input) => choices(input, 'checkbox', 'choices plain');
export const segmented = (input) => choices(input, 'radio', 'segments');

/** One value, on or off. */
export function toggle(input) {
  const [on, off] = input.input.states;
  const said = element('span', {});
  const button = element('button', { type: 'button', class: 'switch', role: 'switch', 'aria-labelledby': input.labelId, onclick: () => flip() }, element('span', { class: 'knob' }), said);
  input.append(button);
  const isOn = () => input.chosen().includes(on);
  const flip = () => input.choose(isOn() ? (off === null ? [] : [off]) : [on]);
  return {
    follow() {
      button.setAttribute('aria-checked', String(isOn()));
      said.textContent = isOn() ? (typeof on === 'boolean' ? t('On') : input.write(on)) : t('Off');
    },
  };
}
