/** A list of options with a search: a listbox that draws only what is in sight, however many options there are. */
import { element } from './dom.js';
import { formatNumber } from './format.js';
import { t } from './texts.js';

/** Lists longer than this have a search. */
const SEARCHED = 8;

/** What stands over options that belong together. */
class Heading {
  constructor(name) {
    this.name = name;
  }
}

export class Options {
  #values = [];
  #counts = [];
  #names = new Map();
  #found = [];
  /** For each line how many options there are up to it. */
  #places = [];
  #active = -1;
  #order = null;
  #frame = 0;

  /**
   * @param {import('./inputs.js').InputView} input
   * @param {{several: boolean, take(value: unknown): void, first?: string}} how `first` is an option that stands for no choice
   */
  constructor(input, how) {
    Object.assign(this, { input, how });
    const { id } = input.plan;
    this.list = element('div', { class: 'choices', role: 'listbox', id: `list-${id}`, tabindex: 0, 'aria-labelledby': input.labelId, 'aria-multiselectable': how.several ? 'true' : null });
    this.sizer = this.list.appendChild(element('div', { class: 'sizer', role: 'presentation' }));
    this.note = element('p', { class: 'note', role: 'status' });
    this.search = element('input', {
      class: 'search', type: 'search', role: 'combobox', placeholder: t('Search'), autocomplete: 'off', spellcheck: 'false', 'aria-expanded': 'true', 'aria-autocomplete': 'list',
      'aria-controls': this.list.id, 'aria-label': `${t('Search')}: ${input.input.label}`, oninput: () => this.#sought(),
    });
    this.list.addEventListener('scroll', () => this.#soon(), { passive: true });
    this.list.addEventListener('click', ({ target }) => this.#take(Number(target.closest('[role=option]')?.dataset.at ?? -1)));
    this.offer(input.input.values ?? [], []);
  }

  /** The elements, in the order in which they stand in a panel. */
  get parts() {
    return [this.search, this.list, this.note];
  }

  /** Takes other options, and how many rows each leaves. */
  offer(values, counts) {
    this.#values = values;
    this.#counts = counts;
    this.search.hidden = values.length <= SEARCHED;
    this.at = new Map(values.map((value, i) => [value, i]));
    if (this.#isOpen()) this.fill();
  }

  /** Of a closed panel the heights need not be asked for, which would take a layout. */
  #isOpen() {
    const panel = this.list.closest('[popover]');
    return panel ? panel.matches(':popover-open') : this.list.clientHeight > 0;
  }

  /** What stands before the reader: nothing is searched for, the chosen come first. */
  open() {
    this.search.value = '';
    this.#order = new Set(this.#values.length > SEARCHED && !this.input.headings.size ? this.input.chosen() : []);
    this.#active = -1;
    this.list.scrollTop = 0;
    this.fill();
    (this.search.hidden ? this.list : this.search).focus();
  }

  /** The options that are found. */
  get found() {
    return this.#found.filter((value) => value !== undefined && !(value instanceof Heading));
  }

  fill() {
    const words = this.search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const chosen = this.input.chosen();
    const first = [...(this.#order ?? [])];
    const all = [...first, ...this.#values.filter((value) => !this.#order?.has(value)), ...chosen.filter((value) => !this.at.has(value) && !this.#order?.has(value))];
    const fits = (value) => words.every((word) => this.#name(value).includes(word));
    this.#found = [...(this.how.first && !words.length ? [undefined] : []), ...this.#headed(words.length ? all.filter(fits) : all)];
    let count = 0;
    this.#places = this.#found.map((value) => (value instanceof Heading ? count : (count += 1)));
    this.#active = Math.min(this.#active, this.#found.length - 1);
    if (this.#found[this.#active] instanceof Heading) this.#active += 1;
    this.note.textContent = !this.#found.length ? t('Nothing found') : words.length ? t('{count} found', { count: formatNumber(count, ',') }) : '';
    this.sizer.style.height = `${this.#found.length * this.#height()}px`;
    this.draw();
  }

  /** Values with their headings between them. */
  #headed(values) {
    return this.input.headings.size ? this.input.headed(values).flatMap(([heading, below]) => [new Heading(heading ?? t('(none)')), ...below]) : values;
  }

  /** Draws the options in sight. */
  draw() {
    const height = this.#height();
    const first = Math.max(0, Math.floor(this.list.scrollTop / height) - 4);
    const end = Math.min(this.#found.length, Math.ceil((this.list.scrollTop + this.list.clientHeight) / height) + 4);
    const chosen = new Set(this.input.chosen());
    const options = [];
    for (let at = first; at < end; at += 1) options.push(this.#option(at, this.#found[at], chosen, height));
    this.sizer.replaceChildren(...options);
    const active = this.#active >= first && this.#active < end ? this.#id(this.#active) : null;
    for (const part of [this.search, this.list]) {
      if (active) part.setAttribute('aria-activedescendant', active);
      else part.removeAttribute('aria-activedescendant');
    }
  }

  #option(at, value, chosen, height) {
    if (value instanceof Heading) return this.#placed(element('div', { role: 'presentation', class: 'heading' }, value.name), at, height);
    const none = value === undefined;
    const count = none ? null : this.#count(value);
    const selected = none ? !chosen.size : chosen.has(value);
    const option = element(
      'div',
      { role: 'option', id: this.#id(at), class: count === 0 ? 'none' : null, 'data-at': at, 'data-value': none ? null : JSON.stringify(value), 'aria-selected': String(selected), 'aria-setsize': this.#places.at(-1), 'aria-posinset': this.#places[at] },
      element('span', { class: 'mark', 'aria-hidden': 'true' }),
      element('span', { class: 'name' }, none ? this.how.first : this.input.write(value)),
      element('span', { class: 'number' }, count === null ? '' : formatNumber(count, ',')),
    );
    option.classList.toggle('at', at === this.#active);
    return this.#placed(option, at, height);
  }

  #placed(line, at, height) {
    line.style.top = `${at * height}px`;
    return line;
  }

  #id(at) {
    return `${this.list.id}-${at}`;
  }

  #count(value) {
    return this.#counts.length ? (this.#counts[this.at.get(value)] ?? 0) : null;
  }

  #name(value) {
    let name = this.#names.get(value);
    if (name === undefined) this.#names.set(value, (name = this.input.write(value).toLowerCase()));
    return name;
  }

  #height() {
    return parseFloat(getComputedStyle(this.list).getPropertyValue('--option')) || 34;
  }

  #soon() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.draw();
    });
  }

  #sought() {
    this.list.scrollTop = 0;
    this.#active = this.search.value ? 0 : -1;
    this.fill();
  }

