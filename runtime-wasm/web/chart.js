/** `<dashgen-chart>`: a plotly figure that the reader can brush, click, walk through by keys and read as a table. */
import { View } from './view.js';
import { Brush } from './brush.js';
import { setupBounds } from './bounds.js';
import { Picks } from './picks.js';
import { Legend } from './legend.js';
import { tableOf } from './datatable.js';
import { drawDots } from './dots.js';
import { marksOf } from './marks.js';
import { Figure } from './redraw.js';
import { REPOSE, summaryOf } from './summary.js';
import { Frames } from './frames.js';
import { inCurrency } from './format.js';
import { narrowLayout, narrowTraces } from './narrow.js';
import { painted } from './paint.js';
import { fillData, setupTools } from './tools.js';
import { t } from './texts.js';

/** The traces that plotly draws with WebGL alone. */
const SPATIAL = /scatter3d|splom|parcoords|(scatter|density|choropleth)map/;

export class ChartView extends View {
  #took = 0;
  #size = null;

  setup() {
    this.box = this.querySelector('.box');
    this.plot = this.querySelector('.plot');
    this.figure = new Figure(this.plot, this.plan.shows.chart.options?.config);
    this.traces = [];
    this.title = this.querySelector('h3')?.textContent ?? this.plan.id;
    if (this.querySelector('.frames')) this.frames = new Frames(this);
    setupTools(this);
    if (this.plan.select?.interval || this.plan.select?.box) setupBounds((this.brush = new Brush(this)));
    if (this.plan.select?.values) this.picks = new Picks(this);
    if (this.plan.shows.chart.options?.legend === 'filter') this.legend = new Legend(this);
    if (!this.plan.select) describe(this.plot, this.title);
    this.box.addEventListener('dblclick', (event) => {
      if (!event.target.closest('.legend, .data')) this.select(null);
    });
    this.summary = this.querySelector('.summary');
    if (this.summary) this.plot.setAttribute('aria-describedby', this.summary.id);
    new ResizeObserver(() => this.resized()).observe(this.plot);
    this.page.drawing.watch(this);
  }

  /** Takes new traces; they are drawn in the next frame if the chart is on screen. */
  show(shown) {
    if (shown.error !== undefined) return this.notice(shown.error, { error: true });
    this.all = shown.traces;
    this.frame();
  }

  /** Shows the traces; of an animated chart those of its frame. */
  frame() {
    this.traces = this.frames?.pick(this.all) ?? this.all;
    this.notice(this.traces.every(isEmpty) ? t('No rows match these filters') : null);
    if (this.classList.contains('as-table')) this.fillTable();
    this.page.drawing.add(this);
    clearTimeout(this.reposing);
    this.reposing = setTimeout(() => this.tell(), REPOSE);
  }

  /** Puts the chart into words. */
  tell() {
    if (this.summary) this.summary.textContent = summaryOf(tableOf(this.plan.shows.chart, this.traces));
  }

  follow() {
    this.brush?.place();
    this.picks?.follow();
    this.legend?.follow();
  }

  noticeHost() {
    return this.box;
  }

  /** Draws the traces in the theme's look; `Drawing` decides when. */
  async draw() {
    let begun = performance.now();
    try {
      if (this.traces.some(({ type }) => SPATIAL.test(type)) && !hasWebGL()) throw new Error('no WebGL');
      const plotly = await this.page.plotly;
      begun = performance.now();
      if (this.frames?.move) this.figure.outgrow();
      const traces = narrowTraces(this.legend?.faded(this.traces) ?? this.traces, () => this.size().width);
      await this.figure.draw(plotly, painted(drawable(traces, this.page.data.boundaries?.[this.plan.id]), this.page.template), this.page.template, () => this.layout(), this.page.data.outlines);
      if (!this.drawn) this.firstDrawn();
      if (document.querySelector('.printing')) still(this.plot);
    } catch (error) {
      this.notice(t('This chart could not be drawn: {why}', { why: error.message }), { error: true });
    }
    this.#clock(performance.now() - begun);
  }

  /** Draws what it shows once more, if only points may change in it. */
  async rehearse() {
    if (this.drawn) await this.figure.rehearse(await this.page.plotly);
  }

  /** What a drawing costs (ms): one slow among quick ones does not count, nor does the first. */
  #clock(took) {
    this.cost = Math.min(took, this.#took);
    this.#took = took;
  }

  /** Draws it anew in another theme, font or width. */
  restyle() {
    this.#size = null;
    for (const copy of this.querySelectorAll('.still')) copy.remove();
    this.figure.outgrow();
    this.page.drawing.add(this);
  }

  layout() {
    const { width, height } = this.size();
    const layout = narrowLayout(structuredClone(this.plan.shows.chart.layout), this.traces, width);
    layout.margin = this.figure.margin(layout.margin);
    return { uirevision: 'kept', ...inCurrency(layout), template: templateFor(this.traces, this.page.template), ...(this.frames?.move && { transition: { duration: this.frames.move, easing: 'cubic-in-out' } }), width, height, autosize: false };
  }

