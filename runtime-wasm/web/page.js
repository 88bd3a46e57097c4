/**
 * The entry: reads the page's data, binds elements to views, carries states to the engine and answers to the views.
 *
 * `window.dashgen` is a read-only hook for tests: `ready` (a promise: first paint done), `drawn()` (a promise: no step through
 * the history and no answer owed, everything on screen drawn), `idle()` (that, and the address written), `state()`,
 * `shown(viewId)`, `timings` (milliseconds since navigation), `memory()` (bytes that the engine holds).
 */
import { EngineClient } from './engine.js';
import { Drawing } from './draw.js';
import { Linked } from './linked.js';
import { Store } from './state.js';
import { ChartView } from './chart.js';
import { POINTS } from './redraw.js';
import { InputView } from './inputs.js';
import { ComponentView } from './component.js';
import { MetricView, ValueView } from './metric.js';
import { TableView } from './table.js';
import { Tabs } from './tabs.js';
import { setupHeader, setupTheme } from './header.js';
import { setupSearch } from './search.js';
import { setupContainers } from './containers.js';
import { setupCopy } from './copy.js';
import { setupViews } from './views.js';
import { registerLocale, useLocale } from './format.js';
import { t } from './texts.js';
import { chartTemplate, watchTheme } from './theme.js';
import { announce, readIcons } from './dom.js';
import { same } from './plan.js';

/** An answer that comes within this time (ms) needs no sign of waiting. */
const PATIENCE = 140;

export class Page {
  constructor(data) {
    this.data = data;
    this.plan = data.plan;
    this.store = new Store(data.plan);
    this.drawing = new Drawing();
    this.linked = new Linked(this);
    this.template = chartTemplate();
    useLocale(data.plan.locale);
    this.plotly = data.plotly ? import(new URL(data.plotly, document.baseURI).href).then((module) => module.default ?? globalThis.Plotly) : Promise.reject(new Error('no plotly'));
    this.plotly.then(registerLocale, () => {});
    this.shown = new Map(Object.entries(data.shown));
    this.views = new Map();
    this.unanswered = new Set();
    this.catalogues = {};
    this.timings = {};
    this.title = document.title;
    this.engine = new EngineClient(data, {
      answer: (update, fresh, points) => this.answer(update, fresh, points),
      progress: (loaded, total) => this.progress(total ? loaded / total : 1),
      ready: (notes) => this.loaded(notes),
      failure: (message, owed) => this.fail(message, owed),
      catalogues: (catalogues) => Object.assign(this.catalogues, catalogues),
      late: (update, points) => this.late(update, points),
      missing: (message) => this.miss(message),
      replied: () => this.tell(),
    });
  }

  /** What a view showed first: the start state's answer. */
  first(id) {
    return this.data.shown[id];
  }

  /** Binds every element to its view and shows what the build has computed. */
  bind() {
    for (const host of document.querySelectorAll('[data-view]')) {
      const plan = this.plan.views.find((view) => view.id === host.dataset.view);
      if (!plan || !host.attach) continue;
      host.attach(this, plan);
      this.views.set(plan.id, host);
      if (plan.select?.interval) for (const type of ['pointerenter', 'focusin']) host.addEventListener(type, () => this.engine.activate(plan.id, this.store.state));
      if (this.first(plan.id)) host.show(this.first(plan.id));
    }
  }

  /** Follows the reader from here on. */
  async run() {
    this.store.watch((state) => this.changed(state));
    watchTheme(() => this.restyle());
    // Texts were measured in the font that stood in for the site's own.
    if (document.fonts.size) document.fonts.ready.then(() => this.restyle());
    const shared = !same(this.store.state, this.store.start);
    if (shared) this.changed(this.store.state);
    await this.drawing.settled();
    this.timings.painted = performance.now();
    if (shared) await this.idle();
    else this.prepare();
  }

