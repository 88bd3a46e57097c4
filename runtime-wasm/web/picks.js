/** Choosing values in a chart: by click, with Ctrl, Shift or ⌘ for several, and by arrow keys and Enter. */
import { announce } from './dom.js';
import { formatValue } from './format.js';
import { otherOf, selectKinds, selectLabel, selectKeys } from './plan.js';
import { carriedAt, tableOf } from './datatable.js';
import { marksOf } from './marks.js';
import { t } from './texts.js';

/** Clicks closer than this (ms) are one gesture: a double click is one step of the history. */
const TOGETHER = 450;
/** Mouse events that come this soon (ms) after a touch are its echo. */
const ECHO = 800;
/** A pointer that moves less than this (px) between press and release has clicked. */
const NEAR_ENOUGH = 4;

export class Picks {
  #cursor = -1;
  #last = 0;
  #touched = -Infinity;
  #cleared = -Infinity;
  #gesture;
  #over = null;

  constructor(chart) {
    this.chart = chart;
    this.depth = selectKeys(chart.plan).length;
    chart.dataset.picks = '';
    const { plot } = chart;
    plot.tabIndex = 0;
    plot.setAttribute('role', 'group');
    plot.setAttribute('aria-roledescription', 'chart');
    plot.setAttribute('aria-label', t('{title}. Arrow keys move, Enter filters the page, Shift+Enter adds.', { title: chart.title }));
    plot.addEventListener('keydown', (event) => this.#key(event));
    plot.addEventListener('blur', () => this.#leave());
  }

  /** Follows plotly's clicks, once the figure is drawn. */
  listen(plot) {
    plot.on('plotly_click', ({ points, event }) => {
      if (!plot.querySelector('.parcatslayer')) this.#click(points?.[0], event);
    });
    // A band of parallel categories is put on top while it is pointed at, by which browsers lose the click on it.
    plot.on('plotly_hover', ({ points }) => (this.#over = points?.[0]));
    plot.on('plotly_unhover', () => (this.#over = null));
    plot.addEventListener('pointerup', (event) => {
      if (event.target.closest?.('.parcatslayer .paths')) this.#click(this.#over, event);
    });
    // Of a double click the browser tells the plot nothing: plotly lays a cover over the page while a button is down.
    plot.on('plotly_doubleclick', () => {
      if (performance.now() - this.#touched < ECHO) return;
      this.#cleared = performance.now();
      this.chart.select(null, this.#gesture);
    });
    this.#listenAround(plot);
    for (const type of ['treemap', 'sunburst', 'icicle']) {
      plot.on(`plotly_${type}click`, ({ points, event }) => {
        this.#click(points?.[0], event);
        return false; // a click selects; it does not zoom
      });
    }
  }

  /** In a circle or a triangle plotly tells of no click unless it zooms: there a click is on the point under the pointer. */
  #listenAround(plot) {
    if (!plot._fullLayout._subplots.polar?.length && !plot._fullLayout._subplots.ternary?.length) return;
    let over = null;
    let pressed = null;
    plot.on('plotly_hover', ({ points }) => (over = points[0]));
    plot.on('plotly_unhover', () => (over = null));
    plot.addEventListener('pointerdown', ({ clientX: x, clientY: y }) => (pressed = over && { over, x, y }), true);
    addEventListener('pointerup', (event) => {
      if (pressed && Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y) < NEAR_ENOUGH) this.#click(pressed.over, event);
      pressed = null;
    });
  }

  follow() {
    const { plan, page, selection } = this.chart;
    if (document.activeElement !== this.chart.plot) return;
    const kinds = selectKinds(page.plan, plan);
    const names = selection?.in.map((tuple) => tuple.map((value, i) => formatValue(value, kinds[i])).join(' › '));
    announce(names ? `${selectLabel(page.plan, plan)}: ${names.join(', ')}` : t('Nothing selected'));
  }

  #click(point, event) {
    if (!point || this.#isEcho(event)) return;
    const { trace, index } = this.#hit(event) ?? { trace: point.curveNumber ?? 0, index: point.pointNumbers?.[0] ?? point.pointNumber };
    this.#toggle(point.trace?.type === 'sankey' ? flow(point) : this.#tuple(trace, index), event?.ctrlKey || event?.metaKey || event?.shiftKey, this.#inside(trace, index));
  }

  /** The bar under the pointer. plotly's own finding is out of date if the click falls into a redraw. */
  #hit(event) {
    const { clientX: x, clientY: y } = event?.changedTouches?.[0] ?? event ?? {};
    return marksOf(this.chart.plot, '.bars .point').find(({ element }) => {
      const { left, right, top, bottom } = element.getBoundingClientRect();
      return x >= left && x <= right && y >= top && y <= bottom;
    });
  }

  /** plotly reports a tap twice, as a touch and as the mouse events that browsers send after it, and takes both for a double click. */
  #isEcho(event) {
    const now = performance.now();
    const touch = event?.type?.startsWith('touch');
    if (touch) this.#touched = now;
    return now - this.#cleared < 300 || (!touch && now - this.#touched < ECHO);
  }

  #tuple(trace, index) {
    const data = carriedAt(this.chart.traces[trace], index);
    if (data === undefined) return null;
    const tuple = (Array.isArray(data) ? data : [data]).slice(0, this.depth);
    return tuple.includes(otherOf(this.chart.plan)) ? null : tuple; // what is left over cannot be selected
  }

  /** What lies inside of a part whose rows name their parents: the path of a row does not begin with that of the row above. */
  #inside(trace, index) {
    const { ids, parents, customdata } = this.chart.traces[trace] ?? {};
    const found = new Set([ids?.[index]]);
    if (!this.chart.plan.shows.chart.channels.some(({ role }) => role === 'parents')) return [];
    return customdata.filter((_, i) => found.has(parents[i]) && found.add(ids[i]));
  }

  #toggle(tuple, adds, more = []) {
    if (!tuple) return;
    const now = performance.now();
    if (now - this.#last > TOGETHER) this.#gesture = {};
    this.#last = now;
    const chosen = [tuple, ...more].filter(({ length }) => length);
    this.chart.select(chosen.length ? toggled(this.chart.selection?.in ?? [], chosen, adds) : null, this.#gesture);
  }

  #points() {
    const seen = new Set();
    return tableOf(this.chart.plan.shows.chart, this.chart.traces).rows.filter(({ trace, index }) => {
      const key = JSON.stringify(this.#tuple(trace, index));
      return key !== 'null' && !seen.has(key) && seen.add(key);
    });
  }

  #key(event) {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, Home: -1e9, End: 1e9 }[event.key];
    const points = this.#points();
    if (step && points.length) {
      this.#cursor = this.#cursor < 0 && Math.abs(step) === 1 ? 0 : Math.max(0, Math.min(points.length - 1, this.#cursor + step));
      this.#say(points[this.#cursor]);
      this.mark();
    } else if ((event.key === 'Enter' || event.key === ' ') && points[this.#cursor]) {
      const { trace, index } = points[this.#cursor];
      this.#gesture = {};
      this.#last = -Infinity;
      this.#toggle(this.#tuple(trace, index), event.shiftKey || event.ctrlKey || event.metaKey, this.#inside(trace, index));
    } else return;
    event.preventDefault();
  }

  #say({ trace, index, cells }) {
    const chosen = contains(this.chart.selection?.in ?? [], this.#tuple(trace, index));
    announce(`${cells.join(', ')}${chosen ? `, ${t('selected')}` : ''}`);
  }

  #leave() {
    this.#cursor = -1;
    this.mark();
  }

  /** Shows where the arrow keys are. */
  mark() {
    if (this.#cursor < 0 && !this.chart.plot.querySelector('.cursor')) return;
    const at = this.#points()[this.#cursor];
    for (const { element, trace, index } of marksOf(this.chart.plot)) {
      element.classList.toggle('cursor', trace === at?.trace && index === at?.index);
    }
  }
}

/** A link of a sankey has both of its ends, a node the flows that begin there; where none do there is nothing to select. */
function flow(point) {
  return point.source ? point.customdata : point.sourceLinks?.length ? point.customdata : null;
}

/** A click takes values alone, or gives them up if they were alone; an adding click changes only these. */
export function toggled(tuples, chosen, adds) {
  const others = tuples.filter((other) => !contains(chosen, other));
  const had = others.length + chosen.length === tuples.length;
  if (adds) return { in: had ? others : [...others, ...chosen] };
  return had && !others.length ? null : { in: chosen };
}

function contains(tuples, tuple) {
  return tuples.some((other) => JSON.stringify(other) === JSON.stringify(tuple));
}
