// Runs in a built page. `compare(selector, series)` has a chart draw one state after the other as the page does, and the same
// traces drawn by `Plotly.react` in a twin with the same history and by `Plotly.newPlot` in a new place; it tells where they differ.
// `measure(selector)` times updates both ways.
(() => {
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  const copied = (traces) => structuredClone(traces);
  const list = (value) => (Array.isArray(value) ? value : []);

  /** The value arrays of a trace: what a filter changes. */
  const valued = (trace) => ['y', 'x', 'values'].filter((name) => list(trace[name]).some((value) => typeof value === 'number')).slice(0, 1);

  function eachValue(traces, change) {
    const changed = copied(traces);
    for (const trace of changed) for (const name of valued(trace)) trace[name] = trace[name].map(change);
    return changed;
  }

  function eachTrace(traces, change) {
    return copied(traces).map((trace, i) => ({ ...trace, ...change(trace, i) }));
  }

  /** A trace with some of its points. */
  function cut(trace, keeps) {
    const names = ['x', 'y', 'text', 'customdata', 'values', 'labels', 'parents', 'ids'];
    const part = Object.fromEntries(names.filter((name) => Array.isArray(trace[name])).map((name) => [name, trace[name].filter((_, i) => keeps(i))]));
    const size = trace.marker?.size;
    return { ...part, ...(Array.isArray(size) && { marker: { ...trace.marker, size: size.filter((_, i) => keeps(i)) } }) };
  }

  /** Leaves of a hierarchy can go, what holds others cannot. */
  const isLeaf = (trace, i) => !trace.ids || !trace.parents?.includes(trace.ids[i]);

  /** States that a page may come to from `start`, in an order in which old points would show. */
  function series(start) {
    const scaled = (by) => (value) => (value === null ? null : value * by);
    const selected = (points) => eachTrace(start, (trace) => (trace.values ? { meta: { ...trace.meta, dimmed: trace.values.map((_, i) => !points.includes(i)) } } : { selectedpoints: points }));
    const total = start.some((trace) => trace.parents);
    return {
      'less by a little': eachValue(start, total ? scaled(0.75) : (value, i) => (value === null ? null : value * (1 - (i % 3) / 8))),
      'much more': eachValue(start, scaled(137)),
      'one selected': selected([0]),
      'two selected': selected([0, 1]),
      'none of them selected': selected([]),
      'nothing selected': copied(start),
      'the same': copied(start),
      'a few are missing': eachValue(start, total ? scaled(2) : (value, i) => (i === 1 ? null : value)),
      'nothing but nulls': eachValue(start, () => (start.some((trace) => trace.values) ? 0 : null)),
      'full again': eachValue(start, scaled(3)),
      'fewer points': eachTrace(start, (trace) => cut(trace, (i) => i !== 1 || !isLeaf(trace, i) || Boolean(trace.labels && !trace.ids))),
      'no points': eachTrace(start, (trace) => cut(trace, () => false)),
      'tiny': eachValue(start, scaled(0.00042)),
      'below zero': start.some((trace) => trace.values) ? copied(start) : eachValue(start, (value, i) => (value === null ? null : i % 2 ? -value : value)),
      'selected and less': eachValue(selected([1]), scaled(0.3)),
      'the start': copied(start),
    };
  }

  /** An element as lines of text: attributes, classes and properties in order; without what `chart.js` adds. */
  function lines(node) {
    if (!(node instanceof Element)) return [node.textContent];
    if (node.classList.contains('hoverlayer')) return [];
    const parts = { class: [...node.classList].filter((name) => name !== 'cursor').sort().join(' ') };
    for (const { name, value } of node.attributes) if (!['class', 'style', 'viewBox'].includes(name)) parts[name] = value;
    const own = [...(node.style ?? [])].filter((name) => name !== 'opacity' || !node.classList.contains('slice'));
    for (const name of own) parts[`.${name}`] = node.style.getPropertyValue(name);
    const line = Object.keys(parts).sort().map((name) => `${name}=${parts[name]}`).join(' | ');
    return [`<${node.nodeName} ${line}>`, ...[...node.childNodes].flatMap(lines), `</${node.nodeName}>`];
  }

  /** The picture as text, with the ids of the figure and its traces replaced by places. */
  function picture(plot) {
    const text = lines(plot.querySelector('.svg-container')).join('\n').replaceAll(plot._fullLayout._uid, 'figure');
    return plot._fullData.reduce((named, trace, i) => named.replaceAll(trace.uid, `trace${i}`), text).split('\n');
  }

  function difference(ours, theirs) {
    const at = ours.findIndex((line, i) => line !== theirs[i]);
    if (at < 0 && ours.length === theirs.length) return null;
    return `line ${at} of ${ours.length} and ${theirs.length}\n  ours   ${ours[at]}\n  theirs ${theirs[at]}`;
  }

  function place(chart) {
    const plot = document.createElement('div');
    plot.className = 'plot';
    plot.style.cssText = `position: absolute; inset: 0; width: ${chart.plot.clientWidth}px; height: ${chart.plot.clientHeight}px; pointer-events: none`;
    chart.box.append(plot);
    return plot;
  }

  /** Slices that are shaded other than the reader's selection says. */
  function misshaded(chart) {
    const slices = [...chart.plot.querySelectorAll('.slice')].map((node) => [node.__data__, node.style.opacity]);
    const dimmed = chart.traces[0]?.meta?.dimmed ?? [];
    const at = (datum) => datum.pts?.[0] ?? datum.data?.data?.i;
    return slices.filter(([datum, opacity]) => Boolean(dimmed[at(datum)]) !== (opacity === '0.25')).length;
  }

  async function compare(selector, states) {
    const chart = document.querySelector(selector);
    const plotly = await chart.page.plotly;
    const { react, newPlot } = plotly;
    const config = chart.plot._context;
    const twin = place(chart);
    const counts = { states: 0, full: 0, differences: [] };
    plotly.react = (...all) => { counts.full += 1; return react(...all); };
    await newPlot(twin, copied(chart.traces), chart.layout(), config);
    for (const [name, traces] of Object.entries(states ?? series(chart.traces))) {
      chart.show({ traces: copied(traces) });
      await chart.page.drawing.settled();
      await react(twin, copied(traces), chart.layout());
      const fresh = place(chart);
      await newPlot(fresh, copied(traces), chart.layout(), config);
      counts.states += 1;
      const ours = picture(chart.plot);
      const [fromTwin, fromFresh] = [difference(ours, picture(twin)), difference(ours, picture(fresh))];
      if (fromTwin) counts.differences.push(`${name}, react: ${fromTwin}`);
      if (fromFresh) counts.differences.push(`${name}, newPlot: ${fromFresh}`);
      if (misshaded(chart)) counts.differences.push(`${name}: ${misshaded(chart)} slices are shaded wrong`);
      plotly.purge(fresh);
      fresh.remove();
    }
    plotly.react = react;
    plotly.purge(twin);
    twin.remove();
    return counts;
  }

  const middle = (times) => times.sort((a, b) => a - b)[times.length >> 1];

  async function timed(draw) {
    await frame();
    const begun = performance.now();
    await draw();
    return performance.now() - begun;
  }

  /** Milliseconds per update, both ways by turns on the same figure: new points, and a selection only. */
  async function measure(selector, rounds = 25) {
    const chart = document.querySelector(selector);
    const start = chart.traces;
    const plotly = await chart.page.plotly;
    const times = { direct: [], react: [], selecting: [] };
    for (let i = 0; i < rounds; i += 1) {
      const next = eachValue(start, (value) => (value === null ? null : value * (0.6 + ((i * 7) % 10) / 20)));
      chart.traces = next;
      times.direct.push(await timed(() => chart.draw()));
      chart.traces = eachTrace(next, () => ({ selectedpoints: [i % 3] }));
      times.selecting.push(await timed(() => chart.draw()));
      chart.traces = eachValue(next, (value) => (value === null ? null : value * 1.01));
      times.react.push(await timed(() => plotly.react(chart.plot, copied(chart.traces), chart.layout(), chart.plot._context)));
      chart.figure.outgrow();
      await chart.draw();
    }
    chart.show({ traces: start });
    return Object.fromEntries(Object.entries(times).map(([name, all]) => [name, [Math.min(...all), middle(all)]]));
  }

  return { compare, measure };
})()
