/** When charts are drawn: at most once per animation frame, only those on screen, the slow ones less often. */

/** A chart that takes longer than this (ms) does not hold up the others of a drag. */
const SLOW = 20;

export class Drawing {
  #due = new Set();
  #unseen = new Set();
  #frame = 0;
  #now = new Set();
  #waiting = [];
  #seen = new IntersectionObserver((entries) => this.#look(entries), { rootMargin: '200px' });

  /** Lets a chart be drawn from now on, when it comes into view. */
  watch(chart) {
    this.#unseen.add(chart);
    this.#seen.observe(chart);
  }

  /** Has a chart drawn, soon. */
  add(chart) {
    this.#due.add(chart);
    this.#soon();
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

  #flush() {
    this.#frame = 0;
    const due = [...this.#due].filter((chart) => chart.seen && !this.#now.has(chart));
    for (const chart of due.sort((a, b) => (a.cost ?? 0) - (b.cost ?? 0))) {
      const rested = performance.now() - (chart.drawnAt ?? -Infinity);
      if (chart.cost > SLOW && rested < chart.cost * 3) this.#soon();
      else this.#draw(chart);
    }
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
