/** Values as a reader sees them, where the page writes them itself: chips, inputs and the charts' tables. */
import { t } from './texts.js';

/** The marks of the page's language, as `Locale` of `src/locale.rs`; plans leave out English. */
let marks = { name: 'en', decimal: '.', group: ',', currency: ['$', ''], percent: '%', day: '{d} {m} {y}', months: 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ') };

/** Takes the language of a plan. */
export function useLocale(locale) {
  marks = locale ?? marks;
}

/**
 * A value of a plan, written out.
 * @param {string | number | boolean | null | undefined} value
 * @param {string | object} kind the column's kind
 * @param {string} [pattern] a d3-format for numbers
 */
export function formatValue(value, kind, pattern) {
  if (value == null) return t('(none)');
  if (value === '') return t('(empty)');
  if (typeof value === 'number') return formatNumber(value, pattern);
  if (kind === 'date' || kind === 'timestamp') return formatMoment(value);
  return String(value);
}

/** As `time_in_words` of `src/format.rs`. */
function formatMoment(text) {
  const [, y, m, d, time, seconds] = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d:\d\d)(?::(\d\d))?)?/.exec(text) ?? [];
  if (!y) return text;
  const parts = { y: +y, m: marks.months[m - 1], d: +d };
  const day = marks.day.replace(/\{(\w)\}/g, (_, part) => parts[part]);
  return time ? `${day} ${time}${+seconds ? `:${seconds}` : ''}` : day;
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
  if (type === 's') Object.assign(options, { notation: 'compact' }, digits && { maximumSignificantDigits: Math.max(1, +digits), minimumFractionDigits: undefined });
  const format = new Intl.NumberFormat('en', options);
  const [before, behind] = sign === '$' ? marks.currency : ['', ''];
  return (number) => {
    const body = format.format(Math.abs(type === '%' ? number * 100 : number));
    const isZero = !/[1-9]/.test(body);
    const minus = isZero || number > 0 ? (sign === '+' && !isZero ? '+' : '') : '−';
    return minus + before + withMarks(body) + (type === '%' ? marks.percent : '') + behind;
  };
}

function withMarks(body) {
  return body.replace(/[.,]/g, (mark) => (mark === '.' ? marks.decimal : marks.group));
}

/** A layout with the page's currency in place of the dollars of its axes. */
export function inCurrency(layout) {
  const [before, behind] = marks.currency;
  if (before === '$') return layout;
  const paid = (text) => (text.startsWith('$') ? before + text.slice(1) + behind : text);
  const axes = Object.entries(layout).filter(([name]) => /^[xy]axis/.test(name)).map(([name, axis]) => {
    const signs = axis.tickprefix === '$' ? { tickprefix: before, ticksuffix: behind } : {};
    return [name, { ...axis, ...signs, ...(axis.ticktext && { ticktext: axis.ticktext.map(paid) }) }];
  });
  return { ...layout, ...Object.fromEntries(axes) };
}

/** Has plotly write axes and hover texts in the page's language. */
export function registerLocale(plotly) {
  if (marks.name === 'en' && marks.currency[0] === '$') return;
  const names = (options, days) => days.map((day) => new Intl.DateTimeFormat(marks.name, { ...options, timeZone: 'UTC' }).format(day));
  const week = Array.from({ length: 7 }, (_, i) => Date.UTC(2024, 0, 7 + i));
  const year = Array.from({ length: 12 }, (_, i) => Date.UTC(2024, i, 1));
  const pattern = (text) => text.replace('{d}', '%-d').replace('{m}', '%b').replace('{y}', '%Y');
  const format = {
    decimal: marks.decimal, thousands: marks.group, grouping: [3], currency: marks.currency, periods: ['AM', 'PM'], dateTime: '%x, %X', date: '%d/%m/%Y', time: '%H:%M:%S',
    days: names({ weekday: 'long' }, week), shortDays: names({ weekday: 'short' }, week), months: names({ month: 'long' }, year), shortMonths: marks.months,
    year: '%Y', month: pattern(marks.day.replace(/\{d\}(\. |日| )/, '')), dayMonth: pattern(marks.day.replace(/ \{y\}|\{y\}年/, '')), dayMonthYear: pattern(marks.day),
  };
  plotly.register({ moduleType: 'locale', name: 'page', dictionary: {}, format });
  plotly.setPlotConfig({ locale: 'page' });
}
