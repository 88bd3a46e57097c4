/** A chart's numbers as rows of text, read back from its traces. */
import { formatValue } from './format.js';
import { isNumber } from './plan.js';

const readers = {
  x: (trace, i) => trace.x?.[i],
  y: (trace, i) => trace.y?.[i],
  z: (trace, i) => trace.z?.[i],
  color: (trace, i) => (Array.isArray(trace.marker?.color) && typeof trace.marker.color[i] === 'number' ? trace.marker.color[i] : trace.name),
  size: (trace, i) => trace.marker?.size?.[i],
  names: (trace, i) => trace.labels?.[i],
  values: (trace, i) => trace.values?.[i],
  text: (trace, i) => trace.text?.[i],
  hover_name: (trace, i) => trace.hovertext?.[i],
};

/**
 * @param {object} chart the plan's Chart
 * @param {object[]} traces
 * @returns {{columns: Array<{label: string, number: boolean}>, rows: Array<{trace: number, index: number, cells: string[], values: unknown[]}>}}
 */
export function tableOf(chart, traces) {
  const columns = columnsOf(chart).filter(({ read }) => traces.some((trace) => read(trace, 0) !== undefined));
  const depth = chart.channels.filter((channel) => channel.role === 'path').length;
  const rows = [];
  traces.forEach((trace, at) => {
    if (trace.hoverinfo === 'skip') return;
    for (let index = 0; index < lengthOf(trace); index++) {
      // A treemap's inner nodes are sums of its leaves.
      if (depth && (trace.customdata?.[index]?.length ?? 0) < depth) continue;
      const values = columns.map(({ read }) => read(trace, index));
      rows.push({ trace: at, index, values, cells: columns.map(({ write }, i) => write(values[i])) });
    }
  });
  return { columns, rows };
}

function columnsOf(chart) {
  let depth = 0;
  return chart.channels.map(({ role, label, kind, format }) => {
    const level = role === 'path' ? depth++ : 0;
    const read = role === 'path' ? (trace, i) => trace.customdata?.[i]?.[level] : readers[role] ?? (() => undefined);
    const write = (value) => (value === undefined ? '' : formatValue(value, kind, format));
    return { label, number: isNumber(kind), read, write };
  });
}

function lengthOf(trace) {
  return (trace.labels ?? trace.y ?? trace.x ?? []).length;
}
