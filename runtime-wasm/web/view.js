/** What all views on a page have in common: they follow the state, show answers, wait and fail visibly. */
import { element } from './dom.js';
import { t } from './texts.js';

export class View extends HTMLElement {
  /**
   * Binds the element to its view of the plan.
   * @param {import('./page.js').Page} page
   * @param {object} plan the View of the plan
   */
  attach(page, plan) {
    this.page = page;
    this.plan = plan;
    this.setup();
  }

  /** The view's own selection, if any. */
  get selection() {
    return this.page.store.state.selections[this.plan.id] ?? null;
  }

  /** Sets or clears (null) the view's own selection. */
  select(selection, gesture) {
    this.page.store.select(this.plan.id, selection, gesture);
  }

  /** Builds what the theme's template has not. */
  setup() {}

  /** Takes an answer (a `Shown`). */
  show() {}

  /** Is called after each change of the state. */
  follow() {}

  /** Marks the view as waiting for its answer. */
  busy(waits) {
    if (waits) this.setAttribute('aria-busy', 'true');
    else this.removeAttribute('aria-busy');
  }

  /** Lays a sentence over the view, or takes it away (null); with `retry` there is a button, `short` is for small views. */
  notice(text, { error = false, retry, short } = {}) {
    this.querySelector(':scope .notice')?.remove();
    if (!text) return;
    const notice = element('div', { class: error ? 'notice error' : 'notice', role: error && !retry ? 'alert' : null, title: short && text }, element('span', {}, short ?? text));
    if (retry) notice.append(element('button', { type: 'button', class: 'button outlined small', onclick: retry }, t('Retry')));
    this.noticeHost().append(notice);
  }

  /** Where a notice is laid. */
  noticeHost() {
    return this;
  }
}
