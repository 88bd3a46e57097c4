/** A brush in motion: what the page and its engine say to each other when nothing but one range has changed. */
import { COUNTS } from './glide.js';

/**
 * The range to which a view's brush has moved, or with which it has begun, if that is all that differs between two states.
 * @param {import('./state.js').State | null} before
 * @param {import('./state.js').State} after
 * @param {string} id
 */
export function rangeMoved(before, after, id) {
  const to = after.selections[id]?.between;
  const from = before?.selections[id];
  if (!to || !before || (from && !from.between) || before.orders !== after.orders || before.searches !== after.searches) return null;
  const ids = Object.keys(after.selections);
  const isSame = (other) => other === id || after.selections[other] === before.selections[other];
  return ids.length === Object.keys(before.selections).length + (from ? 0 : 1) && ids.every(isSame) ? to : null;
}

/**
 * What `glide` gave: an update, and the points that it names.
 * @param {{views: Array<{id: string}>}} plan
 * @param {{numbers: Float64Array, texts: string, others: object}} given the words of metrics are a line each
 */
export function glided(plan, { numbers, texts, others }) {
  const words = texts.split('\n');
  const update = { ...others };
  const end = numbers.length - COUNTS;
  let at = numbers[numbers.length - 1];
  let word = 0;
  const sizes = (count) => {
    const lengths = [];
    for (const last = at + count; at < last; at++) lengths.push(numbers[at]);
    return lengths;
  };
  while (at < end) {
    const { id } = plan.views[numbers[at++]];
    const shows = numbers[at++];
    if (shows === 0) {
      const axis = numbers[at++] ? 'y' : 'x';
      const start = numbers[at++];
      const picked = numbers[at++] === 1;
      const lengths = sizes(numbers[at++]);
      update[id] = { points: { axis, at: start, lengths, picked, selected: numbers[at++] ? sizes(lengths.length) : undefined } };
    } else if (shows === 1) {
      const start = numbers[at++];
      update[id] = { selected: { at: start, lengths: sizes(numbers[at++]) } };
    } else {
      const value = numbers[at++];
      update[id] = { value: { text: words[word++], value: Number.isNaN(value) ? null : value } };
    }
  }
  return { update, points: numbers };
}
