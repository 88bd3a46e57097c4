/** Reading the plan: what a view's gestures select, in words and kinds. The types are those of `src/plan.rs`. */

/** The view with this id. */
export function viewOf(plan, id) {
  return plan.views.find((view) => view.id === id);
}

/** The keys that a view's selection is made of. */
export function selectKeys(view) {
  const select = view?.select;
  return select?.values ?? select?.box ?? (select?.interval ? [select.interval] : []);
}

/** The ranges of a selection, one for each key; null if it is none of ranges. */
export function rangesOf(selection) {
  return selection?.box ?? (selection?.between ? [selection.between] : null);
}

/** The axis that shows the `depth`-th column of a view's selection. */
export function axisOf(view, depth) {
  if (view.select.box) return 'xy'[depth];
  const at = view.question.keys.findIndex((key) => same(key, view.select.interval));
  return view.shows.chart.channels.find(({ role, term }) => (role === 'x' || role === 'y') && term.key === at)?.role ?? 'x';
}

/** The kinds of the columns that a view's selection is made of. */
export function selectKinds(plan, view) {
  return selectKeys(view).map((key) => plan.tables[view.table].columns[key.column].kind);
}

/** What to call the `depth`-th column of a view's selection. */
export function selectLabel(plan, view, depth = 0) {
  if (view.shows.input) return view.shows.input.label;
  if (view.shows.legend) return legendChannel(plan.views[view.shows.legend.chart]).label;
  if (view.shows.component) return view.shows.component.keys[depth];
  const key = view.question.keys.findIndex((other) => same(other, selectKeys(view)[depth]));
  const column = view.shows.table?.columns.find(({ format }) => format.term.key === key);
  const shown = column ?? channelOf(view, depth);
  return shown?.label ?? plan.tables[view.table].columns[selectKeys(view)[depth].column].name;
}

/** The encoding of a chart that shows the `depth`-th column of its selection. */
export function channelOf(view, depth = 0) {
  const wanted = selectKeys(view)[depth];
  const at = view.question.keys.findIndex((key) => same(key, wanted));
  return view.shows.chart?.channels.find((channel) => channel.term.key === at);
}

/** The encoding of a chart whose categories its legend names. */
export function legendChannel({ shows: { chart } }) {
  const slices = chart.kind === 'pie' || chart.kind === 'funnel_area';
  return chart.channels.find(({ role }) => role === (slices ? 'names' : 'color'));
}

/** What a view calls the groups that it does not tell apart, if it names them. */
export function otherOf(view) {
  return view.question.top?.other;
}

/** True for the kinds that are numbers. */
export function isNumber(kind) {
  return kind === 'integer' || kind === 'float' || kind?.decimal !== undefined;
}

/** Structural equality of JSON values, whatever the order of their keys. */
export function same(left, right) {
  return canonical(left) === canonical(right);
}

function canonical(value) {
  return JSON.stringify(value ?? null, (_, part) =>
    part && typeof part === 'object' && !Array.isArray(part) ? Object.fromEntries(Object.entries(part).sort()) : part);
}

/** Tuples in the one order in which a state has them. */
export function sorted(tuples) {
  return tuples.map((tuple) => [JSON.stringify(tuple), tuple]).sort(([a], [b]) => (a < b ? -1 : 1)).map(([, tuple]) => tuple);
}
