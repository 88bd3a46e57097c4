/** The search over all pages: the index and the library that reads it are fetched when the reader opens it. */
import { element, icon } from './dom.js';
import { t } from './texts.js';

/** So many pages are listed. */
const RESULTS = 12;
/** Letters around the first word that was found. */
const AROUND_MATCH = 90;

/** Opens by the button in the header, by `/` and by Ctrl+K. */
export function setupSearch() {
  const button = document.getElementById('search');
  if (!button) return;
  const search = new SearchDialog(button.dataset);
  button.addEventListener('click', () => search.open());
  addEventListener('keydown', (event) => {
    const isTyping = event.target.closest?.('input, textarea, select, [contenteditable]');
    const asked = (event.key === '/' && !isTyping) || (event.key === 'k' && (event.ctrlKey || event.metaKey));
    if (!asked || event.defaultPrevented) return;
    event.preventDefault();
    search.open();
  });
}

class SearchDialog {
  constructor({ index, library, root }) {
    this.addresses = { index, library };
    this.root = root;
    this.input = element('input', { type: 'search', placeholder: t('Search all pages'), 'aria-label': t('Search all pages'), autocomplete: 'off', spellcheck: 'false' });
    this.list = element('ul', { class: 'results', 'aria-label': t('Pages') });
    this.status = element('p', { class: 'search-status', role: 'status' });
    this.dialog = element('dialog', { class: 'search', 'aria-label': t('Search') }, element('div', { class: 'search-field' }, icon('search'), this.input), this.list, this.status);
    this.input.addEventListener('input', () => this.show());
    this.dialog.addEventListener('keydown', (event) => this.move(event));
    this.dialog.addEventListener('click', (event) => { if (event.target === this.dialog) this.dialog.close(); });
    document.body.append(this.dialog);
  }

  async open() {
    if (!this.dialog.open) this.dialog.showModal();
    this.input.select();
    try {
      this.pages ??= this.load();
      await this.pages;
      this.show();
    } catch {
      this.pages = undefined;
      this.status.textContent = t('The index could not be loaded. Open the search again to retry.');
    }
  }

  async load() {
    const address = (url) => new URL(url, document.baseURI).href;
    const [{ default: MiniSearch }, entries] = await Promise.all([
      import(address(this.addresses.library)),
      fetch(address(this.addresses.index)).then((response) => response.json()),
    ]);
    const pages = new MiniSearch({ idField: 'path', fields: ['title', 'headings', 'text'], storeFields: ['title', 'headings', 'text'], searchOptions: { boost: { title: 4, headings: 2 }, prefix: true, combineWith: 'AND', fuzzy: (word) => (word.length > 4 ? 0.2 : false) } });
    await pages.addAllAsync(entries, { chunkSize: 100 });
    return pages;
  }

  async show() {
    const words = this.input.value.trim();
    const pages = await this.pages;
    if (!pages || words !== this.input.value.trim()) return;
    const found = words ? pages.search(words) : [];
    this.list.replaceChildren(...found.slice(0, RESULTS).map((result) => this.result(result)));
    this.status.textContent = !words ? '' : found.length > RESULTS ? t('{shown} of {count} pages', { shown: RESULTS, count: found.length }) : found.length ? '' : t('No page has “{words}”.', { words });
  }

  result({ id, title, headings, text, terms }) {
    const link = element('a', { href: this.root + id }, element('b', {}, ...markWords(title, terms)), element('span', {}, ...markWords(excerpt(text || headings, terms), terms)));
    return element('li', {}, link);
  }

  /** Arrows walk through the results, Enter in the field opens the first, Escape closes whatever is typed. */
  move(event) {
    const links = [...this.list.querySelectorAll('a')];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === 'Escape') {
      event.preventDefault();
      this.dialog.close();
    }
    if (event.key === 'Enter' && event.target === this.input) links[0]?.click();
    if (!step) return;
    event.preventDefault();
    const next = links.indexOf(document.activeElement) + step;
    (next < 0 ? this.input : links[Math.min(next, links.length - 1)])?.focus();
  }
}

/** The part of a text around the first word that was found. */
function excerpt(text, terms) {
  const lower = text.toLowerCase();
  const places = terms.map((term) => lower.indexOf(term)).filter((place) => place >= 0);
  const start = Math.max(0, Math.min(...(places.length ? places : [0])) - AROUND_MATCH / 2);
  const part = text.slice(start, start + 2 * AROUND_MATCH);
  return `${start ? '… ' : ''}${part}${start + part.length < text.length ? ' …' : ''}`;
}

/** A text with the words that were found marked. */
function markWords(text, terms) {
  const words = terms.map((term) => term.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).sort((a, b) => b.length - a.length);
  if (!words.length) return [text];
  return text.split(new RegExp(`(${words.join('|')})`, 'gi')).map((part, i) => (i % 2 ? element('mark', {}, part) : part));
}