  /** Loads the engine when the reader means to do something, or when nothing else is to do. */
  prepare() {
    const start = () => this.engine.start();
    const heard = (event) => event.target.closest?.('[data-view], .filters') && start();
    for (const type of ['pointerover', 'focusin', 'touchstart']) addEventListener(type, heard, { passive: true, capture: true });
    addEventListener('keydown', start, { once: true });
    if (navigator.connection?.saveData) return;
    (globalThis.requestIdleCallback ?? setTimeout)(start, { timeout: 3000 });
  }

  changed(state) {
    this.drawing.moving = this.store.moving;
    this.asked ??= performance.now();
    // The engine is at it while the views follow.
    this.engine.ask(state);
    for (const view of this.views.values()) view.follow(state);
    this.waiting ??= setTimeout(() => this.wait(), PATIENCE);
  }

  wait() {
    document.title = `${t('Computing…')} · ${this.title}`;
    for (const view of this.views.values()) view.busy(true);
    if (!this.timings.engine) this.progress(this.share ?? 0.05);
  }

  /** Loading ahead of need goes unseen; the line shows when the reader waits for it. */
  progress(share) {
    this.share = Math.max(0.05, share);
    showProgress(this.waiting ? this.share : null);
  }

  answer(update, fresh, points) {
    const shown = fresh ? { ...this.data.shown, ...update } : update;
    for (const [id, value] of Object.entries(shown)) {
      const known = this.shown.get(id);
      if (!fresh || this.failed || id in update || known !== value) this.take(id, value, points);
    }
    this.failed = false;
    if (this.engine.pending) return;
    this.timings.answered = performance.now() - this.asked;
    this.asked = undefined;
    this.rest();
    this.drawing.hurry();
  }

  /** Shows an answer; a view whose file is still on its way keeps what it shows, and says that it waits. */
  take(id, value, points) {
    if (value === 'waiting') {
      this.unanswered.add(id);
      if (this.missed) this.unloaded(id);
      return;
    }
    this.unanswered.delete(id);
    const shown = this.whole(id, value, points);
    this.shown.set(id, shown);
    this.views.get(id)?.show(shown);
  }

  /** What a view shows, where an answer says only how that changes. */
  whole(id, value, points) {
    if (value.points) return { traces: pointed(this.catalogues[id], value.points, points) };
    if (value.selected) return { traces: marked(this.shown.get(id).traces, value.selected, points) };
    return value;
  }

  late(update, points) {
    this.missed = undefined;
    for (const [id, value] of Object.entries(update)) this.take(id, value, points);
    this.rest();
  }

  /** A file of the background did not come: the views that wait for it say so. */
  miss(message) {
    this.missed = message;
    for (const id of this.unanswered) this.unloaded(id);
    this.tell();
  }

  unloaded(id) {
    const retry = () => {
      this.views.get(id)?.notice(null);
      this.missed = undefined;
      this.engine.retry();
    };
    this.views.get(id)?.notice(t('Not up to date: {why}', { why: this.missed }), { error: true, retry });
  }

  rest() {
    clearTimeout(this.waiting);
    this.waiting = undefined;
    document.title = this.title;
    for (const [id, view] of this.views) view.busy(this.unanswered.has(id));
    this.tell();
  }

  loaded(notes) {
    this.timings.engine = performance.now();
    showProgress(null);
    for (const note of notes) console.info(`dashgen: ${note}`);
    if (navigator.connection?.saveData) return;
    readIcons('reset', 'close');
    for (const view of this.views.values()) view.lead?.();
    this.drawing.rehearse();
  }

  /** A failure is shown where an answer was owed; otherwise the next gesture simply tries again. */
  fail(message, owed) {
    showProgress(null);
    this.rest();
    if (!owed) return;
    this.failed = true;
    const text = t('Not up to date: {why}', { why: message });
    announce(text);
    const retry = () => this.changed(this.store.state);
    for (const view of this.views.values()) {
      if (!(view instanceof InputView)) view.notice(text, { error: true, retry });
    }
  }

