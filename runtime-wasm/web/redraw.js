/**
 * Draws new points into a figure that plotly has drawn in full: several times faster than `Plotly.react`, with the same picture.
 *
 * `Plotly.react` works out all defaults, the legend, margins, both axes and every handler again. Where an answer differs from the
 * one before it only in its points, plotly's inner steps (`generator/plotly/core.js`) draw these alone. Another version of plotly may
 * change them: `tests/tests/redraw.rs` holds the two pictures against each other.
 */

const CONFIG = { displayModeBar: false, displaylogo: false, responsive: false, doubleClick: false, scrollZoom: false, showTips: false, modeBarButtonsToRemove: ['select2d', 'lasso2d'] };

/** The arrays of a trace that hold its points. */
export const POINTS = ['x', 'y', 'text', 'customdata', 'ids', 'labels', 'parents', 'values'];
/** These and the cells between two axes. */
const CELLS = [...POINTS, 'z'];
const MARKER_POINTS = ['size', 'colors'];
const PARTS = new Set([...CELLS, ...MARKER_POINTS]);
/** What tells which of them are selected; `meta` has no other part that changes. */
const SHADES = new Set(['selectedpoints', 'meta']);

const TREE = { fits: ({ labels }) => Array.isArray(labels), count: ({ labels }) => labels.length };

/** The trace types that may be redrawn, with a test of their traces, how many points these show, and what must stay besides. */
const TYPES = {
  bar: { fits: (trace) => isPlaced(trace) && !trace.base, count: places },
  scatter: { fits: (trace) => isPlaced(trace) && trace.mode !== undefined, count: places },
  // The legend names its slices, without those that have no value.
  pie: { fits: ({ values }) => values?.every(Number.isFinite), count: slices, stays: 'labels' },
  treemap: TREE,
  sunburst: TREE,
  icicle: TREE,
  funnel: { fits: isPlaced, count: places },
  // A scale of colours stands beside cells that have a value.
  heatmap: { fits: (trace) => isPlaced(trace) && Array.isArray(trace.z), count: cells },
};

/** A figure on the page: in full at first and where anything but its points has changed, else redrawn. */
export class Figure {
  /** The outline of the traces that stand there, if new points can be drawn into it. */
  #outline = null;
  #template;
  #isOutgrown = false;
  /** The widest margins so far: the frame stays where it is when labels become shorter. */
  #margin = {};

  /**
   * @param {HTMLElement} plot
   * @param {object} [config] what the author wants of plotly's own ways to look around
   */
  constructor(plot, config) {
    this.plot = plot;
    this.config = { ...CONFIG, ...config };
  }

  /** Has the next drawing done in full: the figure's size has changed. */
  outgrow() {
    this.#isOutgrown = true;
    this.#margin = {};
  }

