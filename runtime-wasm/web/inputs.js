/** `<dashgen-input>`: a control that filters. Each kind is a function that builds it and returns `{follow, offer}`. */
import { element, icon } from './dom.js';
import { View } from './view.js';
import { formatValue } from './format.js';
import { multiselect } from './multiselect.js';
import { dateRange } from './dates.js';
import { rangeSlider, slider } from './sliders.js';

/** @type {Record<string, (input: InputView) => {follow(): void, offer?(values: unknown[], counts: number[]): void}>} */
const controls = { dropdown, multiselect, 'date-range': dateRange, 'range-slider': rangeSlider, slider };

export class InputView extends View {
  setup() {
    this.input = this.plan.shows.input;
    this.head = this.querySelector('.label');
    this.name = this.querySelector('.name');
    const build = controls[this.input.kind] ?? (this.plan.select?.interval ? rangeSlider : multiselect);
    this.control = build(this);
    this.follow();
  }

  show(shown) {
    if (shown.options) this.control.offer?.(shown.options.values, shown.options.counts);
    this.notice(shown.error ?? null, { error: true });
    this.follow();
  }

  follow() {
    this.classList.toggle('active', Boolean(this.selection));
    this.control.follow();
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

  /** The id of the visible label. */
  get labelId() {
    return this.name.id;
  }
}

function dropdown(input) {
  const select = element('select', { 'aria-labelledby': input.labelId, onchange: () => input.choose(select.value === '' ? [] : [JSON.parse(select.value)]) });
  input.append(element('div', { class: 'select' }, select, icon('down')));
  let offered = input.input.values;
  const fill = () => {
    const chosen = input.chosen();
    const missing = chosen.filter((value) => !offered.includes(value));
    const options = [...offered, ...missing].map((value) => [JSON.stringify(value), input.write(value)]);
    const several = chosen.length > 1 ? [[JSON.stringify(chosen), `${chosen.length} chosen`]] : [];
    setOptions(select, [['', input.input.placeholder ?? 'All'], ...several, ...options]);
    select.value = chosen.length > 1 ? several[0][0] : chosen.length ? JSON.stringify(chosen[0]) : '';
  };
  return { follow: fill, offer: (values) => (offered = values) };
}

/** Replaces the options only if they differ: an open list would close. */
function setOptions(select, options) {
  const key = JSON.stringify(options);
  if (select.dataset.options === key) return;
  select.dataset.options = key;
  select.replaceChildren(...options.map(([value, text]) => element('option', { value }, text)));
}
