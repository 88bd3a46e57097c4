/**
 * Choosing a range along one of a chart's axes, or a box between both: draw it, move it, pull its ends; by mouse, pen, touch and keys.
 *
 * plotly's own selection is not used: it reports at most ten times a second and not at all while it is moved.
 */
import { Along, NEAR } from './along.js';
import { announce, element } from './dom.js';
import { formatValue } from './format.js';
import { axisOf, rangesOf, selectKeys, selectKinds, selectLabel } from './plan.js';
import { t } from './texts.js';

/** How far (px) the pointer goes before a press is a drag. */
const START = 4;

export class Brush {
  #drag = null;
  #keys = null;
  #small = 'xy';

  constructor(chart) {
    this.chart = chart;
    const { plan } = chart.page;
    const kinds = selectKinds(plan, chart.plan);
    /** The axes that it goes along: one, or x and y. */
    this.sides = selectKeys(chart.plan).map((key, i) => new Along(chart, { role: axisOf(chart.plan, i), key, kind: kinds[i], label: selectLabel(plan, chart.plan, i) }));
    this.label = this.sides.map((side) => side.label).join(' × ');
    chart.dataset.brush = this.sides.map((side) => side.role).join('');
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
    this.shades = ['left', 'right', 'top', 'bottom'].map(() => element('div', { class: 'shade' }));
    this.range = element('div', { class: 'range' });
    this.handles = this.sides.flatMap((along) => ['from', 'to'].map((end, side) => element('div', {
      class: `handle along-${along.role}`, role: 'slider', tabindex: '0', 'data-end': end, 'data-part': `${along.role}${side}`, 'aria-orientation': along.role === 'x' ? 'horizontal' : 'vertical',
      'aria-valuenow': 0, 'aria-label': `${along.label}, ${side ? t('To') : t('From')}`, onkeydown: (event) => this.#key(event, along, side), onfocus: () => (this.#keys = {}),
    })));
    this.overlay = element('div', { class: 'brush empty' }, ...this.shades, this.range, ...this.handles);
    this.chart.box.append(this.overlay);
  }

  /** The axes of the chart, or of the small one that the pointer was last over. */
  get #pair() {
    const full = this.chart.plot._fullLayout;
    return full?._plots?.[this.#small] ?? { xaxis: full?.xaxis, yaxis: full?.yaxis };
  }

  /** Turns to the axes that are drawn now; false if there are none yet. */
  get isPlaced() {
    for (const along of this.sides) along.axis = this.#pair[`${along.role}axis`];
    return this.sides.every(({ axis }) => axis?._length);
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

  /** For each axis the first and last chosen group; null if nothing is chosen. */
  chosen() {
    const ranges = rangesOf(this.chart.selection);
    return ranges && this.sides.map((along, i) => along.chosen(ranges[i]));
  }

  /** Puts the overlay where the selection is; after each drawing and each change of the state. */
  place() {
    if (!this.isPlaced) return;
    const { xaxis: { _offset: left, _length: width }, yaxis: { _offset: top, _length: height } } = this.#pair;
    setBox(this.overlay, { left, top, width, height });
    const chosen = this.chosen();
    this.overlay.classList.toggle('empty', !chosen);
    const ends = { x: [0, width], y: [0, height] };
    this.sides.forEach((along, i) => (ends[along.role] = chosen ? along.pixels(chosen[i]) : along.role === 'x' ? [0, width] : [height, 0]));
    this.#lay(ends, width, height);
    this.#say(chosen ?? this.sides.map((along) => along.extent()), ends);
  }

  #lay({ x: [from, to], y }, width, height) {
    const [above, below] = [Math.min(...y), Math.max(...y)];
    const box = { left: from, width: to - from, top: above, height: below - above };
    setBox(this.range, box);
    setBox(this.shades[0], { left: 0, width: from, top: 0, height });
    setBox(this.shades[1], { left: to, width: width - to, top: 0, height });
    setBox(this.shades[2], { ...box, top: 0, height: above });
    setBox(this.shades[3], { ...box, top: below, height: height - below });
    for (const handle of this.handles) setBox(handle, handle.dataset.part[0] === 'x' ? { top: above, height: below - above } : { left: from, width: to - from });
  }

