/**
 * When charts are drawn: at most once per animation frame and only those on screen. After a single choice all are drawn at
 * once; while a gesture goes on they share the frames, and the slow ones are drawn less often.
 */

/** The charts of a frame share this time (ms); those that are left over come first in the next one. */
const BUDGET = 10;
/** After so long a rest (ms) no movement is under way that could stutter: the charts may take more time together. */
const REST = 150;
const AT_ONCE = 40;
/** A chart that takes longer than this (ms) is drawn at most 15 times a second, and for at most a quarter of the time. */
const SLOW = 8;
const PAUSE = 1000 / 15;
/** So often every chart is drawn before the reader does anything, as long as the page has more than so much time left (ms). */
const REHEARSALS = 8;
const SPARE = 10;

export class Drawing {
  #due = new Set();
  #unseen = new Set();
  #watched = new Set();
  #frame = 0;
  #flushed = 0;
  #now = new Set();
  #waiting = [];
  /** The charts that are drawn once more when the page has nothing to do. */
  #turns = [];
  /** True while a gesture goes on. */
  moving = false;
  #seen = new IntersectionObserver((entries) => this.#look(entries), { rootMargin: '200px' });

  /** Lets a chart be drawn from now on, when it comes into view. */
  watch(chart) {
    this.#unseen.add(chart);
    this.#watched.add(chart);
    this.#seen.observe(chart);
  }

  /** Has a chart drawn, soon. */
  add(chart) {
    this.#turns = [];
    this.#due.add(chart);
    this.#soon();
  }

  /** Draws what is due before the next frame instead of in it, so that it shows in that one; a gesture's charts share frames. */
  hurry() {
    if (this.moving || !this.#due.size) return;
    cancelAnimationFrame(this.#frame);
    this.#flush();
  }

  /**
   * Has the charts on screen drawn again as they are, whenever the page has nothing to do and until anything else is drawn:
   * browsers run what has run often from faster code, so the reader's first choice is drawn as quickly as those that follow.
   */
  rehearse() {
    this.#turns = Array.from({ length: REHEARSALS }, () => [...this.#watched]).flat();
    this.#next();
  }

  #next() {
    if (this.#turns.length) (globalThis.requestIdleCallback ?? setTimeout)((deadline) => this.#turn(deadline));
  }

  async #turn(deadline) {
    do await this.#rehearse(this.#turns.shift());
    while (this.#turns.length && deadline?.timeRemaining() > SPARE);
    this.#next();
  }

  async #rehearse(chart) {
    if (!chart?.seen || this.#now.has(chart)) return;
    this.#now.add(chart);
    // What cannot be drawn says so when it is wanted.
    await chart.rehearse?.()?.catch(() => {});
    this.#now.delete(chart);
    this.#tell();
  }

  /** Draws what is due at once, on screen or not: for printing. */
  all() {
    for (const chart of [...this.#due]) this.#draw(chart);
  }

  /** Resolves when all charts on screen are drawn. */
  settled() {
    return this.#rests() ? Promise.resolve() : new Promise((resolve) => this.#waiting.push(resolve));
  }

  #rests() {
    return !this.#unseen.size && !this.#now.size && ![...this.#due].some((chart) => chart.seen);
  }

  #look(entries) {
    for (const { target, isIntersecting } of entries) {
      target.seen = isIntersecting;
      this.#unseen.delete(target);
    }
    this.#soon();
    this.#tell();
  }

  #soon() {
    this.#frame ||= requestAnimationFrame(() => this.#flush());
  }

  async #flush() {
    this.#frame = 0;
    const begun = performance.now();
    const budget = !this.moving ? Infinity : begun - this.#flushed > REST ? AT_ONCE : BUDGET;
    // A set keeps its order, so whoever waits longest comes first.
    for (const chart of [...this.#due]) {
      if (!chart.seen || !this.#due.has(chart) || this.#now.has(chart)) continue;
      // What waits for something else, as a map for its outlines, does not keep the others waiting.
      if (mayDraw(chart, begun, budget)) await Promise.race([this.#draw(chart), new Promise(setTimeout)]);
      else this.#soon();
    }
    this.#flushed = performance.now();
    this.#tell();
  }

  async #draw(chart) {
    this.#due.delete(chart);
    this.#now.add(chart);
    await chart.draw();
    chart.drawnAt = performance.now();
    this.#now.delete(chart);
    if (this.#due.size) this.#soon();
    this.#tell();
  }

  #tell() {
    if (this.#rests()) for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

/** A first drawing never waits; any other may where the frame that began then has no time left, or the chart is slow. */
function mayDraw({ drawnAt, cost }, begun, budget) {
  const now = performance.now();
  return drawnAt === undefined || budget === Infinity || (now - begun < budget && (cost <= SLOW || now - drawnAt >= Math.max(PAUSE, cost * 3)));
}
