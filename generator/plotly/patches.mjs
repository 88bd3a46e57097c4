// What is changed in the text of the packages before they are bundled. Every patch is exact: it fails when the source moved.

const PLOTLY = 'node_modules/plotly.js/src/';

/** [file, exact text, its replacement, how often it occurs]. A text with `…` runs from what is before it to what follows. */
const PATCHES = [
    // A strict policy (`style-src 'self'`) forbids style attributes; setting the property is allowed.
    ['components/colorbar/draw.js', ".attr('style', '')", ".attr('style', null)", 2],
    ['traces/heatmap/plot.js', "image3.attr('style', PIXELATED_IMAGE_STYLE)", "image3.property('style', PIXELATED_IMAGE_STYLE)", 1],
    ['traces/image/plot.js', "image3.attr('style', style)", "image3.property('style', style)", 1],
    ['lib/supports_pixelated_image.js', ".attr('style', constants.STYLE)", ".property('style', constants.STYLE)", 1],

    ['lib/svg_text_utils.js', 'if(nodeSpec.style) nodeAttrs.style = nodeSpec.style;', '', 1],
    ['lib/svg_text_utils.js', 'createElementNS(xmlnsNamespaces.svg, nodeType);',
        'createElementNS(xmlnsNamespaces.svg, nodeType); if(nodeSpec.style) newNode.style.cssText = nodeSpec.style;', 1],
    // It forbids inline handlers too: the `popup` of a link in a text opens an ordinary link.
    ['lib/svg_text_utils.js', 'if(popup) {', 'if(false) {', 1],

    // No chart leaves the page: neither the button nor the address exists.
    ['plots/plots.js', "plots.sendDataToCloud = function…var d3FormatKeys = [", 'var d3FormatKeys = [', 1],
    ['plot_api/plot_config.js', "dflt: 'https://cloud.plotly.com/newchart'", "dflt: ''", 1],
    // Nor is a map outline fetched from elsewhere: `window.PlotlyGeoAssets` or `topojsonURL` provides it.
    ['plot_api/plot_config.js', "dflt: 'https://cdn.plot.ly/un/'", "dflt: ''", 1],
    ['components/modebar/manage.js', "if(context.showSendToCloud) commonGroup.push('sendChartToCloud');", '', 1],
    ['components/modebar/buttons.js', "var confirmCloudDialog = require('./share_chart/dialog');", '', 1],
    ['components/modebar/buttons.js', 'modeBarButtons.sendChartToCloud = {…modeBarButtons.zoom2d = {', 'modeBarButtons.zoom2d = {', 1],

    // The mode bar is a piece of its own, linked where it is shown.
    ['plot_api/subroutines.js', "var ModeBar = require('../components/modebar');", '', 1],
    ['plot_api/subroutines.js', 'ModeBar.manage(gd);', "Registry.getComponentMethod('modebar', 'manage')(gd);", 2],
    ['plot_api/plot_api.js', "if (fullLayout.modebar.orientation === 'h')", "if (fullLayout.modebar?.orientation === 'h')", 1],

    // One function each of a package of thirty.
    ['lib/dom.js', "require('gl-mat4')", "{ multiply: require('gl-mat4/multiply') }", 1],
    ['lib/matrix.js', "require('gl-mat4')", "{ invert: require('gl-mat4/invert') }", 1],

    // A tick's label is moved to its place: its box is the one of its text, which is known, moved as far. Without this, each label
    // that moves has the browser lay out the page.
    ['components/drawing/index.js', "var transform = innerNode.getAttribute('transform');",
        "var transform = innerNode.getAttribute('transform'); var moved = /^translate\\(([^,()]+),([^,()]+)\\)$/.exec(transform); if(moved) { x += +moved[1]; y += +moved[2]; transform = null; }", 1],

    // Each mark is given its colour at each drawing: what a specifier says is remembered.
    ['components/color/index.js', 'const rgb = (cstr) => formatRgb({ ...parse(cstr), alpha: 1 });',
        `const remembered = (of) => {
            const known = new Map();
            return (key) => {
                let value = known.get(key);
                if(value === undefined) {
                    if(known.size > 4096) known.clear();
                    known.set(key, (value = of(key)));
                }
                return value;
            };
        };
        const rgb = remembered((cstr) => formatRgb({ ...parse(cstr), alpha: 1 }));
        const alphaOf = remembered((cstr) => parse(cstr).alpha);`, 1],
    ['components/color/index.js', "'stroke-opacity': parse(cstr).alpha", "'stroke-opacity': alphaOf(cstr)", 1],
    ['components/color/index.js', "'fill-opacity': parse(cstr).alpha", "'fill-opacity': alphaOf(cstr)", 1],

    // Where new points are drawn into traces that stand, their arrays have the names that they had.
    ['plots/plots.js', 'trace._arrayAttrs = PlotSchema.findArrayAttributes(trace);',
        'if(!fullLayout._keepsArrays || !trace._arrayAttrs) trace._arrayAttrs = PlotSchema.findArrayAttributes(trace);', 1],

    // Map traces are not in the table.
    ['registry.js', "require('maplibre-gl/dist/maplibre-gl.css');", '', 1],

    // Observers for sliders and update menus, which the slim core leaves out.
    ['plots/plots.js', "var commandModule = require('./command');", '', 1],
    ['plots/plots.js', 'plots.executeAPICommand = commandModule.executeAPICommand;', '', 1],
    ['plots/plots.js', 'plots.computeAPICommandBindings = commandModule.computeAPICommandBindings;', '', 1],
    ['plots/plots.js', 'plots.manageCommandObserver = commandModule.manageCommandObserver;', '', 1],
    ['plots/plots.js', 'plots.hasSimpleAPICommandBindings = commandModule.hasSimpleAPICommandBindings;', '', 1],
];

/** `source` of the file `name` (relative to this folder) with its patches applied. */
export function patched(name, source) {
    if (!name.startsWith(PLOTLY)) return source;
    for (const [file, from, to, count] of PATCHES) {
        if (PLOTLY + file === name) source = replaced(source, from, to, count, file);
    }
    return source;
}

function replaced(source, from, to, count, file) {
    const [head, tail] = from.split('…');
    const parts = source.split(head);
    if (parts.length !== count + 1) throw new Error(`${file}: expected ${count} times: ${head}`);
    if (tail === undefined) return parts.join(to);
    const end = parts[1].indexOf(tail);
    if (end < 0) throw new Error(`${file}: expected after ${head}: ${tail}`);
    return parts[0] + to + parts[1].slice(end + tail.length);
}
