/** The date range: a field that opens presets and two native date inputs. */
import { attachPanel, element, icon } from './dom.js';

/** @param {import('./inputs.js').InputView} input */
export function dateRange(input) {
  const { min, max, presets = [], column, label } = input.input;
  const [first, last] = [day(min), day(max)];
  const text = element('span', { class: 'text', id: `text-${input.plan.id}` });
  const field = element('button', { type: 'button', class: 'field', 'aria-labelledby': `${input.labelId} ${text.id}` }, icon('calendar'), text, icon('down'));
  const [from, to] = ['From', 'To'].map((name) => element('input', { type: 'date', min: first, max: last, 'aria-label': `${label}, ${name.toLowerCase()}`, onchange: take }));
  const dates = element('div', { class: 'dates' }, element('label', {}, 'From', from), element('label', {}, 'To', to));
  const buttons = presets.map(([name, start, end]) => element('button', { type: 'button', class: 'button outlined small', onclick: () => preset(start, end) }, name));
  const clear = element('button', { type: 'button', class: 'button small', onclick: () => input.select(null) }, 'Clear');
  const panel = element('div', { class: 'panel', role: 'dialog', 'aria-labelledby': input.labelId });
  if (buttons.length) panel.append(element('div', { class: 'presets' }, ...buttons));
  panel.append(dates, element('div', { class: 'panel-foot' }, element('span'), clear));
  input.append(field, panel);
  attachPanel(field, panel);

  /** The date inputs name whole days; moments reach from the first to the last microsecond. */
  function range(start, end) {
    const whole = column === 'timestamp' ? [start && `${start}T00:00:00`, end && `${end}T23:59:59.999999`] : [start, end];
    return start || end ? { between: whole.map((value) => value || null) } : null;
  }

  function take() {
    const crossed = Boolean(from.value && to.value && from.value > to.value);
    for (const box of [from, to]) box.toggleAttribute('aria-invalid', crossed);
    if (!crossed) input.select(range(from.value === first ? '' : from.value, to.value === last ? '' : to.value));
  }

  function preset(start, end) {
    input.select(range(day(start), day(end)));
  }

  function summary(start, end) {
    if (!start && !end) return 'All dates';
    return `${input.write(start ?? first)} – ${input.write(end ?? last)}`;
  }

  return {
    follow() {
      const [start, end] = (input.selection?.between ?? [null, null]).map(day);
      text.textContent = summary(start, end);
      if (document.activeElement !== from) from.value = start ?? first ?? '';
      if (document.activeElement !== to) to.value = end ?? last ?? '';
      for (const box of [from, to]) box.removeAttribute('aria-invalid');
      presets.forEach((entry, i) => buttons[i].setAttribute('aria-pressed', String(day(entry[1]) === start && day(entry[2]) === end)));
    },
  };
}

function day(value) {
  return typeof value === 'string' ? value.slice(0, 10) : null;
}
