'use strict';

// The core of our plotly.js: src/core.js of the package without what a dashgen page never reaches
// (sliders, update menus, range slider and selector, 3-d annotations, validate, makeTemplate, the
// Promise polyfill), without the mode bar, which is a piece that can be linked, and without the
// style sheet it would inject: plotly.css is a file.

exports.version = require('plotly.js/src/version').version;

var Registry = require('plotly.js/src/registry');
var register = exports.register = Registry.register;

var main = require('plotly.js/src/plot_api/plot_api');
var methods = {
    _doPlot: main._doPlot,
    _guiRestyle: main._guiRestyle,
    _guiRelayout: main._guiRelayout,
    _guiUpdate: main._guiUpdate,
    _storeDirectGUIEdit: main._storeDirectGUIEdit,
    newPlot: main.newPlot,
    react: main.react,
    restyle: main.restyle,
    relayout: main.relayout,
    update: main.update,
    redraw: main.redraw,
    extendTraces: main.extendTraces,
    prependTraces: main.prependTraces,
    addTraces: main.addTraces,
    deleteTraces: main.deleteTraces,
    moveTraces: main.moveTraces,
    addFrames: main.addFrames,
    deleteFrames: main.deleteFrames,
    animate: main.animate,
    purge: main.purge,
    setPlotConfig: main.setPlotConfig,
    toImage: require('plotly.js/src/plot_api/to_image'),
    downloadImage: require('plotly.js/src/snapshot/download')
};
Object.keys(methods).forEach(function(name) {
    if(name.charAt(0) !== '_') exports[name] = methods[name];
    register({ moduleType: 'apiMethod', name: name, fn: methods[name] });
});

register(require('plotly.js/src/traces/scatter'));

register([
    require('plotly.js/src/components/annotations'),
    require('plotly.js/src/components/selections'),
    require('plotly.js/src/components/shapes'),
    require('plotly.js/src/components/images'),
    require('plotly.js/src/components/grid'),
    require('plotly.js/src/components/errorbars'),
    require('plotly.js/src/components/colorscale'),
    require('plotly.js/src/components/colorbar'),
    require('plotly.js/src/components/legend'), // after shapes: legend defaults depend on shapes
    require('plotly.js/src/components/fx') // after legend: unified hover defaults depend on legends
]);

register([
    require('plotly.js/src/locale-en'),
    require('plotly.js/src/locale-en-us')
]);

var Fx = require('plotly.js/src/components/fx');
var Plots = require('plotly.js/src/plots/plots');

exports.Plots = { resize: Plots.resize, graphJson: Plots.graphJson };
exports.Fx = {
    hover: Fx.hover,
    unhover: Fx.unhover,
    loneHover: Fx.loneHover,
    loneUnhover: Fx.loneUnhover
};

// What runtime-wasm/web/redraw.js draws new points with; another version of plotly.js may change any of it.
var axes = require('plotly.js/src/plots/cartesian/axes');
var subroutines = require('plotly.js/src/plot_api/subroutines');
exports.internals = {
    // The arrays of traces that get new points have the names that they had (patches.mjs).
    doCalcdata: function(gd) {
        var layout = gd._fullLayout;
        layout._keepsArrays = true;
        try {
            Plots.doCalcdata(gd);
        } finally {
            layout._keepsArrays = false;
        }
    },
    doAutoRange: subroutines.doAutoRangeAndConstraints,
    doAutoMargin: Plots.doAutoMargin,
    // The ticks, labels and titles of axes whose range is another stay (patches.mjs).
    drawAxes: function(gd, ids) {
        axes.keepsTicks = true;
        try {
            return axes.draw(gd, ids);
        } finally {
            axes.keepsTicks = false;
        }
    },
    drawColorbars: require('plotly.js/src/components/colorbar').draw,
    drawData: subroutines.drawData,
    rehover: Plots.rehover,
    style: Plots.style,
    tagSelected: require('plotly.js/src/lib').tagSelected
};
