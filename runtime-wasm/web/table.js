/** `<dashgen-table>`: rows in pages, sorted by a click on a heading, saved as CSV. */
import { element, icon } from './dom.js';
import { View } from './view.js';
import { isNumber, same } from './plan.js';

export class TableView extends View {
  setup() {
    const { columns, page_size: size } = this.plan.shows.table;
    Object.assign(this, { columns, size, at: 0, rows: [], total: 0 });
    this.body = this.querySelector('tbody');
    this.status = this.querySelector('.status');
    this.heads = [...this.querySelectorAll('thead th')];
    this.heads.forEach((head, column) => head.querySelector('.sort').addEventListener('click', () => this.sort(column)));
    this.buildFoot();
    this.querySelector('.table-scroll').style.minHeight = `${this.querySelector('.table-scroll').offsetHeight}px`;
    this.follow();
  }

  buildFoot() {
    const turn = (label, by, turned) => element('button', { type: 'button', class: 'button small square', 'aria-label': label, title: label, onclick: () => this.turn(by) }, turned);
    this.turns = [turn('Previous rows', -1, icon('back')), turn('Next rows', 1, icon('on'))];
    const save = element('button', { type: 'button', class: 'button small', 'data-tool': 'csv', onclick: () => this.save() }, icon('download'), 'CSV');
    this.querySelector('.table-foot').append(...this.turns, save);
  }

  show(shown) {
    if (shown.error !== undefined) return this.notice(shown.error, { error: true });
    Object.assign(this, { rows: shown.rows.rows, total: shown.rows.total, at: 0 });
    this.notice(this.rows.length ? null : 'No rows match these filters');
    this.fill();
  }

  noticeHost() {
    return this.querySelector('.table-scroll');
  }

  follow() {
    const order = this.order();
    this.heads.forEach((head, column) => {
      const sorted = order?.column === column;
      head.setAttribute('aria-sort', sorted ? (order.descending ? 'descending' : 'ascending') : 'none');
    });
  }

  /** The ordering in force: the reader's, else that of the question. */
  order() {
    const own = this.page.store.state.orders[this.plan.id];
    const [first] = this.plan.question.order ?? [];
    if (own || !first) return own;
    const column = this.columns.findIndex(({ format }) => same(format.term, first.by));
    return column < 0 ? null : { column, descending: Boolean(first.descending) };
  }

  /** Numbers begin with the largest, words with A; the third click is back to the question's own order. */
  sort(column) {
    const descends = isNumber(this.columns[column].format.kind);
    const order = this.order();
    const own = this.page.store.state.orders[this.plan.id];
    const turned = order?.column === column;
    const back = own?.column === column && own.descending !== descends;
    this.page.store.order(this.plan.id, back ? null : { column, descending: turned ? !order.descending : descends });
  }

  turn(by) {
    this.at = Math.max(0, Math.min(this.at + by * this.size, this.rows.length - 1));
    this.fill();
  }

  fill() {
    const end = Math.min(this.at + this.size, this.rows.length);
    this.body.replaceChildren(...this.rows.slice(this.at, end).map((row) => this.row(row)));
    this.status.textContent = this.describe(end);
    const [back, on] = this.turns;
    const paged = this.rows.length > this.size;
    for (const button of this.turns) button.hidden = !paged;
    back.disabled = this.at === 0;
    on.disabled = end >= this.rows.length;
  }

  describe(end) {
    const count = (number) => number.toLocaleString('en');
    if (!this.rows.length) return '';
    if (this.rows.length > this.size) return `${count(this.at + 1)}–${count(end)} of ${count(this.total)}`;
    return this.total > this.rows.length ? `First ${count(this.rows.length)} of ${count(this.total)}` : `${count(this.total)} ${this.total === 1 ? 'row' : 'rows'}`;
  }

  row(cells) {
    const kinds = this.columns.map(({ format }) => (isNumber(format.kind) ? 'num' : null));
    return element('tr', {}, ...cells.map((text, i) => element('td', { class: kinds[i] }, text)));
  }

  save() {
    const lines = [this.columns.map((column) => column.label), ...this.rows];
    const text = lines.map((line) => line.map(quote).join(',')).join('\r\n');
    const url = URL.createObjectURL(new Blob([`\ufeff${text}\r\n`], { type: 'text/csv' }));
    element('a', { href: url, download: `${this.plan.id}.csv` }).click();
    setTimeout(() => URL.revokeObjectURL(url), 1000);
  }
}

function quote(cell) {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
