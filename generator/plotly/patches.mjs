// What is changed in the text of the packages before they are bundled. Every patch is exact: it fails when the source moved.

const PLOTLY = 'node_modules/plotly.js/src/';
const D3 = 'node_modules/@plotly/d3/d3.js';

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
    ['components/color/index.js', 'const toColor = (cstr) => {', `const remembered = (of) => {
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
        const toColor = remembered((cstr) => {`, 1],
    ['components/color/index.js', `        return undefined;
    }
};
`, `        return undefined;
    }
});
`, 1],
    ['components/color/index.js', 'const rgb = (cstr) => formatRgb({ ...parse(cstr), alpha: 1 });', 'const rgb = remembered((cstr) => formatRgb({ ...parse(cstr), alpha: 1 }));', 1],
    ['components/color/index.js', 'const isDark = (cstr) => wcagContrast(cstr, background) > wcagContrast(cstr, defaultLine);',
        'const isDark = remembered((cstr) => wcagContrast(cstr, background) > wcagContrast(cstr, defaultLine));', 1],

    // Where new points are drawn into traces that stand, their arrays have the names that they had.
    ['plots/plots.js', 'trace._arrayAttrs = PlotSchema.findArrayAttributes(trace);',
        'if(!fullLayout._keepsArrays || !trace._arrayAttrs) trace._arrayAttrs = PlotSchema.findArrayAttributes(trace);', 1],

    // What an element says already it is not told again: browsers lay out an element anew whose attribute is set to what it was.
    [D3, 'this.setAttribute(name, value);', 'if (this.getAttribute(name) !== String(value)) this.setAttribute(name, value);', 1],
    [D3, 'else this.setAttribute(name, x);', 'else if (this.getAttribute(name) !== String(x)) this.setAttribute(name, x);', 1],

    // Of a style this is remembered, as browsers take as long to tell it as to take it. What others set too is left out.
    [D3, 'function d3_selection_style(name, value, priority) {', `function d3_selection_style(name, value, priority) {
    var isKnown = !priority && !/^(opacity|stroke-opacity|pointer-events|cursor|display)$/.test(name);
    function tell(node, value) {
      var told = node.__told || (node.__told = {});
      if (isKnown && told[name] === value) return;
      node.style.setProperty(name, value, priority);
      told[name] = value;
    }
    function untell(node) {
      node.style.removeProperty(name);
      if (node.__told) node.__told[name] = null;
    }`, 1],
    [D3, `function styleNull() {
      this.style.removeProperty(name);
    }
    function styleConstant() {
      this.style.setProperty(name, value, priority);
    }`, `function styleNull() {
      untell(this);
    }
    function styleConstant() {
      tell(this, value);
    }`, 1],
    [D3, 'if (x == null) this.style.removeProperty(name); else this.style.setProperty(name, x, priority);', 'if (x == null) untell(this); else tell(this, x);', 1],
    [D3, 'this.style.setProperty(name, i(t), priority);', 'this.style.setProperty(name, i(t), priority); if (this.__told) this.__told[name] = null;', 1],
    [D3, 'this.style.setProperty(name, f(t), priority);', 'this.style.setProperty(name, f(t), priority); if (this.__told) this.__told[name] = null;', 1],
    [D3, `function d3_selection_attr(name, value) {
    name = d3.ns.qualify(name);
    function attrNull() {`, `function d3_selection_attr(name, value) {
    name = d3.ns.qualify(name);
    function attrNull() {
      if (name === 'style') this.__told = null;`, 1],

    // Where only the range of an axis has changed its ticks and their labels stay, and say something else. All have one form then:
    // no axis of ours has minor ticks.
    ['plots/cartesian/axes.js', 'function tickDataFn(d) {', 'function tickDataFn(d, i) { if(axes.keepsTicks) return i;', 1],
    ['plots/cartesian/axes.js', 'tickLabels.exit().remove();', `tickLabels.exit().remove();
        tickLabels.each(function(d) {
            var text = d3.select(this).select('text');
            if(axes.keepsTicks && text.attr('data-unformatted') !== d.text) text.text(d.text).call(svgTextUtils.convertToTspans, gd);
        });`, 1],
    // Which labels reach out of the chart is found once they all have their places, not after each.
    ['plots/cartesian/axes.js', `
                if(ax._adjustTickLabelsOverflow) {
                    ax._adjustTickLabelsOverflow();
                }
`, '', 1],
    ['plots/cartesian/axes.js', `                mathjaxGroup.attr('transform', transform + strTranslate(mjShift, 0));
            }
        });
`, `                mathjaxGroup.attr('transform', transform + strTranslate(mjShift, 0));
            }
        });
        if(ax._adjustTickLabelsOverflow) ax._adjustTickLabelsOverflow();
`, 1],
    // Its title too.
    ['plots/cartesian/axes.js', "attributes: {x: x, y: y, 'text-anchor': 'middle'}", "attributes: {x: x, y: y, 'text-anchor': 'middle'}, isKept: axes.keepsTicks", 1],
    ['components/titles/index.js', 'el.text(txt)', 'var isKept = options.isKept && el.node()?.getAttribute(\'data-unformatted\') === txt; if(!isKept) el.text(txt)', 1],
    ['components/titles/index.js', "titleEl.style('opacity', opacity * Color.opacity(fontColor))",
        "if(isKept) titleEl.call(svgTextUtils.positionText, attributes.x, attributes.y); else titleEl.style('opacity', opacity * Color.opacity(fontColor))", 1],

    // A mark in which no text has room gets none: of ten thousand marks each text would be measured, and then hidden.
    ['traces/treemap/draw_descendants.js', 'if(pt.x0 === pt.x1 || pt.y0 === pt.y1) {', 'if(Math.abs(pt._x1 - pt._x0) < 9 || Math.abs(pt._y1 - pt._y0) < 9) {', 1],
    ['traces/icicle/draw_descendants.js', 'if(pt.x0 === pt.x1 || pt.y0 === pt.y1) {', 'if(Math.abs(pt._x1 - pt._x0) < 9 || Math.abs(pt._y1 - pt._y0) < 9) {', 1],
    ['traces/sunburst/plot.js', '.text(exports.formatSliceLabel(pt, entry, trace, cd, fullLayout))',
        ".text(pt.rpx1 * (pt.x1 - pt.x0) < 6 ? ' ' : exports.formatSliceLabel(pt, entry, trace, cd, fullLayout))", 1],
    ['traces/pie/plot.js', "formatSliceLabel(gd, pt, cd0);\n                var textPosition", "if(cd0.r * 2 * Math.PI * pt.v / cd0.vTotal < 3) pt.text = ''; else formatSliceLabel(gd, pt, cd0);\n                var textPosition", 1],
    ['traces/funnelarea/plot.js', 'formatSliceLabel(gd, pt, cd0);', "if(Math.abs(pt.TL[1] - pt.BL[1]) < 6) pt.text = ''; else formatSliceLabel(gd, pt, cd0);", 1],
    ['traces/bar/plot.js', "    if (\n        !text ||", `    if (
        !text ||
        (cd.length > 1000 && Math.abs(isHorizontal ? y1 - y0 : x1 - x0) < 3) ||`, 1],
    ['traces/bar/plot.js', '    var zeroBarDir = getZeroBarDir(cd, isHorizontal, xa, ya);\n\n    var text = ', '    var text = ', 1],
    ['traces/bar/plot.js', '    var layoutFont = fullLayout.font;\n    var barColor', '    var zeroBarDir = getZeroBarDir(cd, isHorizontal, xa, ya);\n    var layoutFont = fullLayout.font;\n    var barColor', 1],
    // What a part belongs to is looked up, not searched for in all.
    ['traces/sunburst/helpers.js', 'exports.getParent = function(hierarchy, pt) {', 'exports.getParent = function(hierarchy, pt) { if(pt.parent) return pt.parent;', 1],

    // Maps: the library comes with the first of them (maplibre.js), its style sheet is map.css, and neither tiles, icons nor fonts are
    // fetched from elsewhere (maps.js).
    ['registry.js', "require('maplibre-gl/dist/maplibre-gl.css');", '', 1],
    ['plots/map/map.js', "const maplibregl = require('maplibre-gl/dist/maplibre-gl.mjs');",
        "const maplibregl = require('../../../../../maplibre'); const maps = require('../../../../../maps');", 1],
    ['plots/map/map.js', "const maplibreWorkerSource = …var Lib = require", 'var Lib = require', 1],
    ['plots/map/map.js', '    setWorkerUrl();\n', '', 1],
    ['plots/map/map.js', 'new maplibregl.Map(mapOptions).addControl(…    // make sure canvas', `new maplibregl.Map(mapOptions));
    maps.dress(self);

    // make sure canvas`, 1],
    ['plots/map/map.js', 'attributionControl: false', `attributionControl: false,
        keyboard: false,
        dragRotate: false,
        touchPitch: false,
        locale: maps.words(),
        cooperativeGestures: true`, 1],
    ['plots/map/map.js', 'function getStyleObj(val) {…function convertCenter', 'function convertCenter', 1],
    ['plots/map/map.js', 'var styleObj = (self.styleObj = getStyleObj(opts.style));', '', 1],
    ['plots/map/map.js', 'style: styleObj.style,', 'style: maps.style(opts.style),', 1],
    ['plots/map/map.js', 'var styleObj = getStyleObj(opts.style);…    promises = promises.concat', 'maps.restyle(self, opts.style);\n\n    promises = promises.concat', 1],
    // What is drawn stays in the canvas, for paper.
    ['plots/map/map.js', 'preserveDrawingBuffer: self.isStatic', 'preserveDrawingBuffer: true', 1],
    ['plots/map/map.js', 'this.map.resize();', 'this.map.resize();\n    maps.print(this.map);', 1],
    ['plots/map/map.js', 'if (this.gd._context._scrollZoom.map) {…\n};\n', 'maps.gestures(map, this.gd._context._scrollZoom.map);\n};\n', 1],
    ['plots/map/constants.js', 'fitBoundsPadding: 20', 'fitBoundsPadding: 36', 1],
    ['plots/map/constants.js', "var arcgisSatHybrid = …var styleValuesMap = ", "var stylesMap = { basic: 1, 'white-bg': 1 };\n\nvar styleValuesMap = ", 1],

    ['traces/scattermap/convert.js', "var convertTextOpts = require('../../plots/map/convert_text_opts');", "var maps = require('../../../../../maps');", 1],
    ['traces/densitymap/convert.js', "var BADNUM =", "var maps = require('../../../../../maps');\nvar BADNUM =", 1],
    ['traces/scattermap/convert.js', "'line-color': trace.line.color", "'line-color': maps.color(trace.line.color)", 1],
    ['traces/scattermap/convert.js', "property: 'mcc' } : marker.color", "property: 'mcc' } : maps.color(marker.color)", 1],
    ['traces/scattermap/convert.js', "'text-font': getTextFont(trace)", "'text-font': maps.fonts()", 2],
    // A text stands beside its mark, however large that is.
    ['traces/scattermap/convert.js', "'text-anchor': textOpts.anchor", "'text-anchor': maps.anchor(trace.textposition)", 1],
    ['traces/scattermap/convert.js', "'text-offset': textOpts.offset", "'text-radial-offset': ['get', 'away']", 1],
    ['traces/scattermap/convert.js', 'var textOpts = convertTextOpts(trace.textposition, iconSize);', '', 1],
    ['traces/scattermap/convert.js', 'var iconSize = (trace.marker || {}).size;', '', 1],
    ['traces/scattermap/convert.js', '    var features = [];\n\n    for (var i = 0; i < calcTrace.length; i++) {\n        var calcPt = calcTrace[i];\n\n        if (isBADNUM(calcPt.lonlat)) continue;\n\n        var texttemplate', `    var features = [];
    var sizeOf = Lib.isArrayOrTypedArray(marker.size) ? makeBubbleSizeFn(trace) : () => (marker.size ?? 0) / 2;

    for (var i = 0; i < calcTrace.length; i++) {
        var calcPt = calcTrace[i];

        if (isBADNUM(calcPt.lonlat)) continue;

        var texttemplate`, 1],
    ['traces/scattermap/convert.js', '                text: text\n', "                text: text,\n                away: text ? (sizeOf(calcPt.ms) + 3) / trace.textfont.size : 0\n", 1],
    ['traces/densitymap/convert.js', 'heatmapColor.push(scl[i][0], scl[i][1])', "heatmapColor.push(scl[i][0], maps.color(scl[i][1]))", 1],
    // Heat is relative where the author names no numbers for its ends: no place is without any, and the warmest has the last colour.
    ['traces/densitymap/convert.js', "'heatmap-weight': hasZ ? zExp", "'heatmap-weight': trace.meta?.relative ? ['/', ['max', 0, ['get', 'z']], cOpts.max > 0 ? cOpts.max : 1] : hasZ ? zExp", 1],
    // Places that are nearer to each other than the eye can tell are one: of very many each would be too weak to be drawn.
    ['traces/densitymap/plot.js', "        type: 'geojson',\n        data: optsAll.geojson\n", `        type: 'geojson',
        data: optsAll.geojson,
        ...(calcTrace[0].trace.meta?.relative && { cluster: true, clusterRadius: 4, clusterMaxZoom: 17, clusterProperties: { z: ['+', ['get', 'z']] } })
`, 1],
    ['traces/densitymap/convert.js', "        'heatmap-opacity'", "        'heatmap-intensity': trace.meta?.relative ? maps.intensity(features, trace.radius, cOpts.max) : 1,\n\n        'heatmap-opacity'", 1],
    ['traces/choroplethmap/convert.js', '        markerLine.color,', "        require('../../../../../maps').color(markerLine.color),", 1],

    // A map shows all that it has when it is first drawn, and stays where it is: filters do not move it. A centre or a zoom that is
    // given alone leaves the other to be found.
    ['plots/map/layout_defaults.js', 'const isFitView = ', 'const isFitView = center === undefined || zoom === undefined || ', 1],
    ['plots/map/map.js', 'if (fitBounds) saveViewToLayout(self, opts);', `if (fitBounds) {
                const given = opts._input;
                map.jumpTo({ ...(given.center && { center: convertCenter(given.center) }), ...(given.zoom !== undefined && { zoom: given.zoom }) });
                saveViewToLayout(self, opts);
                self.isFitted = true;
            }`, 1],
    ['plots/map/map.js', `            if (fitBounds) {
                // Apply new bounds`, `            if (fitBounds && self.isFitted) saveViewToLayout(self, opts);
            else if (fitBounds) {
                self.isFitted = true;
                // Apply new bounds`, 1],
    ['plots/map/get_map_fit_bounds.js', `if (trace.type === 'choroplethmap')
            return null;`, `if (trace.type === 'choroplethmap') {
            const areas = typeof trace.geojson === 'string' ? window.PlotlyGeoAssets[trace.geojson] : trace.geojson;
            if (areas) (0, geo_location_utils_1.coordsOf)(areas).forEach((place) => coordinates.push(place));
            continue;
        }`, 1],
    ['plots/map/get_map_fit_bounds.js', 'const { lat, lon } = trace;', `if (trace.meta?.bounds) {
            const [west, south, east, north] = trace.meta.bounds;
            return { west, south, east, north };
        }
        const { lat, lon } = trace;`, 1],

    // Observers for sliders and update menus, which the slim core leaves out.
    ['plots/plots.js', "var commandModule = require('./command');", '', 1],
    ['plots/plots.js', 'plots.executeAPICommand = commandModule.executeAPICommand;', '', 1],
    ['plots/plots.js', 'plots.computeAPICommandBindings = commandModule.computeAPICommandBindings;', '', 1],
    ['plots/plots.js', 'plots.manageCommandObserver = commandModule.manageCommandObserver;', '', 1],
    ['plots/plots.js', 'plots.hasSimpleAPICommandBindings = commandModule.hasSimpleAPICommandBindings;', '', 1],
];

/** `source` of the file `name` (relative to this folder) with its patches applied. */
export function patched(name, source) {
    for (const [file, from, to, count] of PATCHES) {
        if (name === file || name === PLOTLY + file) source = replaced(source, from, to, count, file);
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
