/** What the pointer is over is marked in all charts that show the same category; the engine is not asked. */
import { categoryOf, entryText } from './legend.js';
import { marksOf } from './marks.js';

/** Where a point of a trace has the category of a role. */
const CATEGORY_PLACES = { x: 'x', y: 'y', names: 'labels', locations: 'locations' };

export class Linked {
  #key = '';

  /** @param {import('./page.js').Page} page */
  constructor(page) {
    this.page = page;
  }

  /** Follows the pointer in a chart, once its figure is drawn. */
  listen(chart) {
    chart.plot.on('plotly_hover', ({ points }) => this.#show(chart, points?.[0]));
    chart.plot.on('plotly_unhover', () => this.#show(chart, null));
  }

  #show(chart, point) {
    const under = point && !this.page.store.moving ? categoriesAt(chart, point.curveNumber, point.pointNumbers?.[0] ?? point.pointNumber) : {};
    const key = JSON.stringify(under);
    if (key === this.#key) return;
    this.#key = key;
    for (const other of this.page.views.values()) {
      if (other !== chart && other.plot && other.drawn) mark(other, under);
    }
  }
}

/** The columns of a chart that are categories, with their roles. */
function categoryColumns(chart) {
  const { plan, page } = chart;
  chart.linkedColumns ??= plan.shows.chart.channels.flatMap(({ role, term, kind }) => {
    const key = plan.question.keys[term.key];
    const isCategory = (kind === 'text' || kind === 'boolean') && key && (role === 'color' || CATEGORY_PLACES[role]);
    return isCategory ? [{ role, name: page.plan.tables[plan.table].columns[key.column].name }] : [];
  });
  return chart.linkedColumns;
}

/** The categories of a point, by column. */
function categoriesAt(chart, trace, index) {
  const data = chart.traces[trace];
  const at = ({ role, name }) => [name, role === 'color' ? colorOf(chart, data) : data?.[CATEGORY_PLACES[role]]?.[index]];
  return Object.fromEntries(categoryColumns(chart).map(at).filter(([, value]) => typeof value === 'string'));
}

function colorOf(chart, trace) {
  const value = categoryOf(chart, trace);
  return value === undefined ? undefined : entryText(value);
}

/** Fades what is of other categories, in a chart that has some of these columns. */
function mark(chart, under) {
  for (const element of chart.plot.querySelectorAll('.unlinked')) element.classList.remove('unlinked');
  const shared = categoryColumns(chart).filter(({ name }) => under[name] !== undefined);
  if (!shared.length) return;
  const differs = (trace, index) => {
    const own = categoriesAt(chart, trace, index);
    return shared.some(({ name }) => own[name] !== under[name]);
  };
  const marks = shared.every(({ role }) => role === 'color') ? tracesOf(chart.plot) : marksOf(chart.plot);
  if (marks.every(({ trace, index }) => differs(trace, index))) return;
  for (const { element, trace, index } of marks) element.classList.toggle('unlinked', differs(trace, index));
}

/** The drawn traces of a figure. */
function tracesOf(plot) {
  return [...plot.querySelectorAll('.trace')].flatMap((element) => {
    const trace = element.__data__?.[0]?.trace?.index;
    return trace === undefined ? [] : [{ element, trace, index: 0 }];
  });
}
