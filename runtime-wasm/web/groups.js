/**
 * The groups along an axis, by number, so that a brush can snap to them.
 *
 * `at(c)` is the group at an axis coordinate (milliseconds for dates), `mid(i)` where its mark stands, `left(i)` and `right(i)`
 * where it ends for the eye, `first(i)` and `last(i)` the lowest and highest value in it, `index(value)` the group of a value.
 * @typedef {{at(c: number): number, mid(i: number): number, left(i: number): number, right(i: number): number,
 *   first(i: number): unknown, last(i: number): unknown, index(value: unknown): number, extent?: [number, number]}} Groups
 */

const DAY = 864e5;
const even = (size, origin = 0) => ({ at: (time) => Math.floor((time - origin) / size), start: (i) => i * size + origin });
const months = (count) => ({
  at: (time) => Math.floor((new Date(time).getUTCFullYear() * 12 + new Date(time).getUTCMonth()) / count),
  start: (i) => Date.UTC(Math.floor((i * count) / 12), (((i * count) % 12) + 12) % 12),
});
// 1970-01-05 was a Monday.
const calendar = { year: months(12), quarter: months(3), month: months(1), week: even(7 * DAY, 4 * DAY), day: even(DAY), hour: even(36e5), minute: even(6e4), second: even(1e3) };

/**
 * @param {{grain?: unknown}} key what the view's selection is made of
 * @param {string | object} kind the column's kind
 * @param {object} axis plotly's axis
 * @returns {Groups}
 */
export function groupsOf(key, kind, axis) {
  const { time, bin } = key.grain ?? {};
  if (bin) return binGroups(bin, kind);
  if (kind === 'date' || kind === 'timestamp') return timeGroups(time ?? finest(kind, axis), kind);
  return axis.type === 'log' ? logGroups() : stepGroups(axis, kind);
}

function finest(kind, axis) {
  const [low, high] = axis.range.map((end) => axis.r2c(end));
  return ['second', 'minute', 'hour'].find((name) => kind === 'timestamp' && (high - low) / calendar[name].start(1) < 1000) ?? 'day';
}

function timeGroups(name, kind) {
  const { at, start } = calendar[name];
  const iso = (time) => new Date(time).toISOString();
  const [first, last] = kind === 'date'
    ? [(i) => iso(start(i)).slice(0, 10), (i) => iso(start(i + 1) - DAY).slice(0, 10)]
    : [(i) => iso(start(i)).slice(0, 19), (i) => `${iso(start(i + 1) - 1000).slice(0, 19)}.999999`];
  return {
    at, first, last, mid: start,
    left: (i) => (start(i - 1) + start(i)) / 2,
    right: (i) => (start(i) + start(i + 1)) / 2,
    index: (value) => at(Date.parse(value.length > 10 ? `${value}Z` : value)),
  };
}

function binGroups({ start, width, count }, kind) {
  const edge = (i) => start + i * width;
  const within = (i) => Math.max(0, Math.min(count - 1, i));
  const at = (value) => within(Math.floor((value - start) / width));
  return {
    at, mid: (i) => edge(i) + width / 2, left: edge, right: (i) => edge(i + 1), first: edge, extent: [0, count - 1],
    // Only the last bin holds its right edge.
    last: (i) => (i === count - 1 ? edge(count) : below(edge(i + 1), kind)),
    index: at,
  };
}

/** The highest value of a kind that is less than this one. */
function below(edge, kind) {
  const scale = kind === 'integer' ? 0 : kind?.decimal?.scale;
  if (scale !== undefined) return (Math.ceil(Number((edge * 10 ** scale).toPrecision(15))) - 1) / 10 ** scale;
  const bits = new DataView(new ArrayBuffer(8));
  if (edge === 0) return -Number.MIN_VALUE;
  bits.setFloat64(0, edge);
  bits.setBigInt64(0, bits.getBigInt64(0) + (edge > 0 ? -1n : 1n));
  return bits.getFloat64(0);
}

/** On a continuous axis the ends stop at round numbers, about 250 of them. */
function stepGroups(axis, kind) {
  const raw = Math.abs(axis.range[1] - axis.range[0]) / 250;
  const power = 10 ** Math.floor(Math.log10(raw));
  const size = [1, 2, 5, 10].map((part) => part * power).find((step) => step >= raw);
  const step = kind === 'integer' ? Math.max(1, size) : size;
  return pointGroups((c) => c / step, (i) => Number((i * step).toPrecision(12)));
}

function logGroups() {
  return pointGroups((c) => Math.log10(c) * 100, (i) => Number((10 ** (i / 100)).toPrecision(3)));
}

function pointGroups(position, value) {
  const index = (c) => Math.round(position(c));
  return { at: (c) => Math.floor(position(c)), mid: value, left: value, right: value, first: value, last: value, index };
}