  #take(at) {
    if (at < 0 || at >= this.#found.length || this.#found[at] instanceof Heading) return;
    this.#active = at;
    this.how.take(this.#found[at]);
  }

  /** Goes on from a heading to an option. */
  #skip(step) {
    if (!(this.#found[this.#active] instanceof Heading)) return;
    this.#active += this.#active + step < 0 || this.#active + step >= this.#found.length ? -step : step;
  }

  /** Walks through the options by keys; true if the key was one of these. */
  key(event) {
    const page = Math.max(1, Math.floor(this.list.clientHeight / this.#height()) - 1);
    const typing = event.target === this.search;
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, ...(!typing && { Home: -Infinity, End: Infinity }) };
    const step = steps[event.key];
    if (step !== undefined) {
      this.#active = Math.max(0, Math.min(this.#found.length - 1, this.#active + step));
      this.#skip(Math.sign(step));
      const [top, height] = [this.#active * this.#height(), this.#height()];
      if (top < this.list.scrollTop) this.list.scrollTop = top;
      else if (top + height > this.list.scrollTop + this.list.clientHeight) this.list.scrollTop = top + height - this.list.clientHeight;
      this.draw();
    } else if (event.key === 'Enter' || (event.key === ' ' && !typing)) {
      this.#take(this.#active);
    } else return false;
    event.preventDefault();
    return true;
  }
}
