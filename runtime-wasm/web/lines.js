/** The lines of a table that have come from the engine, and those that are on their way. */

/** Lines are asked for in blocks of this many. */
export const BLOCK = 200;
/** So many lines are kept. */
const KEPT = 20_000;

/**
 * @typedef {{cells: unknown[], key?: unknown[], head?: {value: unknown, count: number}}} Line
 */
export class Lines {
  #lines = new Map();
  #version = 0;
  #asking = false;
  #wanted = null;
  /** How many lines there are. */
  count = 0;
  /** True once lines have come. */
  known = false;

  /**
   * @param {(from: number, count: number) => Promise<object>} ask asks the engine
   * @param {() => void} came is called when lines have come
   */
  constructor(ask, came) {
    this.ask = ask;
    this.came = came;
  }

  /** Takes the first lines of another answer, all groups open; where some are closed, its lines are asked for. */
  renew(rows, hasClosed) {
    this.#version += 1;
    this.#lines.clear();
    this.known = true;
    this.count = rows.lines;
    if (hasClosed) this.forget();
    else this.#take(rows);
  }

  /** Asks for everything anew. */
  forget() {
    this.#version += 1;
    this.#lines.clear();
    this.#wanted = [0, BLOCK];
    this.#next();
  }

  /** A line, if it is there. @returns {Line | undefined} */
  get(at) {
    return this.#lines.get(at);
  }

  /** The lines from the first one on as far as they are there. */
  get ahead() {
    const ahead = [];
    for (let line; (line = this.get(ahead.length)); ) ahead.push(line);
    return ahead;
  }

  /** Sees to it that the lines of a range come. */
  want(from, end) {
    let first = from;
    while (first < end && this.#lines.has(first)) first += 1;
    if (first >= end) return;
    const start = Math.floor(first / BLOCK) * BLOCK;
    this.#wanted = [start, Math.max(BLOCK, end - start)];
    this.#next();
  }

  async #next() {
    if (this.#asking || !this.#wanted) return;
    const version = this.#version;
    const [from, count] = this.#wanted;
    this.#wanted = null;
    this.#asking = true;
    const rows = await this.ask(from, count).catch(() => null);
    this.#asking = false;
    if (rows && version === this.#version) {
      this.count = rows.lines;
      this.#take(rows);
      this.came();
    }
    this.#next();
  }

  #take({ rows, from = 0, keys = [], heads = [] }) {
    if (this.#lines.size > KEPT) this.#lines.clear();
    const headOf = new Map(heads.map((head) => [head.at, head]));
    rows.forEach((cells, i) => this.#lines.set(from + i, { cells, key: keys[i]?.length ? keys[i] : undefined, head: headOf.get(i) }));
  }
}