  /** Margins that leave the frame where it is. */
  margin(own = {}) {
    return { ...own, ...wider(own, this.#margin) };
  }

  /** Keeps the margins that were drawn. By `slack` (px) plotly lets them grow without drawing the frame anew: that is taken back. */
  #keepFrame(slack) {
    const { layout, _fullLayout: full } = this.plot;
    for (const [side, size] of Object.entries(wider(full._size, this.#margin))) {
      const grown = size - (this.#margin[side] ?? 0);
      if (grown > slack) this.#margin[side] = size;
      else hold(full._size, side, grown);
    }
    Object.assign(full.margin, wider(full.margin, this.#margin));
    // Plotly starts from these when it draws of its own accord.
    layout.margin = this.margin(layout.margin);
  }

  /**
   * Draws traces.
   * @param {object} plotly
   * @param {Array<object>} traces
   * @param {object} template the page's look
   * @param {() => object} layout makes the layout, which depends on the size and the look only
   * @param {string} [outlines] the folder with the outlines of maps
   */
  async draw(plotly, traces, template, layout, outlines = '') {
    const { plot } = this;
    traces = standing(traces);
    const outline = outlineOf(traces);
    const isKept = outline !== null && outline === this.#outline && template === this.#template && !this.#isOutgrown;
    this.#outline = null;
    this.#isOutgrown = false;
    const isRedrawn = isKept && await redraw(plotly.internals, plot, traces);
    if (!isRedrawn) {
      await (plot._fullLayout ? plotly.react : plotly.newPlot)(plot, traces.map((trace) => ({ ...trace })), layout(), this.#configWith(outlines));
    }
    if (isPlain(plot._fullLayout)) this.#outline = outline;
    this.#template = template;
    if (axesOf(plot._fullLayout).length) this.#keepFrame(isRedrawn ? 1 : 0);
  }

  /** Where anything in it differs from the last time, plotly begins from nothing: the page's address, which filters change, is kept out. */
  #configWith(outlines) {
    return outlines ? { ...this.config, topojsonURL: new URL(outlines, document.baseURI).href } : this.config;
  }

  /** Draws once more what stands there, as a new answer is drawn. */
  async rehearse({ internals }) {
    if (this.#outline === null || this.#isOutgrown) return;
    await drawPoints(internals, this.plot, axesOf(this.plot._fullLayout));
    internals.rehover(this.plot);
    this.plot.emit('plotly_afterplot');
  }
}

/**
 * Traces of which none is empty as long as one has a point: where nothing is left of a category it has a point without a value.
 * Its entry in the legend stays, so the frame does not move, and a chart whose own categories are filtered is redrawn like others.
 */
function standing(traces) {
  const isEmptied = ({ type = 'scatter', x, y }) => (type === 'scatter' || type === 'bar') && x?.length === 0 && y?.length === 0;
  if (!traces.some(isEmptied)) return traces;
  const donor = traces.find((trace) => isPlaced(trace) && places(trace) > 0);
  const along = donor?.orientation === 'h' ? 'y' : 'x';
  return donor ? traces.map((trace) => (isEmptied(trace) ? { ...trace, x: [null], y: [null], [along]: [donor[along][0]] } : trace)) : traces;
}

/** Takes a pixel back, for which the frame would have to be drawn anew the next time. */
function hold(size, side, grown) {
  size[side] -= grown;
  size[side === 't' ? 'h' : 'w'] += grown;
}

/** The wider of two margins on each side but the lower, where labels may turn. */
function wider(a, b) {
  return Object.fromEntries(['l', 'r', 't'].map((side) => [side, Math.max(a[side] ?? 0, b[side] ?? 0)]));
}

/** All of the traces but their points, or null if a type among them cannot be redrawn. */
function outlineOf(traces) {
  return traces.every((trace) => TYPES[trace.type ?? 'scatter']?.fits(trace)) ? traces.map(outline).join() : null;
}

function outline(trace) {
  const { count, stays } = TYPES[trace.type ?? 'scatter'];
  const without = (name, value) => (SHADES.has(name) ? undefined : PARTS.has(name) && Array.isArray(value) ? 'points' : value);
  // Of a trace without points plotly keeps no defaults.
  return `${JSON.stringify(trace, without)}${count(trace) > 0}${JSON.stringify(trace[stays])}`;
}

/** True if nothing in the layout that plotly made follows the points, but for the ranges of one pair of axes. */
function isPlain(layout) {
  const { cartesian, ...others } = layout._subplots;
  const more = Object.values(others).flat().filter((id) => id !== 'x' && id !== 'y');
  const overlays = [more, layout.shapes, layout.annotations, layout.images];
  return cartesian.length <= 1 && overlays.every((list) => !list?.length) && axesOf(layout).every(isPlainAxis);
}

/** Linked axes, breaks and labels inside the plot make ranges depend on more than the points. */
function isPlainAxis(axis) {
  return ![axis.scaleanchor, axis.matches, axis.rangebreaks?.length, axis.ticklabelposition?.includes('inside')].some(Boolean);
}

function axesOf({ xaxis, yaxis, _subplots: { cartesian } }) {
  return cartesian.length ? [xaxis, yaxis] : [];
}

/** Draws new points into a plain figure with the same outline; false, with nothing done, if its frame has to move first. */
async function redraw(inner, plot, traces) {
  if (hasMoved(axesOf(plot._fullLayout))) return false;
  // Into stacked areas plotly puts points of its own, which a selection does not count.
  const stays = traces.every((trace, i) => !trace.stackgroup && hasSamePoints(plot.data[i], trace));
  traces.forEach((trace, i) => renew(trace, plot.data[i], plot._fullData[i]));
  if (stays) restyle(inner, plot);
  else await drawPoints(inner, plot);
  inner.rehover(plot);
  plot.emit('plotly_afterplot');
  return true;
}

function isPlaced({ x, y }) {
  return Array.isArray(x) && Array.isArray(y);
}

function places({ x, y }) {
  return Math.min(x.length, y.length);
}

function cells({ z }) {
  return z.flat().filter((value) => value !== null).length;
}

/** Plotly draws no pie where all values are zero. */
function slices({ labels, values }) {
  return values.some((value) => value > 0) ? Math.min(labels.length, values.length) : 0;
}

/** Plotly lets margins differ by a pixel from what it has drawn, and moves the frame the next time. */
function hasMoved(axes) {
  const frame = () => axes.map((axis) => [axis._offset, axis._length]).join();
  const before = frame();
  for (const axis of axes) axis.setScale();
  return frame() !== before;
}

function hasSamePoints(old, trace) {
  return CELLS.every((name) => equal(old[name], trace[name])) && MARKER_POINTS.every((name) => equal(old.marker?.[name], trace.marker?.[name]));
}

function equal(a, b) {
  return a === b || (Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, i) => equal(item, b[i])));
}

/** What `Plots.supplyDefaults` would make of a trace's points. */
function renew(trace, data, full) {
  Object.assign(data, trace);
  if (trace.selectedpoints === undefined) delete data.selectedpoints;
  for (const name of CELLS) if (full[name] !== undefined) full[name] = trace[name];
  for (const name of MARKER_POINTS) if (Array.isArray(full.marker?.[name])) full.marker[name] = trace.marker[name];
  full.selectedpoints = trace.selectedpoints;
  full.meta = trace.meta;
  if (full._length) full._length = TYPES[full.type].count(trace);
}

/** Shades the marks that are drawn by what is selected now. */
function restyle(inner, plot) {
  for (const points of plot.calcdata) {
    for (const point of points) delete point.selected;
    if (points[0].trace.selectedpoints) inner.tagSelected(points, points[0].trace);
  }
  inner.style(plot);
}

/**
 * The steps of plotly's `_doPlot` that new points call for; if the axes' labels need other margins, it is called after all. The
 * labels of axes that `moved` are drawn in any case.
 */
async function drawPoints(inner, plot, moved = []) {
  const layout = plot._fullLayout;
  const axes = axesOf(layout);
  const before = axes.map(scale);
  layout._replotting = true;
  inner.doCalcdata(plot);
  if (axes.length) inner.doAutoRange(plot);
  const changed = axes.filter((axis, i) => moved.includes(axis) || scale(axis) !== before[i]);
  if (changed.length) await inner.drawAxes(plot, changed.map((axis) => axis._id));
  await inner.drawData(plot);
  const hasScales = Object.keys(layout._colorAxes ?? {}).length > 0;
  if (hasScales) inner.drawColorbars(plot);
  if (changed.length || hasScales) await inner.doAutoMargin(plot);
}

function scale({ range, _categories: categories }) {
  return JSON.stringify([range, categories]);
}
