/** What a theme says of charts besides colours: how thick, how round, how large, and which lines stand behind the marks. */

/**
 * Gives plotly's template the theme's style, the custom properties `--chart-…`.
 * @param {{layout: object, data: Record<string, object[]>}} template with lines of 2 px and texts about 12 px
 * @param {Record<string, string>} colors by custom property
 */
export function styled({ layout, data }, colors) {
  const style = getComputedStyle(document.documentElement);
  const text = (name, usual) => style.getPropertyValue(`--chart-${name}`).trim() || usual;
  const number = (name, usual) => Number.parseFloat(text(name, usual));
  const radius = number('bar-radius', 3);
  Object.assign(layout, { bargap: number('bar-gap', 0.3), barcornerradius: radius });
  const [grid, griddash, axis] = [text('grid', 'y'), text('grid-dash', 'solid'), text('axis', 'axis')];
  for (const name of ['x', 'y']) {
    Object.assign(layout[`${name}axis`], { griddash, showgrid: grid === 'both' || grid === name });
    if (axis !== 'axis') Object.assign(layout[`${name}axis`], { linecolor: colors[axis], zerolinecolor: colors[axis], showline: true });
  }
  const width = number('line', 2);
  for (const trace of Object.values(data).flat()) {
    if (trace.line?.width === 2) trace.line.width = width;
    if (trace.marker?.cornerradius) trace.marker.cornerradius = Math.min(radius, 5);
  }
  const scale = number('text', 12) / 12;
  if (scale !== 1) scaleFonts({ layout, data }, scale);
  return { layout, data };
}

/** Fonts occur at several places of a template, and may be one object: each is scaled once. */
function scaleFonts(part, scale, seen = new Set()) {
  for (const [name, value] of Object.entries(part)) {
    if (!value || typeof value !== 'object' || seen.has(value)) continue;
    seen.add(value);
    if (name.endsWith('font') && value.size) value.size = Math.round(value.size * scale * 2) / 2;
    scaleFonts(value, scale, seen);
  }
}
