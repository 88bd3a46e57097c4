/** Dots where a line has no length: plotly draws nothing of a point without neighbours. */
import { SVG } from './cells.js';

/** Draws them over a plot's lines. They are no markers of plotly's, for which it would move the ends of the axes. */
export function drawDots(plot) {
  const full = plot._fullLayout;
  for (const dot of plot.querySelectorAll('.lone')) dot.remove();
  for (const group of plot.querySelectorAll('.cartesianlayer .scatterlayer .trace')) {
    const points = group.__data__;
    const [{ trace }] = points;
    if (trace.mode !== 'lines' || !trace.line.width) continue;
    const [along, up] = ['x', 'y'].map((name) => full[trace[`${name}axis`].replace(name, `${name}axis`)]);
    points.forEach((point, i) => {
      if (!isThere(point) || isThere(points[i - 1]) || isThere(points[i + 1])) return;
      const dot = document.createElementNS(SVG, 'circle');
      const own = { class: 'lone', cx: along.c2p(point.x), cy: up.c2p(point.y), r: 3, fill: trace.line.color };
      for (const [name, value] of Object.entries(own)) dot.setAttribute(name, value);
      group.append(dot);
    });
  }
}

function isThere(point) {
  return point?.x !== undefined && point.y !== undefined;
}
