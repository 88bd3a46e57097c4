/** `<dashgen-input>`: a control that filters. Each kind is a function that builds it and returns `{follow, offer}`. */
import { date, datetime, number, search, text } from './boxes.js';
import { checklist, radio, segmented, toggle } from './choices.js';
import { element } from './dom.js';
import { View } from './view.js';
import { formatValue } from './format.js';
import { dropdown, multiselect } from './multiselect.js';
import { dateRange, datetimeRange } from './dates.js';
import { same } from './plan.js';
import { rangeSlider, slider } from './sliders.js';
import { t } from './texts.js';

/** @type {Record<string, (input: InputView) => {follow(): void, offer?(values: unknown[], counts: number[]): void}>} */
const controls = { dropdown, multiselect, checklist, radio, segmented, toggle, search, text, number, date, datetime, 'date-range': dateRange, 'datetime-range': datetimeRange, 'range-slider': rangeSlider, slider };

/** What is chosen in inputs that wait for the reader to apply them, by view. @type {Map<InputView, object | null>} */
const held = new Map();

function applyHeld(store) {
  const choices = [...held].map(([input, selection]) => [input.plan.id, selection]);
  const inputs = [...held.keys()];
  held.clear();
  store.selectAll(choices);
  for (const input of inputs) input.follow();
}

/** The headings over values, by value; empty if there are none. */
function headings({ groups = [], values }) {
  let at = 0;
  return new Map(groups.flatMap(([heading, count]) => values.slice(at, (at += count)).map((value) => [value, formatValue(heading)])));
}

export class InputView extends View {
  setup() {
    this.input = this.plan.shows.input;
    this.headings = headings(this.input);
    this.head = this.querySelector('.label');
    this.name = this.querySelector('.name');
    const build = controls[this.input.kind] ?? (this.plan.select?.interval ? rangeSlider : multiselect);
    this.control = build(this);
    if (this.input.apply) this.setupApply();
    this.follow();
    if (this.input.disabled) for (const part of this.querySelectorAll('button, input, select, textarea')) part.disabled = true;
  }

  setupApply() {
    this.button = element('button', { type: 'button', class: 'button small apply', hidden: true, onclick: () => applyHeld(this.page.store) }, t('Apply'));
    this.head.append(this.button);
    this.addEventListener('keydown', ({ key, target }) => key === 'Enter' && target.matches('input') && held.size && applyHeld(this.page.store));
    // A reset gives up what was not applied.
    this.page.store.watch((state) => same(state, this.page.store.start) && held.delete(this) && this.follow());
  }

  show(shown) {
    if (shown.options) this.control.offer?.(shown.options.values ?? this.input.values ?? [], shown.options.counts);
    this.notice(shown.error ?? null, { error: true });
    this.follow();
  }

  follow() {
    this.classList.toggle('active', Boolean(this.selection));
    this.classList.toggle('held', held.has(this));
    if (this.button) this.button.hidden = !held.has(this);
    this.control.follow();
  }

  /** What is chosen: of an input that waits, what will be. */
  get selection() {
    return held.has(this) ? held.get(this) : super.selection;
  }

  select(selection, gesture) {
    if (!this.input.apply) return super.select(selection, gesture);
    if (same(selection, super.selection)) held.delete(this);
    else held.set(this, selection);
    this.follow();
  }

  /** The chosen values of a choice. */
  chosen() {
    return this.selection?.in?.map((tuple) => tuple[0]) ?? [];
  }

  /** Chooses values; none clears. */
  choose(values, gesture) {
    this.select(values.length ? { in: values.map((value) => [value]) } : null, gesture);
  }

  /** A value as this input writes it. */
  write(value) {
    return formatValue(value, this.input.column, this.input.format);
  }

  /** Each heading with those of these values that stand below it; undefined with those that stand below none comes last. */
  headed(values) {
    const below = new Map([...this.headings.values(), undefined].map((heading) => [heading, []]));
    for (const value of values) below.get(this.headings.get(value)).push(value);
    return [...below].filter(([, own]) => own.length);
  }

  /** The id of the visible label. */
  get labelId() {
    return this.name.id;
  }
}
