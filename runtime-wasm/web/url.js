/**
 * The state as the query part of the page's address: `?region=EMEA,APAC&line-date=2024-01-01..2024-03-31&table-1.sort=-2`.
 *
 * Keys are view ids. Values are percent-encoded one by one and joined by `,`, the parts of a tuple by `/`, the ends of a
 * range by `..` (an open end is empty). `!` is null and `!!` the empty text. `id=` says that a default was cleared.
 * What equals the start state is left out; what the plan does not know is dropped.
 */
import { same, selectKinds, viewOf, isNumber } from './plan.js';

/** The query part for a state, with its `?`, or nothing for the start state. */
export function searchOf(plan, state) {
  const parts = [];
  for (const { id } of plan.views) {
    const selection = state.selections[id];
    if (!same(selection, plan.state.selections?.[id])) parts.push(`${write(id)}=${writeSelection(selection)}`);
    const order = state.orders[id];
    if (!same(order, plan.state.orders?.[id])) parts.push(`${write(id)}.sort=${order ? (order.descending ? '-' : '') + order.column : ''}`);
  }
  return parts.length ? `?${parts.join('&')}` : '';
}

function writeSelection(selection) {
  if (!selection) return '';
  if (selection.between) return selection.between.map((end) => (end === null ? '' : write(end).replace(/\.(?=\.)/g, '%2E'))).join('..');
  return selection.in.map((tuple) => tuple.map(write).join('/')).join(',');
}

function write(value) {
  if (value === null) return '!';
  if (value === '') return '!!';
  return encodeURIComponent(value).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt().toString(16).toUpperCase()}`).replace(/%20/g, '+').replace(/%3A/g, ':');
}

/** The state that an address asks for: the start state, changed by what its query part says. */
export function stateOf(plan, search) {
  const state = { selections: { ...plan.state.selections }, orders: { ...plan.state.orders } };
  for (const part of search.replace(/^\?/, '').split('&')) {
    const [, key, text] = /^([^=]+)=(.*)$/.exec(part) ?? [];
    if (key) readPart(plan, state, read(key, 'text') ?? '', text);
  }
  return state;
}

function readPart(plan, state, key, text) {
  const view = viewOf(plan, key);
  const sorted = !view && key.endsWith('.sort') && viewOf(plan, key.slice(0, -5));
  if (sorted && sorted.shows.table) putRead(state.orders, sorted.id, text, readOrder(sorted, text));
  if (view?.select) putRead(state.selections, view.id, text, readSelection(plan, view, text));
}

function putRead(target, id, text, value) {
  if (value) target[id] = value;
  else if (!text) delete target[id];
}

function readOrder(view, text) {
  const column = /^-?\d{1,4}$/.test(text) ? Math.abs(+text) : NaN;
  return column < view.shows.table.columns.length ? { column, descending: text.startsWith('-') } : null;
}

function readSelection(plan, view, text) {
  const kinds = selectKinds(plan, view);
  if (!text) return null;
  if (view.select.interval) return readRange(text, kinds[0]);
  const tuples = text.split(',').map((tuple) => tuple.split('/').map((value, i) => read(value, kinds[i])));
  const known = tuples.filter((tuple) => tuple.length <= kinds.length && tuple.every((value) => value !== undefined) && isOffered(view, tuple));
  return known.length ? { in: known } : null;
}

/** Whether an input or a chart with fixed categories has such a value at all. */
function isOffered(view, tuple) {
  const values = view.shows.input?.values;
  return !values?.length || values.includes(tuple[0]);
}

function readRange(text, kind) {
  const at = text.indexOf('..');
  if (at < 0) return null;
  const ends = [text.slice(0, at), text.slice(at + 2)].map((end) => (end === '' ? null : read(end, kind)));
  const open = ends.every((end) => end === null);
  return ends.includes(undefined) || open || (ends[0] !== null && ends[1] !== null && ends[0] > ends[1]) ? null : { between: ends };
}

const shapes = { date: /^\d{4}-\d\d-\d\d$/, timestamp: /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,6})?)?)?$/, boolean: /^(true|false)$/ };

/** A value of a kind, or undefined if the text is none. */
function read(raw, kind) {
  if (raw === '!') return null;
  if (raw === '!!') return kind === 'text' ? '' : undefined;
  const text = decode(raw);
  if (!text || (shapes[kind] && !shapes[kind].test(text))) return undefined;
  if (kind === 'boolean') return text === 'true';
  if (kind === 'date' || kind === 'timestamp') return Number.isNaN(Date.parse(text)) ? undefined : text;
  if (isNumber(kind)) return Number.isFinite(+text) ? +text : undefined;
  return text;
}

function decode(raw) {
  try {
    return decodeURIComponent(raw.replace(/\+/g, ' '));
  } catch {
    return undefined;
  }
}
