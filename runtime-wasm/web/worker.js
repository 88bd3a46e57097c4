/**
 * The engine's worker: imports the glue, fetches WASM and slices, checks their hashes, answers states.
 *
 * The first files of every table come first: with them it is ready. The others follow in the background, for what the
 * first cannot answer.
 *
 * A table with a file for each choice of its parameters has those of the reader's choices fetched when they are wanted.
 *
 * In: `{plan, tables, engine, wasm}` once, then `{seq, state, moved}`, where `moved: {view, range}` says that nothing but a
 * brush has moved since the last; `{activate, state}` before a brush in a view, `{retry}`
 * after a failure in the background, and `{request, call, view, state, rest}` for what only one view wants, which is answered
 * by `{request, value}` or `{request, problem}`.
 * Out: `{loaded, total}`, `{ready, notes}`, `{memory}` (the bytes that the engine holds) whenever files were loaded, `{seq, update, points, catalogues}` or, after a move, `{seq, numbers, texts, others}`, as
 * `glided` in `motion.js` reads them; the same with `{rehearsed}` of moves that nobody made; `{late, points}`, an update for views that
 * waited; `{catalogues}`; `{failed}`, or `{missing}` where only the background failed. `points` has the values that an update
 * names, `catalogues` by chart the traces of all points that it can show while the brush moves: later updates pick from these.
 */
import { glide, prepare } from './glide.js';

let engine;
/** The engine's, which grows. */
let memory;
let state;
let asked = false;
/** The view that may be brushed. */
let active;
let behind = [];
/** The files of tables with one for each choice; `coming` is of those that are on their way. */
let variants = [];
let leisure;
/** When the reader was last heard of, and whether a view waits for what is behind. */
let heard = 0;
let waits = false;
/** After so long without a question (ms) the engine has time for what nobody has asked for yet. */
const QUIET = 200;
/** So long (ms) it works at least, if there is as much to do, and listens then. */
const TURN = 8;
const BREATH = 20;
/** The longest turn so far (ms). Once all is done, a choice is tried out, whole, where that keeps nobody waiting for longer. */
let longest = 0;
const LONG = 100;
let isTried = false;
const notes = new Set();

addEventListener('message', async ({ data }) => {
  heard = performance.now();
  try {
    if (data.plan) await start(data);
    else if (data.retry) await Promise.all([bring(), follow()]);
    else if (data.activate) activate(data);
    else if (data.request) reply(data);
    else answer(data);
    rest();
  } catch (error) {
    postMessage({ failed: error?.message || String(error) });
  }
});

async function start({ plan, tables, engine: url, wasm }) {
  const files = tables.flatMap(({ name, first, files: all }, table) => all.map((file, index) => ({ ...file, name, table, index, isFirst: index < first })));
  const isVariant = ({ table }) => plan.tables[table].origin?.variants;
  variants = files.filter(isVariant);
  const first = files.filter((file) => file.isFirst && !isVariant(file));
  behind = files.filter((file) => !file.isFirst && !isVariant(file));
  const progress = counter(first);
  const [glue, slices] = await Promise.all([glueOf(url, wasm), Promise.all(first.map((file) => fetched(file, progress)))]);
  engine = new glue.Engine(JSON.stringify(plan));
  state = plan.state ?? {};
  slices.forEach((bytes, i) => load(first[i], bytes));
  postMessage({ ready: true, notes: [...notes] });
  rest();
  await Promise.all([bring(), follow()]);
}

function answer({ seq, state: wanted, moved }) {
  asked = true;
  const given = moved?.view === active && moved && glide(engine, memory, JSON.stringify(moved.range));
  state = wanted;
  if (given) return move(seq, given);
  const update = updated();
  const points = engine.points();
  postMessage({ seq, update, points, catalogues: JSON.parse(engine.catalogues()) }, [points.buffer]);
  bring();
}

/** Gives what a move of a brush changes. */
function move(seq, given) {
  waits = Object.values(given.others).includes('waiting');
  post(given, { seq });
}

function post({ numbers, texts, others }, kind) {
  const copy = numbers.slice();
  postMessage({ ...kind, numbers: copy, texts, others }, [copy.buffer]);
}

