'use strict';

// Maps without tiles: what lies under the points of a `layout.map`, and how a reader moves it.
// The outlines are those of `outlines.json.gz`, countries and lakes alone; no host is asked for anything.

var d3Geo = require('d3-geo');
var topojson = require('topojson-client');
var Color = require('plotly.js/src/components/color');
var maplibre = require('./maplibre');

/** From this zoom on a map is drawn on the finer outlines. */
var FINE = 2.5;
/** No outline is exact enough for a closer look than this. */
var CLOSEST = 8;

var EMPTY = { type: 'FeatureCollection', features: [] };

/** Outlines by address: what a page has fetched. */
var fetched = {};

/** The words of the library in the page's language. */
exports.words = function() {
    var texts = JSON.parse(document.getElementById('dashgen-texts')?.textContent ?? '{}');
    function t(text) { return texts[text] ?? text; }
    return {
        'NavigationControl.ZoomIn': t('Zoom in'),
        'NavigationControl.ZoomOut': t('Zoom out'),
        'CooperativeGesturesHandler.WindowsHelpText': t('Use Ctrl + scroll to zoom the map'),
        'CooperativeGesturesHandler.MacHelpText': t('Use ⌘ + scroll to zoom the map'),
        'CooperativeGesturesHandler.MobileHelpText': t('Use two fingers to move the map')
    };
};

/** A colour as the library reads it, which knows fewer ways to write one than browsers do. */
exports.color = function(color) {
    return typeof color === 'string' ? Color.addOpacity(color, Color.opacity(color)) : color;
};

/** The fonts of a map's texts: the page's own, as the library asks no host for others. */
exports.fonts = function() {
    return [getComputedStyle(document.body).fontFamily];
};

/** The corner or side of a text that is next to its mark. */
exports.anchor = function(position) {
    var parts = position.split(' ');
    var sides = [{ top: 'bottom', bottom: 'top' }[parts[0]], { left: 'right', right: 'left' }[parts[1]]];
    return sides.filter(Boolean).join('-') || 'center';
};

/** The style of that name in the colours of the page, as plotly.js keeps it: `basic` has land and borders, any other nothing. */
exports.style = function(name, outlines) {
    var colors = pageColors();
    var isBlank = name !== 'basic';
    var layers = [background(isBlank ? colors.surface : colors.water)];
    var style = { version: 8, sources: {}, layers: layers };
    if(!isBlank) {
        ['land', 'borders', 'lakes'].forEach(function(part) {
            style.sources[part] = { type: 'geojson', maxzoom: CLOSEST, data: outlines ? outlines[part] : EMPTY };
        });
        layers.push(
            { id: 'land', type: 'fill', source: 'land', paint: { 'fill-color': colors.land } },
            { id: 'lakes', type: 'fill', source: 'lakes', paint: { 'fill-color': colors.water } },
            { id: 'borders', type: 'line', source: 'borders', paint: { 'line-color': colors.border, 'line-width': 0.75 } }
        );
    }
    return { id: [name].concat(Object.values(colors)).join(), style: style };
};

function background(color) {
    return { id: 'background', type: 'background', paint: { 'background-color': color } };
}

/** The page's colours, through an element: `light-dark()` and the like arrive as colours that the library can read. */
function pageColors() {
    var probe = document.body.appendChild(document.createElement('i'));
    probe.hidden = true;
    function read(value) {
        probe.style.color = value;
        return Color.rgb(getComputedStyle(probe).color);
    }
    var colors = {
        surface: read('var(--surface)'),
        water: read('color-mix(in srgb, var(--accent) 7%, var(--surface))'),
        land: read('color-mix(in srgb, var(--muted) 16%, var(--surface))'),
        border: read('color-mix(in srgb, var(--muted) 45%, var(--surface))')
    };
    probe.remove();
    return colors;
}

/** Fits a new map into the page: its buttons, its name for screen readers, its outlines. */
exports.dress = function(subplot) {
    var map = subplot.map;
    var controls = new maplibre.NavigationControl({ showCompass: false });
    map.addControl(controls);
    map.touchZoomRotate.disableRotation();
    // A double click on the map gives up what is selected; on a button it is two clicks.
    subplot.div.querySelector('.maplibregl-ctrl-top-right').addEventListener('dblclick', function(event) { event.stopPropagation(); });
    // The chart around it has a name, and its own way by keys; the buttons can be reached.
    var canvas = map.getCanvas();
    ['tabindex', 'aria-label', 'role'].forEach(function(name) { canvas.removeAttribute(name); });
    if(subplot.gd.getAttribute('role') === 'img') subplot.gd.setAttribute('role', 'group');
    subplot.loaded = new Promise(function(resolve) { map.once('load', resolve); });
    function outline() { outlined(subplot).catch(function() {}); }
    map.on('zoomend', outline);
    outline();
};

/** Draws the outlines as finely as the view asks, once they are here; without them the map is blank. */
async function outlined(subplot) {
    var folder = subplot.gd._context.topojsonURL;
    var name = subplot.map.getZoom() < FINE ? 'map_110m' : 'map_50m';
    if(!folder || !subplot.styleObj.style.sources.land || [name, 'map_50m'].includes(subplot.outlines)) return;
    subplot.outlines = name;
    var url = folder + name + '.json';
    var outlines = await (fetched[url] ??= load(url));
    await subplot.loaded;
    if(subplot.outlines !== name || !subplot.map) return;
    subplot.outlined = outlines;
    Object.keys(outlines).forEach(function(part) {
        var source = subplot.map.getSource(part);
        if(source) source.setData(outlines[part]);
    });
}

async function load(url) {
    var topology = await (await fetch(url)).json();
    var objects = topology.objects;
    return {
        land: flat(topojson.feature(topology, objects.countries)),
        lakes: flat(topojson.feature(topology, objects.lakes)),
        // Not the coast: where the world is cut apart it would go down the middle of a country.
        borders: topojson.mesh(topology, objects.countries, function(a, b) { return a !== b; })
    };
}

/** Areas of the globe as areas of a plane: those that lie across its edge, at 180 degrees, become two. */
function flat(areas) {
    function crosses(ring) {
        return ring.some(function(place, i) { return i > 0 && Math.abs(place[0] - ring[i - 1][0]) > 180; });
    }
    areas.features.forEach(function(area) {
        var geometry = area.geometry;
        var polygons = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates;
        area.geometry = { type: 'MultiPolygon', coordinates: polygons.flatMap(function(rings) { return rings.some(crosses) ? cut(rings) : [rings]; }) };
    });
    return areas;
}

/** The polygons that are left of one where the globe is cut open. */
function cut(rings) {
    var polygons = [];
    var ring;
    var sink = {
        polygonStart: function() { polygons.push([]); },
        polygonEnd: function() {},
        lineStart: function() { ring = []; },
        lineEnd: function() {
            ring.push(ring[0]);
            polygons.at(-1).push(ring);
        },
        point: function(x, y) { ring.push([x, -y]); },
        sphere: function() {}
    };
    // Along the edge as it is: the straight line there is no great circle.
    var degrees = d3Geo.geoEquirectangular().scale(180 / Math.PI).translate([0, 0]).precision(0);
    d3Geo.geoStream({ type: 'Polygon', coordinates: rings }, degrees.stream(sink));
    // Nothing that lies across the edge has a hole: every ring is a piece.
    return polygons.flat().map(function(piece) { return [piece]; });
}

/** Without the author's word the wheel scrolls the page, and zooms with Ctrl. */
exports.gestures = function(map, isFree) {
    map.cooperativeGestures[isFree ? 'disable' : 'enable']();
};
