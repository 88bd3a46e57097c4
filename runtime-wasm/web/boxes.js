/** Boxes that a reader writes in: a text, words to search for, a number, a day. */
import { element } from './dom.js';

/** What is being typed counts after this rest (ms). */
const TYPED = 300;

/** A box that takes effect when the reader rests or leaves it; one stay is one step of the history. */
function box(input, attributes, read) {
  let timer = 0;
  let gesture;
  const made = element('input', { class: 'entry', 'aria-labelledby': input.labelId, autocomplete: 'off', placeholder: input.input.placeholder, ...attributes });
  const take = () => {
    clearTimeout(timer);
    const selection = read(made);
    made.toggleAttribute('aria-invalid', selection === undefined);
    if (selection !== undefined) input.select(selection, gesture);
  };
  made.addEventListener('focus', () => (gesture = {}));
  made.addEventListener('change', take);
  made.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(take, TYPED);
  });
  input.append(made);
  /** Shows what is selected, unless the reader is writing. */
  const follow = (value) => {
    if (document.activeElement === made) return;
    made.value = value ?? '';
    made.removeAttribute('aria-invalid');
  };
  return { made, follow };
}

const first = (input) => input.selection?.in?.[0]?.[0] ?? null;

export function search(input) {
  const { follow } = box(input, { type: 'search', placeholder: input.input.placeholder ?? 'Search' }, ({ value }) => (value.trim() ? { contains: value.trim() } : null));
  return { follow: () => follow(input.selection?.contains) };
}

export function text(input) {
  const { follow } = box(input, { type: 'text' }, ({ value }) => (value ? { in: [[value]] } : null));
  return { follow: () => follow(first(input)) };
}

/** A number between its bounds; empty is none. */
export function number(input) {
  const { min, max, step } = input.input;
  const { made, follow } = box(input, { type: 'number', min, max, step: step ?? 'any', inputmode: 'decimal', placeholder: input.input.placeholder ?? 'Any' }, (from) => {
    if (from.value === '' && !from.validity.badInput) return null;
    return from.validity.valid ? { in: [[from.valueAsNumber]] } : undefined;
  });
  made.title = typeof min === 'number' && typeof max === 'number' ? `${input.write(min)} to ${input.write(max)}` : '';
  return { follow: () => follow(first(input)) };
}

/** A day; empty is none. */
export function date(input) {
  const day = (value) => (typeof value === 'string' ? value.slice(0, 10) : null);
  const { follow } = box(input, { type: 'date', min: day(input.input.min), max: day(input.input.max) }, (from) => {
    if (from.value === '' && !from.validity.badInput) return null;
    return from.validity.valid ? { in: [[from.value]] } : undefined;
  });
  return { follow: () => follow(day(first(input))) };
}
