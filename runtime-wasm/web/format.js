/** Values as a reader sees them, where the page writes them itself: chips, inputs and the charts' tables. */

const language = document.documentElement.lang || 'en';
const dayFormat = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeZone: 'UTC' });
const momentFormat = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' });

/**
 * A value of a plan, written out.
 * @param {string | number | boolean | null | undefined} value
 * @param {string | object} kind the column's kind
 * @param {string} [pattern] a d3-format for numbers
 */
export function formatValue(value, kind, pattern) {
  if (value == null) return '(none)';
  if (value === '') return '(empty)';
  if (typeof value === 'number') return formatNumber(value, pattern);
  if (kind === 'date') return formatMoment(value.slice(0, 10), dayFormat);
  if (kind === 'timestamp') return formatMoment(value, value.length > 10 ? momentFormat : dayFormat);
  return String(value);
}

function formatMoment(text, format) {
  const time = Date.parse(text.length > 10 ? `${text}Z` : text);
  return Number.isNaN(time) ? text : format.format(time);
}

const patterns = new Map();

/** A number by the part of d3-format that dashboards use: `$ , .2 f % d s`. */
export function formatNumber(number, pattern = '') {
  if (!patterns.has(pattern)) patterns.set(pattern, numberFormat(pattern));
  return patterns.get(pattern)(number);
}

function numberFormat(pattern) {
  const [, sign, comma, digits, type] = /^([$+])?(,)?(?:\.(\d+))?~?([a-z%])?$/.exec(pattern) ?? [];
  const fixed = digits === undefined ? {} : { minimumFractionDigits: +digits, maximumFractionDigits: +digits };
  const options = { maximumFractionDigits: type === 'd' ? 0 : 2, useGrouping: pattern ? Boolean(comma) : 'min2', ...fixed };
  if (type === '%') options.style = 'percent';
  if (type === 's') Object.assign(options, { notation: 'compact' }, digits && { maximumSignificantDigits: Math.max(1, +digits), minimumFractionDigits: undefined });
  if (sign === '$') Object.assign(options, { style: 'currency', currency: 'USD', currencyDisplay: 'narrowSymbol' }, !digits && { minimumFractionDigits: 0 });
  if (sign === '+') options.signDisplay = 'exceptZero';
  const format = new Intl.NumberFormat('en', options);
  return (number) => format.format(number).replace('-', '−');
}
