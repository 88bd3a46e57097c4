/** The body of a table: the rows on screen, the keys that walk through its cells, clicks, and the widths of columns. */
import { element } from './dom.js';

/** Browsers draw nothing that is much higher than this (px); beyond, a line takes less than its height of the way. */
const HIGHEST = 12e6;
/** So many rows are drawn above and below those on screen. */
const MARGIN = 8;
/** The widths (px) that columns are given without their author or reader saying so, and may be given by these. */
const WIDEST = 380;
const NARROWEST = 48;
/** What can be used in a cell: it has the focus in the cell's place. */
const USED = 'a, summary';

export class Grid {
  #cursor = null;
  #frame = 0;
  #isVirtual = false;
  #isAtTop = true;
  /** Paper does not scroll: it takes all lines that are there; `printed` are the rows among them, if these are not all. */
  isOnPaper = null;

  /** @param {import('./table.js').TableView} host */
  constructor(host) {
    this.host = host;
    const { table, scroller } = host;
    table.setAttribute('role', 'grid');
    if (host.plan.select) table.setAttribute('aria-multiselectable', 'true');
    table.querySelector('thead tr').setAttribute('aria-rowindex', '1');
    table.setAttribute('aria-colcount', host.columns.length);
    scroller.addEventListener('scroll', () => this.#scrolled(), { passive: true });
    host.body.addEventListener('click', (event) => this.#click(event));
    // With Shift a click adds a row; it does not mark text.
    host.body.addEventListener('mousedown', (event) => host.plan.select && event.shiftKey && event.preventDefault());
    table.addEventListener('keydown', (event) => this.#key(event));
    host.body.addEventListener('focusin', ({ target }) => this.#enter(target.closest('td')));
    /** To the right there are more columns, or fewer. */
    this.turn = getComputedStyle(table).direction === 'rtl' ? -1 : 1;
    this.columns = host.columns.map(() => element('col', {}));
    table.prepend(table.caption, element('colgroup', {}, ...this.columns));
    host.columns.forEach(({ width }, i) => width && this.#width(i, width));
    host.heads.forEach((head, i) => this.#handle(head, i));
    new ResizeObserver(() => this.#scrolled()).observe(scroller);
    // Asked for while rows are put in, the heights would take a layout of their own.
    const fits = new ResizeObserver(() => {
      scroller.classList.toggle('scrolls', scroller.scrollHeight > scroller.clientHeight + 1);
      this.#endsOut();
    });
    for (const box of [scroller, table]) fits.observe(box);
  }

  /** Draws the rows on screen, and asks for those of them that are not there. */
  paint() {
    const { lines, body, table } = this.host;
    table.setAttribute('aria-rowcount', lines.count + 1);
    this.#measure();
    const ahead = this.isOnPaper && lines.ahead;
    const [start, end, above, below] = ahead ? [0, ahead.length, 0, 0] : this.#range(lines.count);
    this.printed = ahead?.length < lines.count && ahead.filter(({ head }) => !head).length;
    const hadFocus = body.contains(document.activeElement);
    const rows = [];
    for (let at = start; at < end; at += 1) rows.push(this.host.row(lines.get(at), at));
    body.replaceChildren(...spacer(above), ...rows, ...spacer(below));
    lines.want(start, end);
    this.#stop(hadFocus);
  }

  /** Scrolls to the first line; where it is there already, to say so would take a layout. */
  toTop() {
    if (!this.#isAtTop) this.host.scroller.scrollTop = 0;
  }

  /** Rows of which not all are drawn have one height, and their columns keep their width. */
  #measure() {
    const { lines, table, heads } = this.host;
    const isVirtual = lines.count > 60;
    if (isVirtual === this.#isVirtual) return;
    if (isVirtual) {
      table.classList.add('measured');
      const widths = heads.map((head, i) => this.host.columns[i].width ?? Math.min(WIDEST, head.offsetWidth + 8));
      table.classList.remove('measured');
      widths.forEach((width, i) => this.#width(i, width));
    } else this.columns.forEach((_, i) => this.#width(i, this.host.columns[i].width));
    this.#isVirtual = isVirtual;
    table.classList.toggle('virtual', isVirtual);
  }

  /** The first line to draw, the one after the last, and the height of what is not drawn above and below. */
  #range(count) {
    if (!this.#isVirtual) return [0, count, 0, 0];
    const { scroller } = this.host;
    const height = this.#height();
    const shown = Math.ceil(scroller.clientHeight / height) + 1;
    const whole = Math.min(count * height, HIGHEST);
    const way = count * height > HIGHEST ? (whole - shown * height) / (count - shown) : height;
    const first = Math.max(0, Math.min(count - 1, Math.floor(scroller.scrollTop / way)));
    const start = Math.max(0, first - MARGIN);
    const end = Math.min(count, first + shown + MARGIN);
    const above = Math.max(0, first * way - (first - start) * height);
    return [start, end, above, Math.max(0, whole - above - (end - start) * height)];
  }

  /** The height of a row. */
  #height() {
    return parseFloat(getComputedStyle(this.host).getPropertyValue('--row')) || 36;
  }

  #scrolled() {
    const { scroller } = this.host;
    scroller.classList.toggle('aside', scroller.scrollLeft !== 0);
    this.#endsOut();
    this.#isAtTop = scroller.scrollTop === 0;
    if (this.#isVirtual) this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.paint();
    });
  }

  /** Says where columns go on beyond the edge: a number that is cut there is no smaller one. */
  #endsOut() {
    const { scroller } = this.host;
    scroller.classList.toggle('more', scroller.scrollWidth - Math.abs(scroller.scrollLeft) > scroller.clientWidth + 1);
  }

  /** One cell is in the order of the Tab key: the one that was left. */
  #stop(takesFocus) {
    const { body } = this.host;
    for (const used of body.querySelectorAll(USED)) used.tabIndex = -1;
    const own = this.#cursor && this.#cellAt(this.#cursor.line, this.#cursor.column);
    const cell = own ?? body.querySelector('tr[data-line] td');
    if (cell) stopOf(cell).tabIndex = 0;
    if (takesFocus && own) stopOf(own).focus({ preventScroll: true });
  }

  #cellAt(line, column) {
    return this.host.body.querySelector(`tr[data-line="${line}"]`)?.children[column];
  }

  #enter(cell) {
    if (!cell) return;
    for (const other of this.host.body.querySelectorAll('[tabindex="0"]')) other.tabIndex = -1;
    stopOf(cell).tabIndex = 0;
    this.#cursor = { line: Number(cell.parentNode.dataset.line), column: cell.cellIndex };
  }

  #click(event) {
    const row = event.target.closest('tr[data-line]');
    const line = row && this.host.lines.get(Number(row.dataset.line));
    const adds = event.shiftKey || event.ctrlKey || event.metaKey;
    if (!line || event.target.closest('a, summary, pre') || (!adds && String(getSelection()))) return;
    this.#act(line, event);
  }

  #act(line, event) {
    if (line.head) this.host.toggleGroup(line);
    else this.host.choose(line, event.shiftKey || event.ctrlKey || event.metaKey);
  }

  #key(event) {
    const cell = event.target.closest('tbody td');
    if (!cell) return;
    const { line, column } = this.#cursor;
    const { lines, columns, scroller } = this.host;
    const page = Math.max(1, Math.floor(scroller.clientHeight / this.#height()) - 2);
    const far = event.ctrlKey || event.metaKey;
    const steps = {
      ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, this.turn], ArrowLeft: [0, -this.turn], PageDown: [page, 0], PageUp: [-page, 0],
      Home: far ? [-line, -column] : [0, -column], End: far ? [lines.count, columns.length] : [0, columns.length],
    };
    const step = steps[event.key];
    if (step) {
      const within = (at, end) => Math.max(0, Math.min(end - 1, at));
      this.#go(within(line + step[0], lines.count), within(column + step[1], columns.length));
    } else if ((event.key === 'Enter' || event.key === ' ') && lines.get(line) && !event.target.matches(event.key === 'Enter' ? USED : 'summary')) {
      this.#act(lines.get(line), event);
    } else return;
    event.preventDefault();
  }

  /** Moves to a cell, and scrolls to it. */
  #go(line, column) {
    this.#cursor = { line, column };
    const { scroller, table, lines } = this.host;
    if (this.#isVirtual) {
      const height = this.#height();
      const bars = table.tHead.offsetHeight + (table.tFoot?.offsetHeight ?? 0);
      const seen = scroller.clientHeight - bars;
      const whole = Math.min(lines.count * height, HIGHEST);
      const way = lines.count * height > HIGHEST ? (whole - scroller.clientHeight) / (lines.count - seen / height) : height;
      const at = line * way;
      if (at < scroller.scrollTop) scroller.scrollTop = at;
      else if (at + height > scroller.scrollTop + seen) scroller.scrollTop = at + height - seen;
      this.paint();
    }
    const cell = this.#cellAt(line, column);
    this.#enter(cell);
    if (!cell) return;
    stopOf(cell).focus({ preventScroll: true });
    // The first column stands above the others, and is always in sight.
    scroller.style.scrollPaddingInlineStart = `${column && cell.parentNode.firstChild.offsetWidth}px`;
    cell.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }

