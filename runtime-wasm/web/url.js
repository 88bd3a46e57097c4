/**
 * The state as the query part of the page's address:
 * `?region=EMEA,APAC&product=~chair&line-date=2024-01-01..2024-03-31&table.sort=-revenue,region&table.search=web`.
 *
 * Keys are view ids. Values are percent-encoded one by one and joined by `,`, the parts of a tuple by `/`, the ends of a
 * range by `..` (an open end is empty), the two ranges of a box by `/`. `*a,b` is all values of an input but these. `!` is null and `!!` the empty text. `id=` says that a default was cleared.
 * What equals the start state is left out; what the plan does not know is dropped.
 */
import { rangesOf, same, selectKinds, sorted, viewOf, isNumber } from './plan.js';

/** The query part for a state, with its `?`, or nothing for the start state. */
export function searchOf(plan, state) {
  const parts = [];
  for (const { id, shows } of plan.views) {
    const selection = state.selections[id];
    if (!same(selection, plan.state.selections?.[id])) parts.push(`${write(id)}=${writeSelection(selection, shows.input?.values)}`);
    if (!shows.table) continue;
    const names = columnNames(shows.table);
    const orders = state.orders[id] ?? [];
    if (orders.length) parts.push(`${write(id)}.sort=${orders.map(({ column, descending }) => (descending ? '-' : '') + write(names[column])).join(',')}`);
    if (state.searches[id]) parts.push(`${write(id)}.search=${write(state.searches[id])}`);
  }
  return parts.length ? `?${parts.join('&')}` : '';
}

/** What the columns of a table are called in addresses: their headings, or their places where two are alike. */
function columnNames({ columns }) {
  const names = columns.map(({ label }) => label.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-|-$/g, ''));
  return names.map((name, i) => (name && names.indexOf(name) === i ? name : String(i)));
}

/** More values than this are written as what is missing, where that is less. */
const MANY = 20;

function writeSelection(selection, all = []) {
  if (!selection) return '';
  if (selection.contains !== undefined) return `~${write(selection.contains)}`;
  const ranges = rangesOf(selection);
  if (ranges) return ranges.map(writeRange).join('/');
  if (selection.in.length > MANY && selection.in.length > all.length / 2) {
    const chosen = new Set(selection.in.map(([value]) => value));
    const missing = all.filter((value) => !chosen.has(value));
    if (missing.length + chosen.size === all.length) return `*${missing.map(write).join(',')}`;
  }
  return selection.in.map((tuple) => tuple.map(write).join('/')).join(',');
}

function writeRange(ends) {
  return ends.map((end) => (end === null ? '' : write(end).replace(/\.(?=\.)/g, '%2E'))).join('..');
}

function write(value) {
  if (value === null) return '!';
  if (value === '') return '!!';
  return encodeURIComponent(value).replace(/[!'()*~]/g, (sign) => `%${sign.charCodeAt().toString(16).toUpperCase()}`).replace(/%20/g, '+').replace(/%3A/g, ':');
}

/** The state that an address asks for: the start state, changed by what its query part says. */
export function stateOf(plan, search) {
  const state = { selections: { ...plan.state.selections }, orders: { ...plan.state.orders }, searches: {} };
  for (const part of search.replace(/^\?/, '').split('&')) {
    const [, key, text] = /^([^=]+)=(.*)$/.exec(part) ?? [];
    if (key) readPart(plan, state, read(key, 'text') ?? '', text);
  }
  return state;
}

function readPart(plan, state, key, text) {
  const view = viewOf(plan, key);
  const [, id, what] = /^(.+)\.(sort|search)$/.exec(key) ?? [];
  const table = !view && id && viewOf(plan, id);
  if (table?.shows?.table && what === 'sort') putRead(state.orders, id, text, readOrders(table.shows.table, text));
  if (table?.shows?.table && what === 'search') putRead(state.searches, id, text, read(text, 'text'));
  if (view?.select) putRead(state.selections, view.id, text, readSelection(plan, view, text));
}

/** A selection as it is when it has been written and read again; null where it is none. */
export function written(plan, view, selection) {
  return readSelection(plan, view, writeSelection(selection));
}

function putRead(target, id, text, value) {
  if (value) target[id] = value;
  else if (!text) delete target[id];
}

function readOrders(table, text) {
  const names = columnNames(table);
  const orders = text.split(',').map((part) => {
    const name = decode(part.replace(/^-/, ''));
    return { column: names.indexOf(name), descending: part.startsWith('-') };
  });
  const known = orders.filter(({ column }, i) => column >= 0 && orders.findIndex((other) => other.column === column) === i);
  return known.length ? known : null;
}

function readSelection(plan, view, text) {
  const kinds = selectKinds(plan, view);
  if (!text) return null;
  if (!view.select.values) return readRanges(text, kinds);
  if (text.startsWith('~') && view.shows.input) {
    const words = kinds[0] === 'text' ? read(text.slice(1), 'text') : undefined;
    return words ? { contains: words } : null;
  }
  if (text.startsWith('*') && view.shows.input?.values?.length) {
    const missing = new Set(text.slice(1).split(',').map((value) => read(value, kinds[0])));
    return { in: sorted(view.shows.input.values.filter((value) => !missing.has(value)).map((value) => [value])) };
  }
  const tuples = text.split(',').map((tuple) => tuple.split('/').map((value, i) => read(value, kinds[i])));
  const known = tuples.filter((tuple) => tuple.length <= kinds.length && tuple.every((value) => value !== undefined) && isOffered(view, tuple));
  return known.length ? { in: known } : null;
}

/** Whether an input or a chart with fixed categories has such a value at all. */
function isOffered(view, tuple) {
  const values = view.shows.input?.values;
  return !values?.length || values.includes(tuple[0]);
}

/** A range, or a box of two. */
function readRanges(text, kinds) {
  const ranges = text.split('/').map((part, i) => readRange(part, kinds[i]));
  if (ranges.length !== kinds.length || ranges.includes(null) || ranges.flat().every((end) => end === null)) return null;
  return ranges.length > 1 ? { box: ranges } : { between: ranges[0] };
}

function readRange(text, kind) {
  const at = text.indexOf('..');
  if (at < 0) return null;
  const ends = [text.slice(0, at), text.slice(at + 2)].map((end) => (end === '' ? null : read(end, kind)));
  return ends.includes(undefined) || (ends[0] !== null && ends[1] !== null && ends[0] > ends[1]) ? null : ends;
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
