/** The ranges of days and of minutes: a field that opens presets and two native inputs. */
import { day, minute, mistakeOf } from './boxes.js';
import { attachPanel, element, icon } from './dom.js';
import { t } from './texts.js';

/** @param {import('./inputs.js').InputView} input */
export function dateRange(input) {
  return rangeField(input, 'date', day, days);
}

/** @param {import('./inputs.js').InputView} input */
export function datetimeRange(input) {
  return rangeField(input, 'datetime-local', minute, minutes);
}

/** The two inputs and what they say: `part` is what an input takes of a value, `ends` what a choice of two parts selects. */
function rangeField(input, type, part, ends) {
  const { min, max, presets = [], label } = input.input;
  const [first, last] = [part(min), part(max, true)];
  const text = element('span', { class: 'text', id: `text-${input.plan.id}` });
  const field = element('button', { type: 'button', class: 'field', 'aria-labelledby': `${input.labelId} ${text.id}` }, icon('calendar'), text, icon('down'));
  const names = [t('From'), t('To')];
  const [from, to] = names.map((name) => element('input', { type, min: first, max: last, 'aria-label': `${label}, ${name.toLowerCase()}`, onchange: take }));
  const { mistake, say } = mistakeOf(input, [from, to]);
  const dates = element('div', { class: `dates ${type}` }, element('label', {}, names[0], from), element('label', {}, names[1], to));
  const buttons = presets.map(([name, start, end]) => element('button', { type: 'button', class: 'button outlined small', onclick: () => preset(start, end) }, name));
  const clear = element('button', { type: 'button', class: 'button small', onclick: () => input.select(null) }, t('Clear'));
  const panel = element('div', { class: 'panel', role: 'dialog', 'aria-labelledby': input.labelId });
  if (buttons.length) panel.append(element('div', { class: 'presets' }, ...buttons));
  panel.append(dates, mistake, element('div', { class: 'panel-foot' }, element('span'), clear));
  input.append(field, panel);
  attachPanel(field, panel);

  function take() {
    const wrong = [from, to].some((box) => !box.validity.valid) ? wrongIn() : from.value && to.value && from.value > to.value ? t('The range ends before it begins') : '';
    say(wrong);
    if (!wrong) choose(from.value === first ? '' : from.value, to.value === last ? '' : to.value);
  }

  function wrongIn() {
    return [from, to].some((box) => box.validity.badInput) ? t('Not a day of the calendar') : t('From {low} to {high}', { low: input.write(min), high: input.write(max) });
  }

  function choose(start, end) {
    const chosen = ends(start, end, input.input.column).map((value) => value || null);
    input.select(start || end ? { between: chosen } : null);
  }

  function preset(start, end) {
    choose(part(start), part(end, true));
  }

  function summary(start, end) {
    if (!start && !end) return t('All dates');
    return `${input.write(start ?? first)} – ${input.write(end ?? last)}`;
  }

  return {
    follow() {
      const [low, high] = input.selection?.between ?? [null, null];
      const [start, end] = [part(low), part(high, true)];
      text.textContent = summary(start, end);
      if (document.activeElement !== from) from.value = start ?? first ?? '';
      if (document.activeElement !== to) to.value = end ?? last ?? '';
      say('');
      presets.forEach((entry, i) => buttons[i].setAttribute('aria-pressed', String(part(entry[1]) === start && part(entry[2], true) === end)));
    },
  };
}

/** Whole days; of moments they reach from the first to the last microsecond. */
function days(start, end, column) {
  return column === 'timestamp' ? [start && `${start}T00:00:00`, end && `${end}T23:59:59.999999`] : [start, end];
}

/** Whole minutes. */
function minutes(start, end) {
  return [start && `${start}:00`, end && `${end}:59.999999`];
}
