/** What a chart moves or leaves out where it has little room, as on a phone. */

/** A chart below this width (px) has its colour scale above it, where that takes no room from what is drawn. */
const NARROW = 480;
/** The width (px) of a map on which circles have the size that their author says. */
const MAP = 720;
/** So much of an axis (px) a label takes: of a number, of a day. */
const ROOM = { linear: 60, date: 90 };
/** Bars with less room than this (px) beside their names do without the title of these. */
const SHORT = 100;
/** A letter of such a label (px). */
const LETTER = 6.5;
/** A letter of a name beside the outer columns of bands, what these leave free for names, what they take, and the next one (px). */
const BESIDE = { letter: 7.5, free: 36, outer: 96, next: 40 };
/** Names of axes side by side are turned where each has less room (px), and then take more room above. */
const UPRIGHT = 100;
const TURNED = { labelangle: -20, height: 24 };

/** A layout for traces in a chart of this width. */
export function narrowLayout(layout, traces, width) {
  const across = width - namesBeside(traces);
  // Beside long names plotly keeps more room for what is drawn, and cuts the names.
  layout.minreducedwidth ??= 32;
  for (const [name, axis] of Object.entries(layout)) {
    if (!name.startsWith('xaxis')) continue;
    const [from, to] = axis.domain ?? [0, 1];
    const room = axis.type === 'linear' || to - from < 1 ? ROOM[axis.type] : undefined;
    const along = across * (to - from);
    // Plotly would rather turn its numbers than show fewer.
    // Of two numbers it may write one alone.
    if (room) axis.nticks ??= Math.max(room === ROOM.linear ? 3 : 2, Math.floor(along / room));
  }
  if (across < SHORT && layout.yaxis) delete layout.yaxis.title;
  const scale = layout.coloraxis?.colorbar;
  if (scale && width < NARROW) layout.coloraxis.colorbar = above(scale);
  if (traces.some((trace) => isCrowded(trace, width))) layout.margin.t += TURNED.height;
  for (const { dimensions } of traces.filter(({ type }) => type === 'parcats')) {
    const rest = width - BESIDE.outer - BESIDE.next * (dimensions.length - 1);
    const beside = ({ values }, most) => Math.max(8, Math.min(most, longest(values) * BESIDE.letter - BESIDE.free));
    layout.margin.r = beside(dimensions.at(-1), rest / 2);
    layout.margin.l = beside(dimensions[0], rest - layout.margin.r);
  }
  return layout;
}

/** What the names of bars that lie take at the side, about (px). */
function namesBeside(traces) {
  return longest(traces.flatMap(({ orientation, y }) => (orientation === 'h' ? y : []))) * LETTER;
}

function longest(names) {
  return names.reduce((most, name) => Math.max(most, String(name).length), 0);
}

/** Traces for a chart of this width, which is asked for where it tells. */
export function narrowTraces(traces, widthOf) {
  if (!traces.some(({ type }) => NARROWED[type])) return traces;
  const width = widthOf();
  return traces.map((trace) => NARROWED[trace.type]?.(trace, width) ?? trace);
}

const NARROWED = {
  parcoords: (trace, width) => ({ ...trace, ...(isCrowded(trace, width) && { labelangle: TURNED.labelangle }), line: { ...trace.line, showscale: width >= NARROW } }),
  scattergeo: smaller,
  scattermap: smaller,
};

/** A map shrinks with its chart, and so do the circles on it. */
function smaller(trace, width) {
  return width < NARROW && trace.marker?.sizeref ? { ...trace, marker: { ...trace.marker, sizeref: trace.marker.sizeref * (MAP / width) ** 2 } } : trace;
}

function isCrowded({ type, dimensions }, width) {
  return type === 'parcoords' && width / dimensions.length < UPRIGHT;
}

function above({ title, ...scale }) {
  return { ...scale, orientation: 'h', x: 0, xanchor: 'left', y: 1.02, yanchor: 'bottom', len: 1, thickness: 8, title: { ...title, side: 'top' } };
}
