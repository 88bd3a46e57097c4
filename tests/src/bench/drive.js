/** From the pointer's entering a chart to its first drag, a hand takes this long (ms); a browser compiles meanwhile what has run often. */
const REACH = 250;
const reach = () => new Promise((resolve) => setTimeout(resolve, REACH));

/**
 * Drives a page's own engine, which `loadEngine` loads: the only place of the benches that knows how the engine is called.
 *
 * `drive` takes `[{name, fixed: [[column, low, high]], column, ranges: [[low, high]], shown: [step]}]`; leaves in `window.bench`
 * `{ready_ms, phases: [{name, switch_ms, steps: [ms], totals: [[flights, miles]], shown: {step: {column: [[key, count]]}}}]}`,
 * and `{failed}` when something went wrong.
 */
async function drive(phases) {
  const out = { phases: [] };
  try {
    const { engine, plan, memory } = await load();
    const views = new Map(plan.views.filter((view) => view.shows.chart).map((view) => [columnOf(plan, view), view.id]));
    const metrics = plan.views.filter((view) => view.shows.metric).map((view) => view.id);
    const shown = {};
    const catalogues = {};
    const whole = (selections) => ({ update: JSON.parse(engine.update(JSON.stringify({ ...plan.state, selections }))), points: engine.points() });
    const update = (selections, range) => {
      const start = performance.now();
      const moved = range && glide(engine, memory, JSON.stringify(range));
      const given = moved ? glided(plan, moved) : whole(selections);
      const time = performance.now() - start;
      for (const id in given.update) {
        const view = given.update[id];
        if (view === 'waiting' || view.error) throw new Error(`${id} in ${JSON.stringify(selections)}: ${view.error ?? view}`);
        if (!view.selected) shown[id] = view;
      }
      return { time, given };
    };
    const countsOf = (id, { update, points }) => {
      const view = shown[id];
      if (view.points && !update[id]) throw new Error(`${id} has no points in this step`);
      return counts(view.points ? pointed(catalogues[id], view.points, points) : view);
    };
    update({});
    out.ready_ms = performance.now();
    // As the worker and the page do when they have nothing else to do.
    while (prepare(engine, memory, JSON.stringify(plan.state), (given) => glided(plan, given)));
    await reach();
    for (const phase of phases) {
      const id = views.get(phase.column);
      const fixed = Object.fromEntries(phase.fixed.map(([column, low, high]) => [views.get(column), { between: [low, high] }]));
      update(fixed);
      const result = { name: phase.name, switch_ms: activate(engine, id, { ...plan.state, selections: fixed }, catalogues), steps: [], totals: [], shown: {} };
      await reach();
      for (const [step, range] of phase.ranges.entries()) {
        const { time, given } = update({ ...fixed, [id]: { between: range } }, range);
        result.steps.push(time);
        result.totals.push(metrics.map((metric) => shown[metric].value.value ?? 0));
        if (phase.shown.includes(step)) result.shown[step] = Object.fromEntries([...views].filter(([, view]) => view !== id).map(([column, view]) => [column, countsOf(view, given)]));
        // The bench asks now and then whether it is over; the peers' steps follow each other without a rest, too.
        if (step % 25 === 24) await new Promise((resolve) => setTimeout(resolve));
      }
      out.phases.push(result);
    }
  } catch (error) {
    out.failed = String(error?.stack ?? error);
  }
  window.bench = out;
}

async function load() {
  const html = await (await fetch('index.html')).text();
  return loadEngine(new DOMParser().parseFromString(html, 'text/html'));
}

/** What the engine does when the pointer enters a chart, in milliseconds. */
function activate(engine, id, state, catalogues) {
  const start = performance.now();
  engine.activate(id, JSON.stringify(state));
  const time = performance.now() - start;
  Object.assign(catalogues, JSON.parse(engine.catalogues()));
  return time;
}

/** What a chart shows of the points in its catalogue. */
function pointed(catalogue, { axis, at, lengths, picked }, points) {
  const total = lengths.reduce((sum, length) => sum + length, 0);
  let start = at;
  return { traces: catalogue.map((trace, i) => {
    const [from, to] = [start, (start += lengths[i])];
    const x = picked ? Array.from(points.subarray(from + total, to + total), (place) => trace.x[place]) : trace.x;
    return { x, [axis]: points.subarray(from, to) };
  }) };
}

/** The column that a chart groups by. */
function columnOf(plan, view) {
  return plan.tables[view.table].columns[view.question.keys[0].column].name;
}

/** What a chart of one trace shows. */
function counts({ traces }) {
  return traces.flatMap(({ x, y }) => Array.from(x, (key, place) => [key, y[place] || 0]));
}
