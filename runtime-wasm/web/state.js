/** What the reader has selected: one immutable state, its place in the address and the history, and who watches it. */
import { same, sorted } from './plan.js';
import { searchOf, stateOf } from './url.js';

/** Browsers refuse more than about 100 history calls in 30 s, so a drag writes the address at this pace. */
const PACE = 350;
/** Of a new step so long (ms): writing it keeps the page from drawing what it shows. */
const SOON = 120;

/**
 * @typedef {{in: Array<Array<unknown>>} | {between: [unknown, unknown]} | {box: Array<[unknown, unknown]>} | {contains: string}} Selection
 * @typedef {{selections: Record<string, Selection>, orders: Record<string, Array<{column: number, descending: boolean}>>, searches: Record<string, string>}} State
 */
export class Store {
  #watchers = [];
  #gesture;
  #timer = 0;
  /** How the history takes what is not written yet. */
  #method;
  /** True while a gesture goes on: the last change was not its first. */
  moving = false;
  /** True from a step back or forth until the browser has taken it. */
  travels = false;
  /** Where in the page's own history it stands, and how far that reaches. */
  #at = history.state?.at ?? 0;
  #top = this.#at;

  constructor(plan) {
    this.plan = plan;
    this.start = stateOf(plan, '');
    /** @type {State} */
    this.state = stateOf(plan, location.search);
    if (history.state?.at === undefined) history.replaceState({ at: this.#at }, '');
    addEventListener('popstate', ({ state }) => {
      this.travels = false;
      // A step that the browser has not heard of is none to go back to.
      if (this.#timer && this.#method === 'pushState') this.#top = this.#at - 1;
      this.#at = state?.at ?? this.#at;
      this.#top = Math.max(this.#top, this.#at);
      this.#become(stateOf(plan, location.search));
    });
    addEventListener('pagehide', () => this.write());
  }

  /** Calls `watcher(state)` after each change. */
  watch(watcher) {
    this.#watchers.push(watcher);
  }

  /**
   * Sets or clears (null) a view's selection. Calls with the same gesture are one step of the history.
   * @param {string} id
   * @param {Selection | null} selection
   * @param {unknown} [gesture]
   */
  select(id, selection, gesture) {
    this.#set({ ...this.state, selections: chosen(this.state.selections, id, selection) }, gesture);
  }

  /** Sets or clears the selections of several views in one step. @param {Array<[string, Selection | null]>} all */
  selectAll(all) {
    const selections = all.reduce((before, [id, selection]) => chosen(before, id, selection), this.state.selections);
    this.#set({ ...this.state, selections });
  }

  /** Sets a table's ordering; of no columns it is its own again. */
  order(id, orders) {
    this.#set({ ...this.state, orders: put(this.state.orders, id, orders.length ? orders : null) });
  }

  /** Sets what a table is searched for. */
  search(id, words, gesture) {
    this.#set({ ...this.state, searches: put(this.state.searches, id, words.trim() || null) }, gesture);
  }

  /** Takes a whole state. */
  take(state) {
    this.#set(state);
  }

  get canUndo() {
    return this.#at > 0;
  }

  get canRedo() {
    return this.#at < this.#top;
  }

  /** Takes back the last step: the browser's own way back, which stops where the reader came in. */
  undo() {
    this.write();
    this.#travel(-1);
  }

  /** Takes the step again. */
  redo() {
    this.#travel(1);
  }

  #travel(by) {
    const to = this.#at + by;
    if (to < 0 || to > this.#top) return;
    this.#at = to;
    this.travels = true;
    history.go(by);
  }

  /** Back to the state that the page starts in. */
  reset() {
    this.#set(this.start);
  }

  /** Takes one view back to what it starts with. */
  restore(id) {
    this.select(id, this.start.selections[id] ?? null);
  }

  /** The ids of the views whose selection is not the one they start with. */
  changed() {
    const { selections } = this.state;
    return this.plan.views.map((view) => view.id).filter((id) => !same(selections[id], this.start.selections[id]));
  }

  /** Writes the address now, if that was put off. */
  write() {
    if (!this.#timer) return;
    const method = this.#method;
    this.#forget();
    try {
      history[method]({ at: this.#at }, '', location.pathname + searchOf(this.plan, this.state) + location.hash);
    } catch {
      // The browser counts calls and refuses when there are too many: the next one writes the whole state again.
    }
  }

  /** Has the address written after a while. */
  #writeIn(pace, method) {
    this.#method = method;
    this.#timer = setTimeout(() => this.write(), pace);
  }

  /** Has what is not written yet never written. */
  #forget() {
    clearTimeout(this.#timer);
    this.#timer = 0;
  }

  #set(state, gesture) {
    if (same(state, this.state)) return;
    const goesOn = gesture !== undefined && gesture === this.#gesture;
    this.moving = goesOn;
    if (!goesOn) this.write();
    this.state = state;
    this.#gesture = gesture;
    if (!goesOn) {
      this.#top = ++this.#at;
      this.#writeIn(SOON, 'pushState');
    } else if (!this.#timer) this.#writeIn(PACE, 'replaceState');
    this.#tell();
  }

  #become(state) {
    this.#forget();
    this.#gesture = undefined;
    this.moving = false;
    this.state = state;
    this.#tell();
  }

  #tell() {
    for (const watcher of this.#watchers) watcher(this.state);
  }
}

function chosen(selections, id, selection) {
  const made = selection?.in ? { in: sorted(selection.in) } : selection;
  return put(selections, id, !made || made.in?.length === 0 ? null : made);
}

function put(record, id, value) {
  const { [id]: _, ...others } = record;
  return value ? { ...others, [id]: value } : others;
}
