/** The page's palette: a category has its place there, whatever its place in a chart. */

/**
 * Traces with the colours of their places: `meta.place` of a whole trace, `meta.places` of its slices.
 * @param {object[]} traces
 * @param {object} template the page's look
 */
export function painted(traces, { layout: { colorway, xaxis } }) {
  const faded = xaxis.gridcolor;
  const colour = (place) => colorway[place % colorway.length];
  return traces.map((trace) => {
    const { place, places } = trace.meta ?? {};
    if (places && trace.type === 'parcats') {
      return { ...trace, line: { ...trace.line, color: places.map((at) => (at === null ? faded : colour(at))) } };
    }
    if (places) {
      const own = trace.marker?.colors ?? [];
      return { ...trace, marker: { ...trace.marker, colors: places.map((at, i) => own[i] ?? (at === null ? null : colour(at))) } };
    }
    if (place === undefined || trace.coloraxis || trace.marker?.coloraxis) return trace;
    const color = colour(place);
    const line = trace.type === 'bar' ? {} : { line: { color, ...trace.line } };
    return { ...trace, ...line, marker: { color, ...trace.marker } };
  });
}
