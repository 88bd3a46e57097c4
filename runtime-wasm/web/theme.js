/** The plotly template, made from the theme's custom properties, and the switch between light and dark. */
import { styled } from './styled.js';

const KEY = 'dashgen-theme';
const THEMES = ['system', 'light', 'dark'];

/** The reader's choice: `system`, `light` or `dark`. */
export function themeChoice() {
  return document.documentElement.dataset.theme ?? 'system';
}

/** Takes the next theme and remembers it. */
export function nextTheme() {
  const theme = THEMES[(THEMES.indexOf(themeChoice()) + 1) % THEMES.length];
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  try {
    if (theme === 'system') localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, theme);
  } catch {
    // Storage can be switched off: the choice then lasts as long as the page.
  }
  return theme;
}

/** Calls back when the colours change, by the switch or by the system. */
export function watchTheme(changed) {
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', changed);
  new MutationObserver(changed).observe(document.documentElement, { attributeFilter: ['data-theme'] });
}

/** The template that gives every figure the theme's look. */
export function chartTemplate() {
  const colors = themeColors();
  const family = getComputedStyle(document.documentElement).getPropertyValue('--font').trim() || 'sans-serif';
  return styled({ layout: layoutTemplate(colors, family), data: traceTemplates(colors) }, colors);
}

/** Reads colours through an element, so that `light-dark()` and the like arrive as plain `rgb()`. */
export function themeColors() {
  const probe = document.body.appendChild(document.createElement('i'));
  probe.hidden = true;
  const style = getComputedStyle(probe);
  const read = (name) => {
    probe.style.color = `var(--${name})`;
    return style.color;
  };
  const several = (name, count) => Array.from({ length: count }, (_, i) => read(`${name}-${i + 1}`));
  const colors = Object.fromEntries(['ink', 'muted', 'edge', 'grid', 'axis', 'surface', 'raised', 'border', 'accent', 'on-palette', 'good', 'bad'].map((name) => [name, read(name)]));
  Object.assign(colors, { palette: several('palette', 10), sequential: several('sequential', 5), diverging: several('diverging', 5) });
  probe.remove();
  return colors;
}

function layoutTemplate(colors, family) {
  const font = { family, size: 12, color: colors.muted };
  const axis = {
    automargin: true, fixedrange: true, gridcolor: colors.grid, linecolor: colors.axis, zerolinecolor: colors.axis, zerolinewidth: 1,
    tickcolor: colors.axis, tickfont: { size: 12 }, ticklabelstandoff: 4, title: { font: { size: 12 }, standoff: 12 },
  };
  const circle = { gridcolor: colors.grid, linecolor: colors.axis, tickcolor: colors.axis, tickfont: { size: 10.5 }, ticks: '' };
  const space = { backgroundcolor: 'rgba(0,0,0,0)', gridcolor: colors.axis, linecolor: colors.axis, zerolinecolor: colors.axis, showspikes: false, tickfont: { size: 10.5 }, title: { font: { size: 12 } } };
  const ramp = (list) => list.map((color, i) => [i / (list.length - 1), color]);
  const plain = { paper_bgcolor: 'rgba(0,0,0,0)', plot_bgcolor: 'rgba(0,0,0,0)' };
  return {
    ...plain, font, colorway: colors.palette, hovermode: 'closest', dragmode: false, bargap: 0.3, barcornerradius: 3,
    modebar: { bgcolor: 'rgba(0,0,0,0)', color: colors.muted, activecolor: colors.accent },
    annotationdefaults: { font: { color: colors.ink } }, shapedefaults: { line: { color: colors.muted }, fillcolor: colors.muted },
    piecolorway: colors.palette, sunburstcolorway: colors.palette, treemapcolorway: colors.palette, iciclecolorway: colors.palette, funnelareacolorway: colors.palette,
    colorscale: { sequential: ramp(colors.sequential), sequentialminus: ramp([...colors.sequential].reverse()), diverging: ramp(colors.diverging) },
    coloraxis: { colorbar: { outlinewidth: 0, thickness: 10, tickfont: { size: 11 }, ticks: '' } },
    uniformtext: { minsize: 10, mode: 'hide' },
    margin: { l: 8, r: 12, t: 10, b: 8, pad: 0 }, title: { font: { size: 14, color: colors.ink }, x: 0, xref: 'paper' },
    // To hide labels that hang over, plotly measures each of them at every drawing; those of a y axis never do.
    xaxis: { ...axis, showgrid: false, ticks: '' },
    yaxis: { ...axis, showline: false, zeroline: true, ticks: '', tickformat: undefined, tickmode: 'auto', ticklabeloverflow: 'allow' },
    legend: { orientation: 'h', x: 0, xanchor: 'left', y: 1.02, yanchor: 'bottom', font: { size: 12 }, title: { text: '' }, itemsizing: 'constant' },
    hoverlabel: { bgcolor: colors.raised, bordercolor: colors.axis, font: { family, size: 12.5, color: colors.ink }, align: 'left' },
    polar: { bgcolor: 'rgba(0,0,0,0)', radialaxis: { ...circle, angle: 90, tickangle: 90, nticks: 5 }, angularaxis: { ...circle, tickfont: { size: 11.5 } } },
    ternary: { bgcolor: 'rgba(0,0,0,0)', aaxis: circle, baxis: circle, caxis: circle },
    scene: { xaxis: space, yaxis: space, zaxis: space },
    geo: {
      bgcolor: 'rgba(0,0,0,0)', landcolor: colors.grid, lakecolor: 'rgba(0,0,0,0)', coastlinecolor: colors.axis, countrycolor: colors.axis, subunitcolor: colors.axis,
      framecolor: colors.border, coastlinewidth: 0.5, countrywidth: 0.5, subunitwidth: 0.5,
    },
  };
}

