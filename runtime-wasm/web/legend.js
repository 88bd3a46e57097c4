/** A legend that filters: a click on an entry chooses its category for the page, as choosing the value anywhere else does. */
import { announce } from './dom.js';
import { legendChannel, otherOf, selectLabel } from './plan.js';
import { toggled } from './picks.js';
import { t } from './texts.js';

/** How far the traces fade that are not chosen. */
const FADED = 0.15;

export class Legend {
  #shown;

  /** @param {import('./chart.js').ChartView} chart */
  constructor(chart) {
    this.chart = chart;
    const { views } = chart.page.plan;
    /** Who owns the clauses: a view of its own, or the chart where its marks select the same. */
    this.owner = views.find(({ shows }) => views[shows.legend?.chart]?.id === chart.plan.id) ?? chart.plan;
  }

  get selection() {
    return this.chart.page.store.state.selections[this.owner.id] ?? null;
  }

  /** Follows plotly's clicks, once the figure is drawn. */
  listen(plot) {
    plot.on('plotly_legendclick', (click) => {
      this.#take(click.label ?? click.data[click.curveNumber], click.event);
      return false;
    });
    plot.on('plotly_legenddoubleclick', () => false);
  }

  /** Shows what is chosen, where the chart does not by itself. */
  follow() {
    if (this.owner === this.chart.plan || this.#shown === this.selection) return;
    this.#shown = this.selection;
    this.chart.page.drawing.add(this.chart);
  }

  /** Traces, those that are not chosen faded. */
  faded(traces) {
    const chosen = this.owner === this.chart.plan ? null : this.selection?.in;
    if (!chosen) return traces;
    const isChosen = (trace) => chosen.some(([value]) => value === categoryOf(this.chart, trace));
    return traces.map((trace) => (isChosen(trace) ? trace : { ...trace, opacity: FADED }));
  }

  /** Makes the entries buttons for keys and screen readers; plotly draws them anew. */
  label() {
    for (const entry of this.chart.plot.querySelectorAll('.legend .traces')) {
      const value = this.#categoryOf(entry.__data__?.[0]);
      const isChosen = this.selection?.in.some(([other]) => other === value) ?? false;
      entry.setAttribute('role', 'button');
      entry.setAttribute('tabindex', '0');
      entry.setAttribute('aria-pressed', String(isChosen));
      entry.onkeydown = (event) => {
        if (event.key !== 'Enter' && event.key !== ' ') return;
        event.preventDefault();
        event.stopPropagation();
        this.#choose(value, event);
      };
    }
  }

  /** An entry stands for a trace, or for a slice with its label. */
  #categoryOf(datum) {
    return datum && categoryOf(this.chart, datum.label === undefined ? datum.trace : datum.label);
  }

  #take(entry, event) {
    this.#choose(categoryOf(this.chart, entry), event);
  }

  #choose(value, event) {
    if (value === undefined || value === otherOf(this.chart.plan)) return;
    const { store, plan } = this.chart.page;
    store.select(this.owner.id, toggled(this.selection?.in ?? [], [[value]], event?.ctrlKey || event?.metaKey || event?.shiftKey));
    const names = this.selection?.in.map(([chosen]) => entryText(chosen));
    announce(names ? `${selectLabel(plan, this.owner)}: ${names.join(', ')}` : t('Nothing selected'));
  }
}

/** A category as legends and axes write it: `text` of `src/charts/figure.rs`. */
export function entryText(value) {
  return value === null ? '(none)' : String(value);
}

/** The category in the legend's column that a trace, or a slice's label, stands for. */
export function categoryOf(chart, entry) {
  const { role } = legendChannel(chart.plan) ?? {};
  const known = chart.plan.shows.chart.categories?.[role] ?? [];
  if (typeof entry === 'string') return known.find((value) => entryText(value) === entry) ?? entry;
  const name = entry?.name ?? '';
  return known.find((value) => entryText(value) === name) ?? known.find((value) => name.split(', ').includes(entryText(value)));
}
