/** A brush in motion: what the page and its engine say to each other when nothing but one range has changed. */

/**
 * The range to which a view's brush has moved, if that is all that differs between two states.
 * @param {import('./state.js').State | null} before
 * @param {import('./state.js').State} after
 * @param {string} id
 */
export function rangeMoved(before, after, id) {
  const to = after.selections[id]?.between;
  if (!to || !before?.selections[id]?.between || before.orders !== after.orders || before.searches !== after.searches) return null;
  const ids = Object.keys(after.selections);
  const isSame = (other) => other === id || after.selections[other] === before.selections[other];
  return ids.length === Object.keys(before.selections).length && ids.every(isSame) ? to : null;
}

/**
 * What the engine's `glide` gave: an update, and the points that it names.
 * @param {{views: Array<{id: string}>}} plan
 * @param {{numbers: Float64Array, texts: string, others: object}} given the words of metrics are a line each
 */
export function glided(plan, { numbers, texts, others }) {
  const words = texts.split('\n');
  const update = { ...others };
  let at = numbers.at(-1);
  const next = () => numbers[at++];
  const sizes = (count) => Array.from(numbers.subarray(at, (at += count)));
  while (at < numbers.length - 1) {
    const { id } = plan.views[next()];
    const shows = next();
    if (shows === 0) {
      const [axis, start, picked] = [next() ? 'y' : 'x', next(), next() === 1];
      const lengths = sizes(next());
      update[id] = { points: { axis, at: start, lengths, picked, selected: next() ? sizes(lengths.length) : undefined } };
    } else if (shows === 1) {
      update[id] = { selected: { at: next(), lengths: sizes(next()) } };
    } else {
      const value = next();
      update[id] = { value: { text: words.shift(), value: Number.isNaN(value) ? null : value } };
    }
  }
  return { update, points: numbers };
}
