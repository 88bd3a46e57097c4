// Lines over numbers, drawn by uPlot; a drag selects a range of x.
import uPlot from './uplot/uPlot.esm.js';

/**
 * Needs the columns `x`, `y` and `series`, and the options `x` and `y`: what to call them.
 *
 * @type {import('../.dashgen/schema/component.js').Draw}
 */
export default async function draw({ element, options, select }) {
  await styleSheet('./uplot/uPlot.min.css');
  let plot;

  return {
    update({ rows, selection, colors }) {
      const { names, data } = byX(rows);
      plot?.destroy();
      plot = new uPlot(settings({ options, names, selection, colors, select }), data, element);
      fit(plot, element);
    },
    resize() {
      if (plot) fit(plot, element);
    },
  };
}

/** A line for each series, over the distinct values of x. */
function byX(rows) {
  const xs = [...new Set(rows.map(({ x }) => x))];
  const names = [...new Set(rows.map(({ series }) => series))].sort();
  const places = new Map(xs.map((x, at) => [x, at]));
  const lines = names.map(() => xs.map(() => null));
  for (const { x, y, series } of rows) lines[names.indexOf(series)][places.get(x)] = y;
  return { names, data: [xs, ...lines] };
}

function settings({ options, names, selection, colors, select }) {
  const axis = { stroke: colors.muted, grid: { stroke: colors.grid, width: 1 }, ticks: { stroke: colors.axis, width: 1 } };
  const round = (value) => (value === null ? '–' : value.toFixed(1));
  const lines = names.map((name, at) => ({
    label: name ?? 'all', stroke: colors.palette[at % colors.palette.length], width: 2, value: (_, value) => round(value),
  }));
  return {
    width: 300,
    height: 100,
    scales: { x: { time: false } },
    series: [{ label: options.x, value: (_, x) => (x === null ? '–' : String(x)) }, ...lines],
    axes: [{ ...axis, incrs: [5, 10, 20], values: (_, ticks) => ticks.map(String) }, { ...axis, label: options.y }],
    cursor: { drag: { x: true, y: false, setScale: false } },
    hooks: { draw: [(plot) => show(plot, selection, colors)], setSelect: [(plot) => chosen(plot, select)] },
  };
}

/** Makes it as wide as the card; the legend, which stands under the picture, takes some of the height. */
function fit(plot, element) {
  const { clientWidth: width, clientHeight: height } = element;
  plot.root.style.width = `${width}px`;
  plot.setSize({ width, height: Math.max(80, height - plot.root.querySelector('.u-legend').offsetHeight) });
}

/** A drag selects the values of x that lie in it; a click selects none. */
function chosen(plot, select) {
  const { left, width } = plot.select;
  if (!width) return select(null);
  const [low, high] = [left, left + width].map((edge) => plot.posToVal(edge, 'x'));
  const within = plot.data[0].filter((x) => low <= x && x <= high);
  select(within.length ? { range: [within[0], within.at(-1)] } : null);
}

/** Lays uPlot's own mark over what is selected, without telling anybody. */
function show(plot, selection, colors) {
  if (!selection) return;
  plot.root.querySelector('.u-select').style.background = colors.accent.replace(/rgba?\((.+?)\)/, 'rgb($1, 0.2)');
  const [low, high] = selection.range;
  const [left, right] = [low ?? plot.scales.x.min, high ?? plot.scales.x.max].map((x) => plot.valToPos(x, 'x'));
  plot.setSelect({ left, top: 0, width: right - left, height: plot.over.clientHeight }, false);
}

/** A style sheet beside this module: pages take none that is written inline. */
function styleSheet(path) {
  const link = Object.assign(document.createElement('link'), { rel: 'stylesheet', href: new URL(path, import.meta.url).href });
  return new Promise((loaded, failed) => {
    link.addEventListener('load', loaded);
    link.addEventListener('error', () => failed(new Error(`${path} did not load`)));
    document.head.append(link);
  });
}
