/**
 * Choosing a range along a chart's x axis: draw it, move it, pull its ends; by mouse, pen, touch and keys.
 *
 * plotly's own selection is not used: it reports at most ten times a second and not at all while it is moved.
 */
import { announce, element } from './dom.js';
import { formatValue } from './format.js';
import { selectKinds, selectLabel } from './plan.js';
import { groupsOf } from './groups.js';
import { t } from './texts.js';

/** How far (px) the pointer goes before a press is a drag, and how near an end it takes that end. */
const START = 4;
const NEAR = 7;

export class Brush {
  #drag = null;
  #keys = null;
  #extent;
  #small = 'xy';

  constructor(chart) {
    this.chart = chart;
    this.key = chart.plan.select.interval;
    this.kind = selectKinds(chart.page.plan, chart.plan)[0];
    this.label = selectLabel(chart.page.plan, chart.plan);
    chart.dataset.brush = '';
    chart.plot.setAttribute('role', 'group');
    chart.plot.setAttribute('aria-label', t('{title}. Drag to choose a range of {label}.', { title: chart.title, label: this.label }));
    this.#build();
    const { box } = chart;
    box.addEventListener('pointerdown', (event) => this.#press(event), true);
    box.addEventListener('pointermove', (event) => this.#move(event), true);
    box.addEventListener('pointerup', (event) => this.#release(event), true);
    box.addEventListener('pointercancel', (event) => this.#cancel(event), true);
    for (const type of ['mousedown', 'touchstart']) box.addEventListener(type, (event) => this.#shield(event), { capture: true, passive: true });
  }

  /** On a press plotly would lay a cover over the whole page and take all further moves. */
  #shield(event) {
    if (!event.target.closest('.legend, .data, .notice')) event.stopPropagation();
  }

  #build() {
    this.shades = [element('div', { class: 'shade' }), element('div', { class: 'shade' })];
    this.range = element('div', { class: 'range' });
    this.handles = ['from', 'to'].map((end, side) => element('div', {
      class: 'handle', role: 'slider', tabindex: '0', 'data-end': end, 'aria-valuenow': 0, 'aria-label': `${this.label}, ${side ? t('To') : t('From')}`,
      onkeydown: (event) => this.#key(event, side), onfocus: () => (this.#keys = {}),
    }));
    this.overlay = element('div', { class: 'brush empty' }, ...this.shades, this.range, ...this.handles);
    this.chart.box.append(this.overlay);
  }

  /** The axes of the chart, or of the small one that the pointer was last over. */
  get #pair() {
    return (this.chart.plot._fullLayout?._plots ?? {})[this.#small] ?? { xaxis: this.chart.plot._fullLayout?.xaxis, yaxis: this.chart.plot._fullLayout?.yaxis };
  }

  get axis() {
    return this.#pair.xaxis;
  }

  /** Turns to the small chart under the pointer. */
  #turn(event) {
    const plots = Object.entries(this.chart.plot._fullLayout?._plots ?? {});
    if (plots.length < 2) return;
    const { left, top } = this.chart.plot.getBoundingClientRect();
    const [x, y] = [event.clientX - left, event.clientY - top];
    const within = (axis, at) => at >= axis._offset && at <= axis._offset + axis._length;
    const found = plots.find(([, { xaxis, yaxis }]) => within(xaxis, x) && within(yaxis, y))?.[0];
    if (!found || found === this.#small) return;
    this.#small = found;
    this.place();
  }

  get groups() {
    return groupsOf(this.key, this.kind, this.axis);
  }

  /** The lowest and highest group that the chart shows without filters. */
  extent() {
    const groups = this.groups;
    if (groups.extent ?? this.#extent) return groups.extent ?? this.#extent;
    const xs = this.chart.page.first(this.chart.plan.id)?.traces?.flatMap((trace) => trace.x ?? []) ?? [];
    const at = xs.filter((x) => x !== null).map((x) => groups.at(this.axis.d2c(x)));
    if (at.length && groups.left(at[0]) !== groups.mid(at[0])) return (this.#extent = [at.reduce((a, b) => Math.min(a, b)), at.reduce((a, b) => Math.max(a, b))]);
    const [low, high] = [0, this.axis._length].map((px) => this.axis.p2c(px));
    return [groups.at(low), groups.at(high) + 1];
  }

  /** The first and last chosen group, or null. */
  chosen() {
    const between = this.chart.selection?.between;
    if (!between) return null;
    const [low, high] = this.extent();
    return between.map((end, side) => (end === null ? [low, high][side] : this.groups.index(end)));
  }

  /** Puts the overlay where the selection is; after each drawing and each change of the state. */
  place() {
    if (!this.axis?._length) return;
    const { _offset: left, _length: width } = this.axis;
    const { _offset: top, _length: height } = this.#pair.yaxis;
    setBox(this.overlay, { left, top, width, height });
    const chosen = this.chosen();
    this.overlay.classList.toggle('empty', !chosen);
    const groups = this.groups;
    const [from, to] = chosen ? this.#pixels(chosen, groups) : [0, width];
    setBox(this.range, { left: from, width: to - from });
    setBox(this.shades[0], { left: 0, width: from });
    setBox(this.shades[1], { left: to, width: width - to });
    this.#label(chosen ?? this.extent(), [from, to], groups);
  }

  #pixels([first, last], groups) {
    const clip = (px) => Math.max(0, Math.min(this.axis._length, px));
    return [clip(this.axis.c2p(groups.left(first))), clip(this.axis.c2p(groups.right(last)))];
  }

  #label(chosen, pixels, groups) {
    const [low, high] = this.extent();
    this.handles.forEach((handle, side) => {
      handle.style.left = `${pixels[side]}px`;
      const value = side ? groups.last(chosen[1]) : groups.first(chosen[0]);
      const now = { valuemin: 0, valuemax: high - low, valuenow: chosen[side] - low, valuetext: formatValue(value, this.kind) };
      for (const [name, text] of Object.entries(now)) handle.setAttribute(`aria-${name}`, text);
    });
  }

  /** Where the pointer is along the axis (px), and whether it is over the plot area. */
  #point(event) {
    const { left, top } = this.chart.plot.getBoundingClientRect();
    const y = event.clientY - top - this.#pair.yaxis._offset;
    const x = event.clientX - left - this.axis._offset;
    return { x, inside: x >= -NEAR && x <= this.axis._length + NEAR && y >= 0 && y <= this.#pair.yaxis._length };
  }

  #part(event, x) {
    const chosen = this.chosen();
    if (!chosen) return 'draw';
    const [from, to] = this.#pixels(chosen, this.groups);
    const end = event.target.dataset?.end;
    if (end === 'from' || (!end && Math.abs(x - from) <= NEAR)) return 0;
    if (end === 'to' || (!end && Math.abs(x - to) <= NEAR)) return 1;
    return x > from && x < to ? 'move' : 'draw';
  }

  #press(event) {
    if (event.button !== 0 || !this.axis || event.target.closest('.legend, .data, .notice')) return;
    this.#turn(event);
    const { x, inside } = this.#point(event);
    if (!inside) return;
    this.#drag = { id: event.pointerId, x, part: this.#part(event, x), before: this.chosen(), kept: this.chart.selection, on: false };
  }

  #move(event) {
    const drag = this.#drag;
    if (!drag) return this.#hint(event);
    if (event.pointerId !== drag.id) return;
    const { x } = this.#point(event);
    if (!drag.on && Math.abs(x - drag.x) < START) return;
    if (!drag.on) {
      drag.on = true;
      this.chart.box.setPointerCapture(drag.id);
      this.chart.dataset.cursor = drag.part === 'move' ? 'moving' : 'resize';
    }
    this.#choose(this.#dragged(drag, x), drag);
  }