  /** Its size (px), which is kept: to ask for it among drawings has the browser lay out the whole page. */
  size() {
    const measure = () => {
      const width = this.plot.clientWidth || document.getElementById('main').clientWidth || 640;
      return { width, height: this.plot.clientHeight || +this.querySelector('.strut').getAttribute('height') };
    };
    return (this.#size ??= measure());
  }

  firstDrawn() {
    this.drawn = true;
    this.picks?.listen(this.plot);
    this.legend?.listen(this.plot);
    this.page.linked.listen(this);
    this.plot.on('plotly_afterplot', () => this.finish());
    this.finish();
  }

  /** What plotly cannot be told: faded slices, a picture that scales on paper, the brush in its place. */
  finish() {
    for (const { trace, index, element } of marksOf(this.plot, '.slice, .boxes .box')) {
      element.style.opacity = this.traces[trace]?.meta?.dimmed?.[index] ? 0.25 : '';
      if (this.traces[trace]?.type === 'sunburst') withoutEnds(element);
    }
    for (const link of this.plot.querySelectorAll('.sankey-link')) link.classList.toggle('dimmed', Boolean(this.traces[0]?.meta?.dimmed?.[link.__data__?.link.pointNumber]));
    for (const svg of this.plot.querySelectorAll('.main-svg')) {
      const box = `0 0 ${svg.getAttribute('width')} ${svg.getAttribute('height')}`;
      if (svg.getAttribute('viewBox') !== box) svg.setAttribute('viewBox', box);
    }
    drawDots(this.plot);
    this.brush?.place();
    this.picks?.mark();
    this.legend?.label();
  }

  resized() {
    this.#size = null;
    const { width, height } = this.size();
    const full = this.plot._fullLayout;
    if (!this.drawn || !this.plot.clientWidth || (full.width === width && full.height === height)) return;
    this.figure.outgrow();
    this.page.drawing.add(this);
  }

  fillTable() {
    fillData(this, tableOf(this.plan.shows.chart, this.traces));
  }
}

/** Takes the line away with which a whole ring would begin and end, or which nothing would be: it crosses the names. */
function withoutEnds(slice) {
  const { x0, x1 } = slice.__data__;
  const turn = (x1 - x0) / (2 * Math.PI);
  slice.style.visibility = turn > 1e-6 ? '' : 'hidden';
  if (turn > 1 - 1e-6) slice.querySelector('path').style.strokeOpacity = 0;
}

/** Of what WebGL draws browsers print the last picture that was on screen: on paper a copy stands before it. */
function still(plot) {
  const { _fullLayout: full } = plot;
  for (const id of full._subplots.gl3d ?? []) full[id]._scene.glplot.redraw();
  for (const canvas of plot.querySelectorAll('canvas:not(.maplibregl-canvas)')) {
    const copy = canvas.cloneNode();
    copy.className = 'still';
    copy.getContext('2d').drawImage(canvas, 0, 0);
    canvas.after(copy);
  }
}

/** Tells a screen reader that this is a picture of what the table says. */
function describe(plot, title) {
  plot.setAttribute('role', 'img');
  plot.setAttribute('aria-label', t('{title}: chart; its numbers are in its table', { title }));
}

/** On a scale of colors plotly chooses the color of a text by what is behind it. */
function templateFor(traces, template) {
  if (!traces.some(({ marker }) => marker?.coloraxis)) return template;
  const data = Object.entries(template.data).map(([type, [{ insidetextfont, ...rest }]]) => [type, [rest]]);
  return { ...template, data: Object.fromEntries(data) };
}

/** Traces as this browser can draw them on this page: points without WebGL where there is none, areas with their boundaries. */
function drawable(traces, boundaries) {
  if (boundaries) return traces.map((trace) => ({ ...trace, geojson: new URL(boundaries, document.baseURI).href }));
  if (!traces.some(({ type }) => type === 'scattergl') || hasWebGL()) return traces;
  return traces.map((trace) => (trace.type === 'scattergl' ? { ...trace, type: 'scatter' } : trace));
}

let webgl;

/** Whether the browser can draw in space; it is asked once. */
function hasWebGL() {
  return (webgl ??= Boolean(document.createElement('canvas').getContext('webgl')));
}

function isEmpty(trace) {
  if ([trace.x, trace.y].some((values) => values?.length && values.every((value) => value === null))) return true;
  if (trace.type === 'indicator') return trace.value === null;
  const points = trace.values ?? trace.link?.value ?? trace.z?.flat() ?? trace.r ?? trace.a ?? trace.lat ?? trace.locations ?? trace.close ?? trace.base ?? trace.y ?? trace.x ?? trace.dimensions;
  // A share of nothing is not drawn.
  return Array.isArray(points) && points.every((value) => value === null || (value === 0 && trace.values));
}
