/** `<dashgen-table>`: a grid that scrolls over as many rows as there are; sorted, searched, put together in groups, saved. */
import { cellOf } from './cells.js';
import { announce, element, icon } from './dom.js';
import { formatNumber, formatValue } from './format.js';
import { Grid } from './grid.js';
import { BLOCK, Lines } from './lines.js';
import { REPOSE } from './summary.js';
import { t } from './texts.js';
import { View } from './view.js';
import { isNumber, same } from './plan.js';

/** A word that is typed is searched for after this rest (ms). */
const TYPING = 180;

export class TableView extends View {
  setup() {
    const { columns, page_size: size, search } = this.plan.shows.table;
    Object.assign(this, { columns, size, closed: [] });
    this.scroller = this.querySelector('.table-scroll');
    this.table = this.querySelector('table');
    this.body = this.querySelector('tbody');
    this.foot = this.querySelector('tfoot tr');
    this.status = this.querySelector('.status');
    this.root = this.page.data.engine.split('_dashgen/')[0];
    this.heads = [...this.querySelectorAll('thead th')];
    this.heads.forEach((head, column) => head.querySelector('.sort').addEventListener('click', (event) => this.sort(column, event.shiftKey)));
    this.lines = new Lines((from, count) => this.ask(from, count), () => this.paint());
    this.grid = new Grid(this);
    this.buildFoot();
    const first = this.page.first(this.plan.id)?.rows;
    if (search ?? (first && first.lines > size)) this.buildSearch();
    this.fix();
    this.follow();
  }

  /** As high as the rows that are shown at a time; what lies beyond is scrolled to. */
  fix() {
    const height = `${this.scroller.offsetHeight}px`;
    this.scroller.style.minHeight = height;
    if (this.body.querySelector('.beyond')) this.scroller.style.maxHeight = height;
    this.classList.add('alive');
  }

  buildFoot() {
    const save = (kind, label) => element('button', { type: 'button', class: 'button small', 'data-tool': kind, title: t('Save what is shown as {kind}', { kind: label }), onclick: () => this.save(kind) }, icon('download'), label);
    this.querySelector('.table-foot').append(save('csv', 'CSV'), save('parquet', 'Parquet'));
  }

  buildSearch() {
    let timer = 0;
    let gesture;
    const take = () => this.page.store.search(this.plan.id, this.box.value, gesture);
    this.box = element('input', {
      class: 'search', type: 'search', placeholder: t('Search'), 'aria-label': `${t('Search')}: ${this.table.caption.textContent}`, autocomplete: 'off', spellcheck: 'false',
      onfocus: () => (gesture = {}),
      oninput: () => {
        clearTimeout(timer);
        timer = setTimeout(take, TYPING);
      },
    });
    const head = this.querySelector('.card-head') ?? this.insertBefore(element('header', { class: 'card-head' }), this.scroller);
    head.append(this.box);
    this.classList.remove('untitled');
  }

  show(shown) {
    if (shown.error !== undefined) return this.notice(shown.error, { error: true });
    this.total = shown.rows.total;
    this.totals = shown.rows.totals ?? [];
    const first = JSON.stringify(shown.rows);
    this.lines.renew(shown.rows, this.closed.length > 0);
    this.notice(shown.rows.lines ? null : this.words ? t('No row has these words') : t('No rows match these filters'));
    // The same rows again leave the reader where they are.
    if (first !== this.shownFirst) this.grid.toTop();
    this.shownFirst = first;
    this.paint();
    clearTimeout(this.reposing);
    this.reposing = setTimeout(() => this.lead(), REPOSE);
  }

  /** Fetches what a printed table shows, for paper cannot wait; where the engine is not wanted yet that is no reason to. */
  lead() {
    if (this.page.timings.engine) this.lines.want(0, Math.min(this.lines.count, BLOCK));
  }

  /** Shows all lines that are there on paper, those in sight on the screen. */
  restyle() {
    this.grid.isOnPaper = document.querySelector('.printing');
    if (this.lines.known) this.paint();
  }

  noticeHost() {
    return this.scroller;
  }

  get words() {
    return this.page.store.state.searches[this.plan.id] ?? '';
  }

  follow() {
    const orders = this.orders();
    this.heads.forEach((head, column) => {
      const at = orders.findIndex((order) => order.column === column);
      head.setAttribute('aria-sort', at < 0 ? 'none' : orders[at].descending ? 'descending' : 'ascending');
      head.querySelector('.sort').dataset.rank = at >= 0 && orders.length > 1 ? at + 1 : '';
    });
    if (this.box && document.activeElement !== this.box) this.box.value = this.words;
    const selection = this.selection?.in?.map((tuple) => JSON.stringify(tuple)) ?? [];
    this.selected = new Set(selection);
    this.classList.toggle('active', selection.length > 0);
    if (this.plan.select && this.lines.known) this.paint();
  }

  /** The orders in force: the reader's, else those of the question. */
  orders() {
    const own = this.page.store.state.orders[this.plan.id];
    if (own) return own;
    const column = ({ by }) => this.columns.findIndex(({ format }) => same(format.term, by));
    return (this.plan.question.order ?? []).map((order) => ({ column: column(order), descending: Boolean(order.descending) })).filter((order) => order.column >= 0);
  }

