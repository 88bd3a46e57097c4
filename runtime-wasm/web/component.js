/**
 * `<dashgen-component>`: a card that a module of the author's draws; what goes wrong in the module is shown in its card.
 * What they have of each other is typed in `generator/src/schema/component.js`.
 */
import { View } from './view.js';
import { fillData, setupTools } from './tools.js';
import { formatValue } from './format.js';
import { isNumber, selectKeys } from './plan.js';
import { REPOSE, summaryOf } from './summary.js';
import { written } from './url.js';
import { themeColors } from './theme.js';
import { t } from './texts.js';

export class ComponentView extends View {
  /** What a drawing costs (ms), while others share its frame. */
  cost = 0;

  setup() {
    this.box = this.querySelector('.box');
    this.plot = this.querySelector('.plot');
    this.summary = this.querySelector('.summary');
    this.columns = this.plan.shows.component.columns;
    this.url = new URL(this.page.data.modules[this.plan.id], document.baseURI).href;
    setupTools(this);
    addEventListener('error', ({ filename, error }) => filename === this.url && this.failed(error));
    new ResizeObserver(() => this.resized()).observe(this.plot);
    this.page.drawing.watch(this);
  }

  show(shown) {
    if (shown.error !== undefined) return this.notice(shown.error, { error: true });
    this.answer = shown.answer;
    this.page.drawing.add(this);
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.tell(), REPOSE);
  }

  follow() {
    const selection = JSON.stringify(this.selection);
    if (this.answer && selection !== this.selected) this.page.drawing.add(this);
    this.selected = selection;
  }

  noticeHost() {
    return this.box;
  }

  /** Does not wait for the module: it may never end. */
  draw() {
    this.update();
  }

  async update() {
    try {
      const drawing = await (this.drawing ??= this.load());
      const begun = performance.now();
      const done = drawing.update?.(this.shown());
      this.cost = performance.now() - begun;
      await done;
      this.notice(null);
    } catch (error) {
      this.failed(error);
    }
  }

  async load() {
    const { default: draw } = await import(this.url);
    if (typeof draw !== 'function') throw new TypeError('its module has no function as default export');
    const { options } = this.plan.shows.component;
    const columns = this.columns.map(({ name, label, kind }) => ({ name, label, kind: kind.decimal ? 'decimal' : kind }));
    const drawing = await draw({ element: this.plot, columns, options: structuredClone(options), select: (selection, gesture) => this.take(selection, gesture) });
    return typeof drawing === 'function' ? { update: drawing } : (drawing ?? {});
  }

  /** What the module is given to draw. */
  shown() {
    const names = this.columns.map(({ name }) => name);
    const columns = Object.fromEntries(names.map((name, i) => [name, [...this.values(i)]]));
    const length = this.length;
    const row = (_, at) => Object.fromEntries(names.map((name) => [name, columns[name][at]]));
    return { columns, length, total: this.answer.total, selection: given(this.selection), colors: (this.colors ??= themeColors()), get rows() { return Array.from({ length }, row); } };
  }

  /** The values of a column, which is a key or a measure of the answer. */
  values(i) {
    const { term } = this.columns[i];
    return this.answer.columns[term.key ?? this.plan.question.keys.length + term.measure];
  }

  get length() {
    return this.columns.length ? this.values(0).length : 0;
  }

  /** Selects what the module wants, as an address would have it. */
  take(selection, gesture) {
    try {
      this.select(selection && wanted(this.page.plan, this.plan, selection), gesture);
    } catch (error) {
      this.failed(error);
    }
  }

  async resized() {
    const { clientWidth: width, clientHeight: height } = this.plot;
    const drawing = width && (await this.drawing?.catch(() => null));
    try {
      drawing?.resize?.({ width, height });
    } catch (error) {
      this.failed(error);
    }
  }

  failed(error) {
    console.error(error);
    this.notice(t('This component failed: {why}', { why: error?.message ?? error }), { error: true });
  }

  restyle() {
    this.colors = undefined;
    if (this.answer) this.page.drawing.add(this);
  }

  tell() {
    this.summary.textContent = summaryOf(this.data());
    if (this.classList.contains('as-table')) this.fillTable();
  }

  fillTable() {
    fillData(this, this.data());
  }

  /** The rows as a table. */
  data() {
    const columns = this.columns.map(({ label, kind }) => ({ label, number: isNumber(kind) }));
    const rows = Array.from({ length: this.length }, (_, at) => {
      const values = this.columns.map((_, i) => this.values(i)[at]);
      return { values, cells: values.map((value, i) => formatValue(value, this.columns[i].kind)) };
    });
    return { columns, rows };
  }
}

/** A state's selection in a module's words. */
function given(selection) {
  if (selection?.between) return { range: [...selection.between] };
  return selection?.in ? { values: selection.in.map((tuple) => (tuple.length === 1 ? tuple[0] : [...tuple])) } : null;
}

/** A module's selection as a state's; one that the plan does not know is refused. */
function wanted(plan, view, { values, range }) {
  const { select } = view;
  if (!(select?.interval ? range : select?.values && values)) throw new TypeError(`its block does not select ${range ? 'a range' : 'values'}`);
  const [low, high] = range ?? [];
  const between = low !== null && high !== null && low > high ? [high, low] : [low, high];
  const asked = range ? { between } : { in: values.map((value) => [value].flat()) };
  if (values?.length === 0) return null;
  const selection = written(plan, view, asked);
  if (!selection) throw new TypeError(`it selects ${JSON.stringify(values ?? range)}, which ${selectKeys(view).length > 1 ? 'its columns do' : 'its column does'} not have`);
  return selection;
}