  restyle() {
    this.template = chartTemplate();
    for (const view of this.views.values()) view.restyle?.();
  }

  /** Resolves when no answer is owed and everything on screen is drawn. */
  async drawn() {
    while (this.owes()) await new Promise((resolve) => (this.idlers ??= []).push(resolve));
    await this.drawing.settled();
  }

  /** Resolves when moreover the address is written. */
  async idle() {
    await this.drawn();
    this.store.write();
    if (this.owes()) await this.idle();
  }

  owes() {
    return this.store.travels || this.engine.pending || this.engine.requested || (this.unanswered.size > 0 && this.missed === undefined);
  }

  tell() {
    for (const resolve of this.idlers?.splice(0) ?? []) resolve();
  }
}

/** Traces with some of the points of those in a catalogue, all if none are picked, and with these values. */
function pointed(catalogue, { axis, at, lengths, picked, selected }, numbers) {
  let end = at;
  const parts = (sizes) => sizes.map((size) => numbers.subarray(end, (end += size)));
  const values = parts(lengths);
  const picks = picked ? parts(lengths) : null;
  const marks = selected ? parts(selected) : null;
  return catalogue.map((trace, i) => {
    const some = (name) => [name, Array.from(picks[i], (place) => trace[name][place])];
    const points = picks ? Object.fromEntries(POINTS.filter((name) => trace[name]).map(some)) : {};
    const own = marks ? { selectedpoints: Array.from(marks[i]) } : {};
    return { ...trace, ...points, ...own, [axis]: Array.from(values[i], (number) => (Number.isNaN(number) ? null : number)) };
  });
}

/** The same traces with other points selected. */
function marked(traces, { at, lengths }, numbers) {
  let start = at;
  return traces.map((trace, i) => ({ ...trace, selectedpoints: Array.from(numbers.subarray(start, (start += lengths[i]))) }));
}

/** The line under the header: a share between 0 and 1, or null when nothing loads. */
function showProgress(share) {
  const bar = document.querySelector('.progress');
  bar.classList.toggle('on', share !== null);
  if (share !== null) bar.firstElementChild.style.setProperty('transform', `scaleX(${share})`);
}

/** On paper every chart shows, those in closed tabs too, drawn for the paper's width in light colours. */
function setupPrint(page) {
  const root = document.documentElement;
  let chosen;
  addEventListener('beforeprint', () => {
    chosen = root.dataset.theme;
    root.dataset.theme = 'light';
    root.classList.add('printing');
    for (const details of document.querySelectorAll('details.container')) details.open = true;
    page.restyle();
    page.drawing.all();
  });
  addEventListener('afterprint', () => {
    root.classList.remove('printing');
    if (chosen) root.dataset.theme = chosen;
    else delete root.dataset.theme;
    page.restyle();
  });
}

function main() {
  setupTheme();
  setupSearch();
  setupContainers();
  setupCopy();
  customElements.define('dashgen-tabs', Tabs);
  const source = document.getElementById('dashgen-page');
  if (!source) return;
  customElements.define('dashgen-chart', ChartView);
  customElements.define('dashgen-input', InputView);
  customElements.define('dashgen-metric', MetricView);
  customElements.define('dashgen-value', ValueView);
  customElements.define('dashgen-table', TableView);
  customElements.define('dashgen-component', ComponentView);
  const page = new Page(JSON.parse(source.textContent));
  page.bind();
  setupHeader(page.store);
  setupViews(page.store);
  setupPrint(page);
  const ready = page.run();
  const copy = (value) => (value === undefined ? undefined : structuredClone(value));
  window.dashgen = Object.freeze({
    ready, timings: page.timings, drawn: () => page.drawn(), idle: () => page.idle(), state: () => copy(page.store.state), shown: (id) => copy(page.shown.get(id)), memory: () => page.engine.memory,
  });
}

main();