/** Colours as a colour scale. */
function ramp(list) {
  return list.map((color, i) => [i / (list.length - 1), color]);
}

function traceTemplates(colors) {
  const faded = { unselected: { marker: { opacity: 0.28 } } };
  const inside = { insidetextfont: { size: 12, color: colors['on-palette'] } };
  const colorscale = ramp(colors.sequential);
  const sides = { increasing: { line: { color: colors.good, width: 1.5 } }, decreasing: { line: { color: colors.bad, width: 1.5 } } };
  // A rising candle is hollow: not all readers tell red from green.
  const candles = { increasing: { ...sides.increasing, fillcolor: colors.surface }, decreasing: { ...sides.decreasing, fillcolor: colors.bad } };
  const areas = { marker: { line: { color: colors.surface, width: 0.5 } } };
  const between = { marker: { line: { color: colors.surface, width: 1.5 } } };
  return {
    bar: [{ marker: { line: { width: 0 } }, ...faded }], histogram: [{ marker: { line: { width: 0 } }, ...faded }],
    scatter: [{ line: { width: 2 }, ...faded }], scattergl: [{ line: { width: 2 }, ...faded }], box: [faded], violin: [faded], splom: [{ ...faded, marker: { line: { width: 0 } } }],
    heatmap: [{ colorscale, textfont: { size: 11 } }], contour: [{ colorscale, line: { color: colors.surface } }], parcoords: [{ line: { colorscale }, labelfont: { size: 12, color: colors.ink }, tickfont: { size: 11, color: colors.ink }, rangefont: { size: 11 } }],
    parcats: [{ labelfont: { size: 12, color: colors.ink }, tickfont: { size: 11.5, color: colors.ink } }],
    scatterpolar: [{ line: { width: 2 } }], scatterternary: [{ line: { width: 2 } }], scattergeo: [{ line: { width: 2 } }],
    barpolar: [{ marker: { line: { color: colors.surface, width: 1 } } }], choropleth: [areas], choroplethmap: [areas],
    funnel: [{ textfont: { size: 12 }, ...inside, outsidetextfont: { size: 12, color: colors.ink } }],
    candlestick: [candles], ohlc: [sides],
    waterfall: [{ increasing: { marker: { color: colors.good } }, decreasing: { marker: { color: colors.bad } }, totals: { marker: { color: colors.palette[0] } }, connector: { line: { color: colors.axis } } }],
    indicator: [{ number: { font: { color: colors.ink } }, gauge: { bar: { color: colors.accent, thickness: 0.6 }, bgcolor: colors.grid, borderwidth: 0, threshold: { line: { color: colors.ink } }, axis: { tickcolor: colors.axis } } }],
    sankey: [{ textfont: { color: colors.ink, size: 12 }, link: { color: colors.muted.replace('rgb(', 'rgba(').replace(')', ', 0.3)') } }],
    pie: [{ ...between, ...inside, sort: false }], sunburst: [{ ...between, ...inside }], icicle: [{ ...between, ...inside }], funnelarea: [{ ...between, ...inside }],
    treemap: [{ ...inside, marker: { line: { color: colors.surface, width: 1 }, pad: { t: 22, l: 4, r: 4, b: 4 }, depthfade: false, cornerradius: 3 }, tiling: { pad: 2 }, pathbar: { visible: false } }],
  };
}