  #width(column, width) {
    this.columns[column].style.width = width ? `${width}px` : '';
  }

  /** The edge of a heading, which is dragged; Alt and an arrow key do the same. */
  #handle(head, column) {
    const edge = element('span', { class: 'edge', 'aria-hidden': 'true' });
    const set = (width) => {
      this.host.heads.forEach((other, i) => this.columns[i].style.width || this.#width(i, other.offsetWidth));
      this.host.table.classList.add('sized');
      this.#width(column, Math.max(NARROWEST, width));
    };
    edge.addEventListener('pointerdown', (event) => {
      event.preventDefault();
      edge.setPointerCapture(event.pointerId);
      const start = head.offsetWidth - this.turn * event.clientX;
      edge.onpointermove = (move) => set(start + this.turn * move.clientX);
    });
    edge.addEventListener('lostpointercapture', () => (edge.onpointermove = null));
    head.addEventListener('keydown', (event) => {
      const step = { ArrowLeft: -16, ArrowRight: 16 }[event.key] * this.turn;
      if (!step || !event.altKey) return;
      event.preventDefault();
      set(head.offsetWidth + step);
    });
    head.append(edge);
  }
}

/** What has the focus of a cell. */
function stopOf(cell) {
  return cell.querySelector(USED) ?? cell;
}

function spacer(height) {
  if (!height) return [];
  const cell = element('td', {});
  cell.style.height = `${height}px`;
  return [element('tr', { class: 'spacer', 'aria-hidden': 'true' }, cell)];
}