  #release(event) {
    if (this.#drag?.id !== event.pointerId) return;
    if (this.#drag.on) this.#done();
    this.#drag = null;
    delete this.chart.dataset.cursor;
  }

  #cancel(event) {
    if (this.#drag?.id !== event.pointerId) return;
    if (this.#drag.on) this.chart.select(this.#drag.kept, this.#drag);
    this.#drag = null;
  }

  #done() {
    this.chart.page.store.write();
    const chosen = this.chosen();
    if (chosen) announce(`${this.label}: ${this.handles.map((handle) => handle.getAttribute('aria-valuetext')).join(' – ')}`);
  }

  #hint(event) {
    if (!this.axis || event.pointerType === 'touch') return;
    this.#turn(event);
    const { x, inside } = this.#point(event);
    const part = inside ? this.#part(event, x) : 'draw';
    this.chart.dataset.cursor = part === 'draw' ? '' : part === 'move' ? 'move' : 'resize';
  }

  /** The groups that a drag has come to. */
  #dragged({ part, x: start, before }, x) {
    const [low, high] = this.extent();
    const within = (i) => Math.max(low, Math.min(high, i));
    const at = (px) => this.axis.p2c(Math.max(0, Math.min(this.axis._length, px)));
    if (part === 'move') {
      const by = this.groups.at(this.axis.p2c(x)) - this.groups.at(this.axis.p2c(start));
      const room = Math.max(low - before[0], Math.min(high - before[1], by));
      return before.map((i) => i + room);
    }
    if (part === 'draw') return this.#covered(...[at(start), at(x)].sort((a, b) => a - b)).map(within);
    const ends = [...before];
    ends[part] = within(this.#nearest(at(x)));
    return ends.sort((a, b) => a - b);
  }

  /** The groups whose marks lie between two coordinates; if there is none, the nearest. */
  #covered(from, to) {
    const { at, mid } = this.groups;
    const first = mid(at(from)) >= from ? at(from) : at(from) + 1;
    const last = mid(at(to)) <= to ? at(to) : at(to) - 1;
    return first <= last ? [first, last] : [this.#nearest((from + to) / 2), this.#nearest((from + to) / 2)];
  }

  #nearest(c) {
    const { at, mid } = this.groups;
    return [at(c) - 1, at(c), at(c) + 1].reduce((best, i) => (Math.abs(mid(i) - c) < Math.abs(mid(best) - c) ? i : best));
  }

  #choose([first, last], gesture) {
    const { groups } = this;
    this.chart.select({ between: [groups.first(first), groups.last(last)] }, gesture);
  }

  #key(event, side) {
    const [low, high] = this.extent();
    const page = Math.max(1, Math.round((high - low) / 10));
    const step = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: page, PageDown: -page, Home: -Infinity, End: Infinity }[event.key];
    if (!step) return;
    event.preventDefault();
    const chosen = this.chosen() ?? [low, high];
    const moved = chosen[side] + step;
    chosen[side] = side ? Math.max(chosen[0], Math.min(high, moved)) : Math.max(low, Math.min(chosen[1], moved));
    this.#choose(chosen, this.#keys);
  }
}

function setBox({ style }, box) {
  for (const [name, px] of Object.entries(box)) style[name] = `${px}px`;
}
