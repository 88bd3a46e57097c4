/** Choices in sight: radio buttons, segments, check boxes and a switch. */
import { element } from './dom.js';
import { formatNumber } from './format.js';
import { t } from './texts.js';

function choices(input, type, className) {
  const list = element('div', { class: className });
  input.querySelector('.room')?.remove();
  input.append(list);
  let [offered, counts] = [input.input.values, []];
  let options = [];
  const headings = input.headings();

  function option(value, name) {
    const box = element('input', { type, name: `choice-${input.plan.id}`, value: value === undefined ? '' : JSON.stringify(value), onchange: () => take(value, box.checked) });
    return element('label', {}, box, element('span', { class: 'name' }, name), element('span', { class: 'number' }));
  }

  function take(value, on) {
    const others = input.chosen().filter((other) => other !== value);
    if (type === 'radio') input.choose(value === undefined ? [] : [value]);
    else input.choose(on ? [...others, value] : others);
  }

  /** The heading over a value, if the one before has another. */
  function heading(before, value) {
    const own = headings.get(value);
    return own === undefined || own === headings.get(before) ? [] : [element('p', { class: 'heading' }, own)];
  }

  /** All values stay where they are; those that the other filters leave nothing of are dimmed. */
  function fill() {
    const { values, placeholder } = input.input;
    const none = type === 'radio' ? [[undefined, placeholder ?? t('All')]] : [];
    const all = [...none, ...values.map((value) => [value, input.write(value)])];
    if (!options.length) {
      options = all.map(([value, name]) => option(value, name));
      list.replaceChildren(...options.flatMap((made, i) => [...heading(all[i - 1]?.[0], all[i][0]), made]));
    }
    const chosen = input.chosen();
    const places = new Map(offered.map((value, i) => [value, i]));
    all.forEach(([value], i) => {
      const label = options[i];
      const count = value === undefined || !counts.length ? null : (counts[places.get(value)] ?? 0);
      label.querySelector('input').checked = value === undefined ? !chosen.length : chosen.includes(value);
      label.classList.toggle('none', count === 0);
      label.querySelector('.number').textContent = count === null ? '' : formatNumber(count, ',');
    });
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
