/** A chart's numbers as rows of text, read back from its traces. */
import { formatValue } from './format.js';
import { isNumber } from './plan.js';

/** Where the values of an encoding stand in a trace; else in the array of its own name. */
const readers = {
  x: (trace, i) => trace.x?.[isGrid(trace) ? i % trace.x.length : i],
  y: (trace, i) => trace.y?.[isGrid(trace) ? Math.floor(i / trace.x.length) : i],
  z: (trace, i) => (isGrid(trace) ? trace.z[Math.floor(i / trace.x.length)][i % trace.x.length] : trace.z?.[i]),
  color: (trace, i) => (/^choropleth/.test(trace.type) ? trace.z[i] : Array.isArray(trace.marker?.color) && typeof trace.marker.color[i] === 'number' ? trace.marker.color[i] : trace.name),
  size: (trace, i) => trace.marker?.size?.[i],
  names: (trace, i) => trace.labels?.[i],
  parents: (trace, i) => trace.labels?.[trace.ids.indexOf(trace.parents[i])] ?? null,
  values: (trace, i) => (trace.values ?? trace.counts)?.[i],
  text: (trace, i) => trace.text?.[i],
  x_start: (trace, i) => trace.base?.[i],
  x_end: (trace, i) => (trace.base?.[i] && trace.x[i] !== null ? later(trace.base[i], trace.x[i]) : null),
  source: (trace, i) => trace.node?.label[trace.link.source[i]],
  target: (trace, i) => trace.node?.label[trace.link.target[i]],
  value: (trace, i) => (trace.link ? trace.link.value[i] : trace.value),
  reference: (trace) => trace.delta?.reference,
  animation_group: (trace, i) => trace.ids?.[i],
  hover_name: (trace, i) => trace.hovertext?.[i],
};

/**
 * @param {object} chart the plan's Chart
 * @param {object[]} traces
 * @returns {{columns: Array<{label: string, number: boolean}>, rows: Array<{trace: number, index: number, cells: string[], values: unknown[]}>}}
 */
export function tableOf(chart, traces) {
  const columns = columnsOf(chart).filter(({ read }) => traces.some((trace) => Array.from({ length: lengthOf(trace) }).some((_, i) => read(trace, i) !== undefined)));
  const depth = chart.channels.filter((channel) => channel.role === 'path').length;
  const rows = [];
  traces.forEach((trace, at) => {
    if (trace.hoverinfo === 'skip' || trace.meta?.aside) return;
    for (let index = 0; index < lengthOf(trace); index++) {
      // A treemap's inner nodes are sums of its leaves.
      if (depth && (trace.customdata?.[index]?.length ?? 0) < depth) continue;
      if (isGrid(trace) && isBlank(trace, readers.z(trace, index))) continue;
      const values = columns.map(({ read }) => read(trace, index));
      rows.push({ trace: at, index, values, cells: columns.map(({ write }, i) => write(values[i])) });
    }
  });
  return { columns, rows };
}

function columnsOf(chart) {
  let depth = 0;
  const { of, columns } = chart.trace.meta ?? {};
  const layers = chart.channels.filter(({ role }) => role === 'layers').map(({ label }) => label);
  let dimension = 0;
  return chart.channels.flatMap(({ role, label, kind, format }) => {
    if (columns && role === of) {
      // A box has several numbers where other marks have one.
      const written = (value) => (value === undefined ? '' : formatValue(value, kind, format));
      return columns.map((name) => ({ label: `${label}, ${name}`, number: true, read: (trace, i) => trace[name]?.[i], write: written }));
    }
    const place = role === 'dimensions' ? dimension++ : 0;
    const level = role === 'path' ? depth++ : 0;
    const read = role === 'dimensions' ? (trace, i) => trace.dimensions?.[place]?.values[i]
      : role === 'path' ? (trace, i) => trace.customdata?.[i]?.[level]
      : role === 'layers' ? (trace, i) => (layerOf(trace, layers) === label ? trace.y[i] : undefined)
      : role === 'y' && layers.length ? (trace, i) => (layerOf(trace, layers) ? undefined : trace.y[i])
      : role in PLACES ? (trace) => chart.categories?.[role]?.[PLACES[role](trace, chart.categories)]
      : readers[role] ?? ((trace, i) => trace[role]?.[i]);
    const write = (value) => (value === undefined ? '' : formatValue(value, kind, format));
    return { label, number: isNumber(kind), read, write };
  });
}

/** The layer that a trace belongs to, by what they are called. */
function layerOf({ name }, layers) {
  return layers.find((label) => name === label || name?.startsWith(`${label}, `));
}

/** Which small chart or frame a trace belongs to: a place among the categories. */
const PLACES = {
  facet_col: ({ xaxis }, categories) => cell(xaxis) % (categories.facet_col?.length ?? 1),
  facet_row: ({ xaxis }, categories) => Math.floor(cell(xaxis) / (categories.facet_col?.length ?? 1)),
  animation_frame: ({ meta }) => meta?.frame,
};

function cell(axis) {
  return Math.max(1, +axis.slice(1)) - 1;
}

/** A day or moment, so many milliseconds later. */
function later(text, milliseconds) {
  const [suffix, length] = text.length > 10 ? ['Z', 19] : ['', 10];
  return new Date(Date.parse(text + suffix) + milliseconds).toISOString().slice(0, length);
}

function lengthOf(trace) {
  if (isGrid(trace)) return trace.x.length * trace.y.length;
  if (trace.type === 'indicator') return 1;
  return (trace.labels ?? trace.link?.source ?? trace.y ?? trace.x ?? trace.dimensions?.[0]?.values ?? trace.customdata ?? []).length;
}

/** A cell without rows; contours are drawn down to zero there. */
function isBlank({ type }, number) {
  return number === null || (type === 'contour' && number === 0);
}

/** True for a trace with a number for each place along x and y. */
function isGrid({ x, y, z }) {
  return Array.isArray(x) && Array.isArray(y) && Array.isArray(z?.[0]);
}

/**
 * What a point of a trace carries; of a heat map by row and column, or cell after cell.
 * @param {object} trace
 * @param {number | [number, number]} index
 */
export function carriedAt(trace, index) {
  if (!trace) return undefined;
  if (!isGrid(trace)) return (trace.link ?? trace).customdata?.[index];
  const [row, column] = Array.isArray(index) ? index : [Math.floor(index / trace.x.length), index % trace.x.length];
  return trace.customdata?.[row]?.[column];
}
