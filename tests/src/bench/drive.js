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
    const { engine, plan } = await load();
    const views = new Map(plan.views.filter((view) => view.shows.chart).map((view) => [columnOf(plan, view), view.id]));
    const metrics = plan.views.filter((view) => view.shows.metric).map((view) => view.id);
    const shown = {};
    const update = (selections) => {
      const state = JSON.stringify({ ...plan.state, selections });
      const start = performance.now();
      const answer = engine.update(state);
      const time = performance.now() - start;
      Object.assign(shown, JSON.parse(answer));
      const bad = Object.entries(shown).find(([, view]) => view === 'waiting' || view.error);
      if (bad) throw new Error(`${bad[0]} in ${state}: ${bad[1].error ?? bad[1]}`);
      return time;
    };
    update({});
    out.ready_ms = performance.now();
    for (const phase of phases) {
      const id = views.get(phase.column);
      const fixed = Object.fromEntries(phase.fixed.map(([column, low, high]) => [views.get(column), { between: [low, high] }]));
      update(fixed);
      const result = { name: phase.name, switch_ms: activate(engine, id, { ...plan.state, selections: fixed }), steps: [], totals: [], shown: {} };
      for (const [step, range] of phase.ranges.entries()) {
        result.steps.push(update({ ...fixed, [id]: { between: range } }));
        result.totals.push(metrics.map((metric) => shown[metric].value.value ?? 0));
        if (phase.shown.includes(step)) result.shown[step] = Object.fromEntries([...views].filter(([, view]) => view !== id).map(([column, view]) => [column, counts(shown[view])]));
        // The bench asks between steps whether it is over.
        await new Promise((resolve) => setTimeout(resolve));
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

/** What the engine does when the pointer enters a chart, in milliseconds; null where it does nothing. */
function activate(engine, id, state) {
  if (!engine.activate) return null;
  const start = performance.now();
  engine.activate(id, JSON.stringify(state));
  return performance.now() - start;
}

/** The column that a chart groups by. */
function columnOf(plan, view) {
  return plan.tables[view.table].columns[view.question.keys[0].column].name;
}

/** What a chart of one trace shows. */
function counts({ traces }) {
  return traces.flatMap(({ x, y }) => Array.from(x, (key, place) => [key, y[place] ?? 0]));
}