/** Fetches the files that the reader's choices want. */
async function bring(of = state) {
  if (!variants.length) return;
  const wanted = JSON.parse(engine.wanted(JSON.stringify(of))).map(([table, index]) => variants.find((file) => file.table === table && file.index === index));
  await Promise.all(wanted.map((file) => file && (file.coming ??= come(file))));
}

async function come(file) {
  try {
    load(file, await fetched(file, () => {}));
    tellLate();
  } catch (error) {
    postMessage({ missing: error?.message || String(error) });
  }
  file.coming = undefined;
}

function load({ table, index }, bytes) {
  engine.load(table, index, bytes);
  postMessage({ memory: memory.buffer.byteLength });
}

/** Answers the views that waited for a file. */
function tellLate() {
  if (asked) postMessage({ late: updated(), points: engine.points() });
}

function updated() {
  const update = JSON.parse(engine.update(JSON.stringify(state)));
  waits = Object.values(update).includes('waiting');
  return update;
}

function activate({ activate: view, state: current }) {
  active = view;
  engine.activate(view, JSON.stringify(current));
  postMessage({ catalogues: JSON.parse(engine.catalogues()) });
}

async function reply({ request, call, view, state: of, rest: others = [] }) {
  // A table may be scrolled before the file that it shows has come.
  await bring(of);
  try {
    const value = engine[call](view, JSON.stringify(of), ...others);
    postMessage({ request, value }, value.buffer ? [value.buffer] : []);
  } catch (error) {
    postMessage({ request, problem: error?.message || String(error) });
  }
}

/** Has the engine prepare, bit by bit, when it has had nothing to do for a while. */
function rest(after = QUIET) {
  clearTimeout(leisure);
  leisure = setTimeout(() => engine && work() && rest(BREATH), after);
}

/** Prepares a little; false if all is done. */
function work() {
  const begun = performance.now();
  const turn = () => prepare(engine, memory, JSON.stringify(state), rehearsed);
  let goesOn = turn();
  while (goesOn && performance.now() - begun < TURN) goesOn = turn();
  longest = Math.max(longest, performance.now() - begun);
  if (!goesOn && !isTried && longest < LONG) JSON.parse(engine.try_choice(JSON.stringify(state)));
  isTried ||= !goesOn;
  return goesOn;
}

/** The page is to read it as it reads a move, and to show nothing. */
function rehearsed(given) {
  post(given, { rehearsed: true });
}

/** Resolves when decoding a file keeps nobody waiting, or somebody waits for it. */
async function quiet() {
  for (let left = 1; !waits && left > 0; left = heard + QUIET - performance.now()) await new Promise((resolve) => setTimeout(resolve, left));
}

/** Fetches what is behind, file by file; a file that fails is tried again when the reader wants it. */
async function follow() {
  try {
    let coming;
    while (behind.length) {
      const [file, next] = behind;
      const bytes = await (coming ?? fetched(file, () => {}));
      // The next is on its way while this one is decoded.
      coming = next && fetched(next, () => {});
      coming?.catch(() => {});
      await quiet();
      load(file, bytes);
      behind.shift();
      tellLate();
    }
  } catch (error) {
    postMessage({ missing: error?.message || String(error) });
  }
}

async function glueOf(url, wasm) {
  const glue = await import(url);
  ({ memory } = await glue.default({ module_or_path: wasm }));
  return glue;
}

function counter(files) {
  const total = files.reduce((sum, file) => sum + file.bytes, 0);
  let loaded = 0;
  return (bytes) => postMessage({ loaded: (loaded += bytes), total });
}

async function fetched(file, progress) {
  const answer = await fetch(file.url).catch(() => null);
  if (!answer?.ok) throw new Error(`the data of \`${file.name}\` could not be loaded${answer ? ` (status ${answer.status})` : ''}`);
  const bytes = await collect(answer, progress);
  // Browsers offer hashes only to pages served over https or from this machine.
  if (!crypto.subtle) notes.add('slices were not verified: the page is not served over https');
  else if (file.sha256 && (await sha256(bytes)) !== file.sha256) throw new Error(`the data of \`${file.name}\` does not match this page; it may have been published anew`);
  return bytes;
}

async function collect(answer, progress) {
  const chunks = [];
  const reader = answer.body.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    chunks.push(part.value);
    progress(part.value.length);
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

async function sha256(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
