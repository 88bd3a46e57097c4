'use strict';

// MapLibre GL JS draws `layout.map`. It is as heavy as all the rest, so a page loads it with its first map: its files lie beside the
// linked module, whose `newPlot` waits for them, and for the boundaries by which a map finds its first view.

var MAPS = ['scattermap', 'choroplethmap', 'densitymap'];

/** `newPlot` that has the library loaded before it draws the first map; from then on this module is the library. */
exports.before = function(newPlot, library) {
    return async function(gd, traces) {
        var maps = traces.filter(function(trace) { return MAPS.includes(trace.type); });
        if(maps.length) {
            var urls = maps.map(function(trace) { return trace.geojson; }).filter(function(source) { return typeof source === 'string'; });
            var loaded = await Promise.all([library()].concat(urls.map(boundaries)));
            Object.assign(exports, loaded[0]);
        }
        return newPlot.apply(this, arguments);
    };
};

async function boundaries(url) {
    if(typeof window.PlotlyGeoAssets[url] !== 'object') window.PlotlyGeoAssets[url] = await (await fetch(url)).json();
}