  #say(chosen, ends) {
    this.sides.forEach((along, i) => {
      const [low, high] = along.extent();
      along.values(chosen[i]).forEach((value, side) => {
        const handle = this.handles[i * 2 + side];
        handle.style[along.role === 'x' ? 'left' : 'top'] = `${ends[along.role][side]}px`;
        const now = { valuemin: 0, valuemax: high - low, valuenow: chosen[i][side] - low, valuetext: formatValue(value, along.kind) };
        for (const [name, text] of Object.entries(now)) handle.setAttribute(`aria-${name}`, text);
      });
    });
  }

  /** Where the pointer is along both axes (px), and whether it is over the plot area. */
  #point(event) {
    const { left, top } = this.chart.plot.getBoundingClientRect();
    const { xaxis, yaxis } = this.#pair;
    const at = { x: event.clientX - left - xaxis._offset, y: event.clientY - top - yaxis._offset };
    const near = (role) => (this.sides.some((along) => along.role === role) ? NEAR : 0);
    const within = (role, { _length: length }) => at[role] >= -near(role) && at[role] <= length + near(role);
    return { ...at, inside: within('x', xaxis) && within('y', yaxis) };
  }

  /** For each axis what a press there does: it draws anew, moves all, pulls an end (0 or 1), or keeps that axis. */
  #parts(event, at) {
    const chosen = this.chosen();
    const taken = chosen && this.sides.map((along, i) => along.part(at[along.role], chosen[i], event.target.dataset?.part?.[0] === along.role ? event.target.dataset.part : ''));
    if (!taken || taken.includes('outside')) return this.sides.map(() => 'draw');
    return taken.every((part) => part === 'inside') ? taken.map(() => 'move') : taken.map((part) => (part === 'inside' ? 'keep' : part));
  }

  #press(event) {
    if (event.button !== 0 || !this.isPlaced || event.target.closest('.legend, .data, .notice')) return;
    this.#turn(event);
    const at = this.#point(event);
    if (!at.inside) return;
    this.#drag = { id: event.pointerId, at, parts: this.#parts(event, at), before: this.chosen() ?? [], kept: this.chart.selection, on: false };
  }

  #move(event) {
    const drag = this.#drag;
    if (!drag) return this.#hint(event);
    if (event.pointerId !== drag.id) return;
    const at = this.#point(event);
    if (!drag.on && Math.hypot(...this.sides.map(({ role }) => at[role] - drag.at[role])) < START) return;
    if (!drag.on) {
      drag.on = true;
      this.chart.box.setPointerCapture(drag.id);
      this.chart.dataset.cursor = cursorOf(drag.parts, this.sides).replace('move', 'moving');
    }
    this.#choose(this.sides.map((along, i) => along.dragged(drag.parts[i], [drag.at[along.role], at[along.role]], drag.before[i])), drag);
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
    if (!this.chosen()) return;
    const words = this.handles.map((handle) => handle.getAttribute('aria-valuetext'));
    announce(this.sides.map(({ label }, i) => `${label}: ${words[i * 2]} – ${words[i * 2 + 1]}`).join(', '));
  }

  #hint(event) {
    if (!this.isPlaced || event.pointerType === 'touch') return;
    this.#turn(event);
    const at = this.#point(event);
    this.chart.dataset.cursor = at.inside ? cursorOf(this.#parts(event, at), this.sides) : '';
  }

  #choose(chosen, gesture) {
    this.take(this.sides.map((along, i) => along.values(chosen[i])), gesture);
  }

  /** Selects between two values of each axis. */
  take(ranges, gesture) {
    this.chart.select(this.chart.plan.select.box ? { box: ranges } : { between: ranges[0] }, gesture);
  }

  #key(event, along, side) {
    const chosen = this.chosen() ?? this.sides.map((each) => each.extent());
    const at = this.sides.indexOf(along);
    const stepped = along.stepped(chosen[at], side, event.key);
    if (!stepped) return;
    event.preventDefault();
    this.#choose(chosen.with(at, stepped), this.#keys);
  }
}

/** The pointer's look over parts of a brush: `resize-x`, `resize-y`, a diagonal one over a corner, `move`, or nothing. */
function cursorOf(parts, sides) {
  if (parts[0] === 'draw' || parts[0] === 'move') return parts[0] === 'move' ? 'move' : '';
  const pulled = parts.flatMap((part, i) => (part === 'keep' ? [] : [i]));
  if (pulled.length === 1) return `resize-${sides[pulled[0]].role}`;
  return parts[0] === parts[1] ? 'resize-up' : 'resize-down';
}

function setBox({ style }, box) {
  for (const [name, px] of Object.entries(box)) style[name] = `${px}px`;
}