  /** Numbers begin with the largest, words with A; the third click gives the order up. With Shift it comes behind the others. */
  sort(column, adds) {
    const descends = isNumber(this.columns[column].format.kind);
    const own = this.page.store.state.orders[this.plan.id] ?? [];
    const others = adds ? (own.length ? own : this.orders()).filter((order) => order.column !== column) : [];
    const before = this.orders().find((order) => order.column === column);
    const isOwn = own.some((order) => order.column === column);
    const done = isOwn && before && before.descending !== descends;
    this.page.store.order(this.plan.id, done ? others : [...others, { column, descending: before ? !before.descending : descends }]);
  }

  /** Asks the engine for lines. */
  async ask(from, count) {
    const rest = [from, count, JSON.stringify(this.closed)];
    return JSON.parse(await this.page.engine.request({ call: 'lines', view: this.plan.id, state: this.page.store.state, rest }));
  }

  paint() {
    this.grid.paint();
    if (this.foot) this.foot.replaceChildren(...this.totals.map((cell, i) => this.cell(cell, i, true)));
    if (this.foot) this.foot.parentNode.hidden = !this.totals.length;
    this.status.textContent = this.describe();
  }

  describe() {
    const count = (number) => formatNumber(number, ',');
    const { total, rows } = { total: this.total, rows: this.lines.count };
    if (!rows) return '';
    const first = this.grid.printed || (!this.words && this.plan.question.limit);
    if (first && total > first) return t('First {count} of {total}', { count: count(first), total: count(total) });
    if (this.words) return t('{count} found', { count: count(total) });
    const chosen = this.selected.size ? `, ${t('{count} selected', { count: count(this.selected.size) })}` : '';
    return (total === 1 ? t('1 row') : t('{count} rows', { count: count(total) })) + chosen;
  }

  /** A line of the grid, which may still be on its way. */
  row(line, at) {
    const attributes = { 'aria-rowindex': at + 2, 'data-line': at };
    if (!line) return element('tr', { ...attributes, class: 'coming' }, ...this.columns.map(() => element('td', {}, element('span', {}))));
    if (line.head) return this.headRow(line, attributes);
    const selected = line.key && this.selected.has(JSON.stringify(line.key));
    const chosen = this.plan.select ? { 'aria-selected': String(Boolean(selected)) } : {};
    return element('tr', { ...attributes, ...chosen, class: line.key ? 'selectable' : null }, ...line.cells.map((cell, i) => this.cell(cell, i)));
  }

  headRow({ cells, head }, attributes) {
    const open = !this.closed.some((value) => value === head.value);
    const { by } = this.plan.shows.table.groups;
    const toggle = element('button', { type: 'button', class: 'group', 'aria-expanded': String(open), tabindex: -1 }, icon('down'), element('b', {}, formatValue(head.value, by.kind)), element('span', { class: 'number' }, formatNumber(head.count, ',')));
    const [, ...others] = cells.map((cell, i) => this.cell(cell, i));
    const first = this.cell('', 0);
    first.className = '';
    first.append(toggle);
    // A subtotal of the first column stands behind the group's name.
    if (cells[0]) first.append(element('span', { class: 'subtotal' }, cells[0]));
    return element('tr', { ...attributes, class: 'head' }, first, ...others);
  }

  cell(cell, i, isTotal) {
    const number = isNumber(this.columns[i].format.kind) ? 'num' : '';
    if (isTotal) return element('td', { class: number || null }, i === 0 && !cell ? t('Total') : cell);
    return cellOf(this.columns[i], cell, number, this.root);
  }

  /** Opens or closes a group. */
  toggleGroup({ head }) {
    const others = this.closed.filter((value) => value !== head.value);
    const closes = others.length === this.closed.length;
    this.closed = closes ? [...others, head.value] : others;
    announce(`${formatValue(head.value)}: ${closes ? t('closed') : t('open')}`);
    this.lines.forget();
  }

  /** Selects a row alone, or gives it up if it was; with `adds` changes only this row. */
  choose({ key }, adds) {
    if (!key) return;
    const tuples = this.selection?.in ?? [];
    const others = tuples.filter((tuple) => !same(tuple, key));
    const had = others.length < tuples.length;
    const rest = adds ? others : [];
    const next = had && (adds || tuples.length === 1) ? rest : [...rest, key];
    this.select(next.length ? { in: next } : null);
  }

  async save(kind) {
    try {
      const bytes = await this.page.engine.request({ call: kind, view: this.plan.id, state: this.page.store.state });
      const url = URL.createObjectURL(new Blob([bytes], { type: kind === 'csv' ? 'text/csv' : 'application/vnd.apache.parquet' }));
      element('a', { href: url, download: `${this.plan.id}.${kind}` }).click();
      setTimeout(() => URL.revokeObjectURL(url), 1000);
    } catch (error) {
      this.status.textContent = t('Not saved: {why}', { why: error.message });
      announce(this.status.textContent);
    }
  }
}
