/** One axis of a brush: its groups, where they stand in the plot, and to which of them a drag comes. */
import { groupsOf } from './groups.js';

/** How near an end (px) the pointer takes that end. */
export const NEAR = 7;

export class Along {
  /** Plotly's axis. */
  axis;
  #extent;

  /**
   * @param {import('./chart.js').ChartView} chart
   * @param {'x' | 'y'} role which axis it is
   */
  constructor(chart, { role, key, kind, label }) {
    Object.assign(this, { chart, role, key, kind, label });
  }

  get groups() {
    return groupsOf(this.key, this.kind, this.axis);
  }

  /** The lowest and highest group that the chart shows without filters. */
  extent() {
    const groups = this.groups;
    if (groups.extent ?? this.#extent) return groups.extent ?? this.#extent;
    const values = this.chart.page.first(this.chart.plan.id)?.traces?.flatMap((trace) => trace[this.role] ?? []) ?? [];
    const at = values.filter((value) => value !== null).map((value) => groups.at(this.axis.d2c(value)));
    if (at.length && groups.left(at[0]) !== groups.mid(at[0])) return (this.#extent = [at.reduce((a, b) => Math.min(a, b)), at.reduce((a, b) => Math.max(a, b))]);
    const [low, high] = [0, this.axis._length].map((px) => this.axis.p2c(px)).sort((a, b) => a - b);
    return [groups.at(low), groups.at(high) + 1];
  }

  /** The first and last group between two values; null stands for the end of the axis. */
  chosen(ends) {
    const extent = this.extent();
    return ends.map((end, side) => (end === null ? extent[side] : this.groups.index(end)));
  }

  /** The lowest and highest value of some groups. */
  values([first, last]) {
    const { groups } = this;
    return [groups.first(first), groups.last(last)];
  }

  /** Where the ends of some groups stand (px), the lower value first. */
  pixels([first, last]) {
    const { groups } = this;
    const clip = (px) => Math.max(0, Math.min(this.axis._length, px));
    return [clip(this.axis.c2p(groups.left(first))), clip(this.axis.c2p(groups.right(last)))];
  }

  /** What a pointer takes of what is chosen: an end (0 or 1), its inside, or nothing of it. */
  part(px, chosen, end) {
    const ends = this.pixels(chosen);
    const taken = ends.findIndex((at, side) => (end ? end === `${this.role}${side}` : Math.abs(px - at) <= NEAR));
    if (taken >= 0) return taken;
    return px > Math.min(...ends) && px < Math.max(...ends) ? 'inside' : 'outside';
  }

  /** The groups that a drag has come to, that took a part of those that were chosen before. */
  dragged(part, [start, px], before) {
    const [low, high] = this.extent();
    const within = (i) => Math.max(low, Math.min(high, i));
    const at = (to) => this.axis.p2c(Math.max(0, Math.min(this.axis._length, to)));
    if (part === 'keep') return before;
    if (part === 'move') {
      const by = this.groups.at(this.axis.p2c(px)) - this.groups.at(this.axis.p2c(start));
      const room = Math.max(low - before[0], Math.min(high - before[1], by));
      return before.map((i) => i + room);
    }
    if (part === 'draw') return this.#covered(...[at(start), at(px)].sort((a, b) => a - b)).map(within);
    const ends = [...before];
    ends[part] = within(this.#nearest(at(px)));
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

  /** The groups after a key that moves an end; null if the key does not. */
  stepped(chosen, side, key) {
    const [low, high] = this.extent();
    const page = Math.max(1, Math.round((high - low) / 10));
    const step = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: page, PageDown: -page, Home: -Infinity, End: Infinity }[key];
    if (!step) return null;
    const moved = [...chosen];
    moved[side] = side ? Math.max(chosen[0], Math.min(high, chosen[1] + step)) : Math.max(low, Math.min(chosen[1], chosen[0] + step));
    return moved;
  }
}
