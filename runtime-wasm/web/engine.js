/** The page's side of the engine: starts the worker when it is wanted, keeps one question in flight and only the newest waiting. */
import { glided, rangeMoved } from './motion.js';

export class EngineClient {
  #worker;
  #ready = false;
  #flying = false;
  #wanted = null;
  #asked = null;
  #seq = 0;
  #active = null;
  #requests = new Map();
  #count = 0;
  /** How many bytes the engine holds. */
  memory = 0;

  /**
   * @param {{plan: object, tables: object[], engine: string, wasm: string, worker?: string}} page
   * @param {{answer(update: object, fresh: boolean, points: Float64Array): void, progress(loaded: number, total: number): void, failure(message: string): void, ready(notes: string[]): void, late(update: object, points: Float64Array): void, catalogues(catalogues: object): void, missing(message: string): void, replied(): void}} on
   *   `fresh` marks the first answer of a worker: it holds what differs from the start state. A `late` answer is of views that
   *   waited for a file; `missing` says that a file did not come.
   */
  constructor(page, on) {
    this.page = page;
    this.on = on;
  }

  /** Starts loading; does nothing if it has begun. */
  start() {
    if (this.#worker) return;
    const { plan, tables, engine, wasm, worker } = this.page;
    this.#worker = new Worker(worker ? absolute(worker) : new URL('./worker.js', import.meta.url), { type: 'module' });
    this.#worker.onmessage = ({ data }) => this.#hear(data);
    this.#worker.onerror = (event) => this.#fail(event.message || 'the engine could not be loaded');
    const here = tables.map(({ name, first, files }) => ({ name, first, files: files.map((file) => ({ ...file, url: absolute(file.url) })) }));
    this.#worker.postMessage({ plan, tables: here, engine: absolute(engine), wasm: absolute(wasm) });
  }

  /** Asks for what the views show in a state. Only the newest state waits. */
  ask(state) {
    this.#wanted = state;
    this.start();
    this.#send();
  }

  /** Has the engine prepare for a range that is about to be dragged in a view. */
  activate(id, state) {
    this.#active = { activate: id, state };
    if (this.#ready) this.#worker.postMessage(this.#active);
  }

  /** Tries the files again that could not be loaded in the background. */
  retry() {
    this.#worker?.postMessage({ retry: true });
  }

  /**
   * Calls the engine for something that only one view wants.
   * @param {{call: 'lines' | 'csv' | 'parquet', view: string, state: object, rest?: unknown[]}} what
   */
  request(what) {
    this.start();
    const id = ++this.#count;
    return new Promise((resolve, reject) => {
      const question = { ...what, request: id };
      this.#requests.set(id, { question, resolve, reject });
      if (this.#ready) this.#worker.postMessage(question);
    });
  }

  /** True while an answer is owed. */
  get pending() {
    return this.#flying || this.#wanted !== null;
  }

  /** True while a view waits for what only it wants. */
  get requested() {
    return this.#requests.size > 0;
  }

  #send() {
    if (!this.#ready || this.#flying || !this.#wanted) return;
    this.#flying = true;
    const view = this.#active?.activate;
    const range = view && rangeMoved(this.#asked, this.#wanted, view);
    this.#asked = this.#wanted;
    this.#wanted = null;
    this.#worker.postMessage({ seq: ++this.#seq, state: this.#asked, moved: range && { view, range } });
  }

  #hear(data) {
    if (data.memory) this.memory = data.memory;
    if (data.total !== undefined) this.on.progress(data.loaded, data.total);
    if (data.failed !== undefined) this.#fail(data.failed);
    if (data.ready) {
      this.#ready = true;
      this.on.ready(data.notes);
      if (this.#active) this.#worker.postMessage(this.#active);
      for (const { question } of this.#requests.values()) this.#worker.postMessage(question);
      this.#send();
    }
    if (data.request) this.#reply(data);
    if (data.late) this.on.late(data.late, data.points);
    if (data.missing !== undefined) this.on.missing(data.missing);
    if (data.seq) {
      this.#flying = false;
      const fresh = this.#seq === 1;
      this.#send();
      const { update, points } = data.numbers ? glided(this.page.plan, data) : data;
      this.on.answer(update, fresh, points);
    }
    if (data.catalogues) this.on.catalogues(data.catalogues);
    if (data.rehearsed) glided(this.page.plan, data);
  }

  #reply({ request, value, problem }) {
    const { resolve, reject } = this.#requests.get(request) ?? {};
    this.#requests.delete(request);
    if (problem === undefined) resolve?.(value);
    else reject?.(new Error(problem));
    setTimeout(this.on.replied);
  }

  /** Gives the worker up; the next question starts another. */
  #fail(message) {
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#ready = this.#flying = false;
    this.#seq = 0;
    for (const id of [...this.#requests.keys()]) this.#reply({ request: id, problem: message });
    const owed = this.#wanted ?? this.#asked;
    this.#wanted = null;
    this.on.failure(message, owed !== null);
  }
}

function absolute(url) {
  return new URL(url, document.baseURI).href;
}
