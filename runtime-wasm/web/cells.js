/** The cells of tables: text, links, images, and what is drawn of a number. The theme's templates draw the same at build. */
import { element } from './dom.js';

export const SVG = 'http://www.w3.org/2000/svg';

function drawing(box, name, attributes, type) {
  const svg = document.createElementNS(SVG, 'svg');
  const shape = svg.appendChild(document.createElementNS(SVG, name));
  const own = { class: type, viewBox: box, preserveAspectRatio: 'none', 'aria-hidden': 'true' };
  for (const [key, value] of Object.entries(own)) svg.setAttribute(key, value);
  for (const [key, value] of Object.entries(attributes)) shape.setAttribute(key, value);
  return svg;
}

/** A line through shares between 0 and 1; what is null is passed over. */
export function sparkline(values) {
  const points = values.map((value, i) => (value === null ? '' : `${i},${Math.round((1 - value) * 1000) / 1000}`)).filter(Boolean);
  return drawing(`0 -0.1 ${Math.max(1, values.length - 1)} 1.2`, 'polyline', { points: points.join(' ') }, 'spark');
}

/** Bars from zero, or an area over it; the first of the shares is that of zero. */
function trend(look, [zero, ...values]) {
  const round = (share) => Math.round(share * 1000) / 1000;
  const path = look === 'bars'
    ? values.map((value, i) => (value === null ? '' : `M${i + 0.12} ${round(1 - zero)}H${i + 0.88}V${round(1 - value)}H${i + 0.12}Z`)).join('')
    : areaOf(values, round(1 - zero), round);
  return drawing(`0 -0.1 ${Math.max(1, look === 'bars' ? values.length : values.length - 1)} 1.2`, 'path', { d: path }, `spark ${look}`);
}

function areaOf(values, ground, round) {
  const points = values.flatMap((value, i) => (value === null ? [] : [[i, round(1 - value)]]));
  return points.length ? `M${points[0][0]} ${ground}${points.map(([x, y]) => `L${x} ${y}`).join('')}L${points.at(-1)[0]} ${ground}Z` : '';
}

/** The values of a JSON list, or those between commas: `listed` of the generator. */
function listed(text) {
  const list = parsedJson(text);
  const values = Array.isArray(list) ? list.map((value) => (typeof value === 'string' ? value : JSON.stringify(value))) : text.split(',');
  return values.map((value) => value.trim()).filter(Boolean);
}

function parsedJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** JSON that folds: its text, and below it the same on lines of its own. */
function folded(text) {
  const value = parsedJson(text);
  if (value === null || typeof value !== 'object') return [text];
  return [element('details', {}, element('summary', {}, text), element('pre', {}, JSON.stringify(value, null, 2)))];
}

/** What stands for a missing value. */
const ABSENT = '–';

/** Cells whose text is drawn in another way. */
const textual = {
  checkbox: (text) => [element('span', { class: `tick ${text}`, role: 'img', 'aria-label': text })],
  list: (text) => listed(text).map((value) => element('span', { class: 'pill' }, value)),
  json: folded,
};

/** Where an address leads that is not of the page but of the site's root. */
function addressOf(address, root) {
  return /^([a-z][a-z0-9+.-]*:|[/#])/i.test(address) ? address : root + address;
}

const drawn = {
  link: ([text, address], root) => [element('a', { href: addressOf(address, root), ...(/^https?:/i.test(address) && { target: '_blank', rel: 'noopener noreferrer' }) }, text)],
  image: ([text, address], root) => [element('img', { src: addressOf(address, root), alt: text === address ? '' : text, loading: 'lazy' })],
  bar: ([text, [from, to]]) => [drawing('0 0 1 1', 'rect', { x: from, width: to - from, height: 1 }, 'bar'), element('span', {}, text)],
  heat: ([text]) => [text],
  sparkline: ([text, values]) => [sparkline(values), element('span', { class: 'visually-hidden' }, text)],
  bars: ([text, values]) => [trend('bars', values), element('span', { class: 'visually-hidden' }, text)],
  area: ([text, values]) => [trend('area', values), element('span', { class: 'visually-hidden' }, text)],
};

/** What an author called the way in which a column's cells are drawn. */
export function lookOf({ look = 'text' }) {
  return typeof look === 'string' ? look : Object.keys(look)[0];
}

/**
 * A cell of a column.
 * @param {object} column the TableColumn of the plan
 * @param {string | [string, string] | [string, number[]]} cell
 */
export function cellOf(column, cell, classes, root) {
  const look = lookOf(column);
  const level = look === 'heat' && Array.isArray(cell) ? ` heat-${Math.round(cell[1][0] * 10)}` : '';
  const shape = look === 'text' || look === 'heat' ? '' : ` ${look}${look === 'bars' || look === 'area' ? ' sparkline' : ''}`;
  const text = Array.isArray(cell) ? cell[0] : cell;
  return element('td', { class: `${classes}${shape}${level}`.trim() || null, title: look === 'text' && text.length > 24 ? text : null }, ...(Array.isArray(cell) ? drawn[look](cell, root) : text && text !== ABSENT && textual[look] ? textual[look](text) : [cell]));
}
