// Runs in a built page and holds the pictures that a chart draws against those that plotly draws of the same traces.
(() => {
  const copied = (traces) => structuredClone(traces);
  const list = (value) => (Array.isArray(value) ? value : []);

  /** The value arrays of a trace: what a filter changes. */
  const valued = (trace) => ['z', 'y', 'x', 'values'].filter((name) => list(trace[name]).flat().some((value) => typeof value === 'number')).slice(0, 1);

  /** An array of values, or of rows of them, with each changed. */
  const mapped = (values, change) => values.map((value, i) => (Array.isArray(value) ? value.map(change) : change(value, i, values)));

  function eachValue(traces, change) {
    const changed = copied(traces);
    for (const trace of changed) for (const name of valued(trace)) trace[name] = mapped(trace[name], change);
    return changed;
  }

  function eachTrace(traces, change) {
    return copied(traces).map((trace, i) => ({ ...trace, ...change(trace, i) }));
  }

  /** A trace with some of its points. */
  function cut(trace, keeps) {
    const names = ['x', 'y', 'z', 'text', 'customdata', 'values', 'labels', 'parents', 'ids'];
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
      'fewer points': eachTrace(start, (trace) => cut(trace, (i) => i !== 1 || !isLeaf(trace, i) || Boolean(trace.labels && !trace.ids))),
      'tiny': eachValue(start, scaled(0.00042)),
      'below zero': start.some((trace) => trace.values) ? copied(start) : eachValue(start, (value, i) => (value === null ? null : i % 2 ? -value : value)),
      'selected and less': eachValue(selected([1]), scaled(0.3)),
      'a few are missing': eachValue(start, total ? scaled(2) : (value, i) => (i === 1 ? null : value)),
      'nothing but nulls': eachValue(start, () => (start.some((trace) => trace.values) ? 0 : null)),
      'full again': eachValue(start, scaled(3)),
      'no points': eachTrace(start, (trace) => cut(trace, () => false)),
      'less again': eachValue(start, scaled(0.2)),
      'the start': copied(start),
    };
  }

  /** An element as lines of text: attributes, classes and properties in order; without what `chart.js` adds. */
  function lines(node) {
    if (!(node instanceof Element)) return [node.textContent];
    if (node.matches('.hoverlayer, .lone')) return [];
    const parts = { class: [...node.classList].filter((name) => name !== 'cursor').sort().join(' ') };
    for (const { name, value } of node.attributes) if (!['class', 'style', 'viewBox'].includes(name)) parts[name] = value;
    const isAdded = (name) => (node.matches('.slice') && /opacity|visibility/.test(name)) || (node.matches('.slice > path') && name === 'stroke-opacity');
    const own = [...(node.style ?? [])].filter((name) => !isAdded(name));
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

  function remove(plotly, plot) {
    plotly.purge(plot);
    plot.remove();
  }

  /** What is wrong with how slices are faded: `chart.js` does that, by what the answer says. */
  function shades(chart) {
    const dimmed = chart.traces[0]?.meta?.dimmed ?? [];
    const at = (datum) => datum.pts?.[0] ?? datum.data?.data?.i;
    const wrong = [...chart.plot.querySelectorAll('.slice')].filter((node) => Boolean(dimmed[at(node.__data__)]) !== (node.style.opacity === '0.25'));
    return wrong.length ? `${wrong.length} slices are faded or not as they should be` : null;
  }

  /**
   * Has a chart go through steps (`[name, act]`); after each its picture must be that of a new figure, or the one that
   * `Plotly.react` draws in a twin with the same history. Counts the steps, those that the chart itself drew in full, and those that a new figure would show too:
   * where ranges and margins keep something of what was before, as after an empty answer, `react` differs from `newPlot`.
   */
  async function hold(chart, steps) {
    const plotly = await chart.page.plotly;
    const { react, newPlot } = plotly;
    const config = chart.plot._context;
    const twin = place(chart);
    const found = { steps: 0, full: 0, fresh: 0, differences: [] };
    plotly.react = (...all) => { found.full += 1; return react(...all); };
    await newPlot(twin, copied(chart.traces), chart.layout(), config);
    for (const [name, act] of steps) {
      await act();
      await react(twin, copied(chart.traces), chart.layout());
      const fresh = place(chart);
      await newPlot(fresh, copied(chart.traces), chart.layout(), config);
      const ours = picture(chart.plot);
      const isFresh = !difference(ours, picture(fresh));
      const wrong = (isFresh ? null : difference(ours, picture(twin))) ?? shades(chart);
      if (wrong) found.differences.push(`${name}: ${wrong}`);
      found.fresh += isFresh ? 1 : 0;
      found.steps += 1;
      remove(plotly, fresh);
    }
    plotly.react = react;
    remove(plotly, twin);
    return found;
  }

  /** Answers made up from the chart's own. */
  function answers(selector) {
    const chart = document.querySelector(selector);
    return hold(chart, Object.entries(series(chart.traces)).map(([name, traces]) => [name, () => {
      chart.show({ traces });
      return chart.page.drawing.settled();
    }]));
  }

  /** The engine's answers to selections: `[view, selection]`. */
  function selections(selector, list) {
    const chart = document.querySelector(selector);
    return hold(chart, list.map(([view, selection]) => [`${view} = ${JSON.stringify(selection)}`, () => {
      chart.page.store.select(view, selection);
      return dashgen.idle();
    }]));
  }

  async function timed(draw) {
    await new Promise((frame) => requestAnimationFrame(frame));
    const begun = performance.now();
    await draw();
    return performance.now() - begun;
  }

  /** Milliseconds per update, as [least, middle], all ways by turns in the same figure. */
  async function measure(selector, rounds) {
    const chart = document.querySelector(selector);
    const plotly = await chart.page.plotly;
    const start = chart.traces;
    const direct = (traces) => timed(() => chart.draw((chart.traces = traces)));
    const times = { react: [], 'axes follow': [], 'axes stay': [], selected: [] };
    for (let i = 0; i < rounds; i += 1) {
      const grown = eachValue(start, (value) => value && value * (0.57 + ((i * 7) % 10) / 20));
      const turned = start[0].parents ? eachValue(grown, (value) => value * 2) : eachValue(grown, (_, at, all) => all[(at + 1) % all.length]);
      times.react.push(await timed(() => plotly.react(chart.plot, copied(grown), chart.layout(), chart.plot._context)));
      await direct(start);
      times['axes follow'].push(await direct(grown));
      times['axes stay'].push(await direct(turned));
      times.selected.push(await direct(eachTrace(turned, () => ({ selectedpoints: [i % 3] }))));
    }
    await direct(start);
    return Object.entries(times).map(([name, all]) => [name, Math.min(...all), all.sort((a, b) => a - b)[rounds >> 1]]);
  }

  return { answers, selections, measure };
})()
