/** Boxes that a reader writes in: a text, words to search for, a number, a day, a minute. */
import { element } from './dom.js';
import { t } from './texts.js';

/** What is being typed counts after this rest (ms). */
const TYPED = 300;

/** A box that takes effect when the reader rests or leaves it; one stay is one step of the history. */
function box(input, attributes, read) {
  let timer = 0;
  let gesture;
  const { placeholder, rows } = input.input;
  const made = element(rows ? 'textarea' : 'input', { class: 'entry', autocomplete: 'off', placeholder, rows, ...attributes });
  const { mistake, say } = mistakeOf(input, [made]);
  const take = () => {
    clearTimeout(timer);
    const selection = read(made);
    say(selection === undefined ? wrongIn(made, input) : '');
    if (selection !== undefined) input.select(selection, gesture);
  };
  made.addEventListener('focus', () => (gesture = {}));
  made.addEventListener('change', take);
  made.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(take, TYPED);
  });
  input.append(withUnits(made, input), mistake);
  /** Shows what is selected, unless the reader is writing. */
  const follow = (value) => {
    if (document.activeElement === made) return;
    made.value = value ?? '';
    say('');
  };
  return { made, follow };
}

/** The place below an input that says what is wrong in these boxes of it, and `say`, which says it or, empty, takes it back. */
export function mistakeOf(input, boxes) {
  const mistake = element('p', { class: 'mistake', id: `mistake-${input.plan.id}`, role: 'alert' });
  for (const box of boxes) box.setAttribute('aria-describedby', mistake.id);
  const say = (wrong) => {
    mistake.textContent = wrong;
    for (const box of boxes) {
      if (wrong) box.setAttribute('aria-invalid', 'true');
      else box.removeAttribute('aria-invalid');
    }
  };
  return { mistake, say };
}

/** The box between what the author put before and behind it, all of which are its name. */
function withUnits(made, input) {
  const unit = (text, where) => (text ? element('span', { class: 'unit', id: `${where}-${input.plan.id}` }, text) : null);
  const [before, behind] = [unit(input.input.prefix, 'prefix'), unit(input.input.suffix, 'suffix')];
  const units = [before, behind].filter(Boolean);
  made.setAttribute('aria-labelledby', [input.labelId, ...units.map(({ id }) => id)].join(' '));
  return units.length ? element('div', { class: 'units' }, ...[before, made, behind].filter(Boolean)) : made;
}

/** What is wrong with what the reader wrote, in the page's language. */
function wrongIn(made, input) {
  const { min, max, step } = input.input;
  const { rangeUnderflow, rangeOverflow, stepMismatch } = made.validity;
  if (rangeUnderflow) return t('Not below {value}', { value: input.write(min) });
  if (rangeOverflow) return t('Not above {value}', { value: input.write(max) });
  if (stepMismatch) return t('In steps of {value}', { value: input.write(step) });
  return made.type === 'number' ? t('Not a number') : t('Not a day of the calendar');
}

const first = (input) => input.selection?.in?.[0]?.[0] ?? null;

export function search(input) {
  const { follow } = box(input, { type: 'search', placeholder: input.input.placeholder ?? t('Search') }, ({ value }) => (value.trim() ? { contains: value.trim() } : null));
  return { follow: () => follow(input.selection?.contains) };
}

export function text(input) {
  const { follow } = box(input, input.input.rows ? {} : { type: 'text' }, ({ value }) => (value ? { in: [[value]] } : null));
  return { follow: () => follow(first(input)) };
}

/** A number between its bounds; empty is none. */
export function number(input) {
  const { min, max, step } = input.input;
  const { made, follow } = box(input, { type: 'number', min, max, step: step ?? 'any', inputmode: 'decimal', placeholder: input.input.placeholder ?? t('Any') }, (from) => {
    if (from.value === '' && !from.validity.badInput) return null;
    return from.validity.valid ? { in: [[from.valueAsNumber]] } : undefined;
  });
  made.title = typeof min === 'number' && typeof max === 'number' ? `${input.write(min)} – ${input.write(max)}` : '';
  return { follow: () => follow(first(input)) };
}

/** A box of time: `part` is what its native input takes of a value. */
function timeBox(type, part) {
  return (input) => {
    const { follow } = box(input, { type, min: part(input.input.min), max: part(input.input.max) }, (from) => {
      if (from.value === '' && !from.validity.badInput) return null;
      return from.validity.valid ? { in: [[from.value]] } : undefined;
    });
    return { follow: () => follow(part(first(input))) };
  };
}

/** The day of a value. */
export function day(value) {
  return typeof value === 'string' ? value.slice(0, 10) : null;
}

/** The minute of a value; a day begins with its first and ends with its last. */
export function minute(value, isEnd = false) {
  if (typeof value !== 'string') return null;
  return (value.length === 10 ? value + (isEnd ? 'T23:59' : 'T00:00') : value).slice(0, 16);
}

export const date = timeBox('date', day);
export const datetime = timeBox('datetime-local', minute);
