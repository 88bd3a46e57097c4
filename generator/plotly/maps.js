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

/** Heat is measured up to this zoom; so many cells are tried for the warmest; a cell's key is its column times this, and its row. */
var FARTHEST = 16;
var TRIED = 50;
var STRIDE = 4e7;
/** What the library multiplies heat by: the normal curve at its middle. */
var PEAK = 0.3989422804;

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

/** The style of that name: `basic` has land, lakes and borders, any other nothing. */
exports.style = function(name) {
    var colors = pageColors(name);
    var sources = {};
    var layers = [layer('background', 'background', colors)];
    if(name === 'basic') {
        ['land', 'lakes', 'borders'].forEach(function(part) {
            sources[part] = { type: 'geojson', maxzoom: CLOSEST, data: EMPTY };
            layers.push(Object.assign(layer(part, part === 'borders' ? 'line' : 'fill', colors), { source: part }));
        });
    }
    return { version: 8, transition: { duration: 0 }, sources: sources, layers: layers };
};

/** Gives a map the colours that the page has now, if its template is another. */
exports.restyle = function(subplot, name) {
    var map = subplot.map;
    var template = subplot.gd.layout.template.layout;
    if(subplot.template === template) return;
    subplot.template = template;
    var colors = pageColors(name);
    map.getStyle().layers.forEach(function(known) {
        if(!colors[known.id]) return;
        var paint = layer(known.id, known.type, colors).paint;
        Object.keys(paint).forEach(function(property) { map.setPaintProperty(known.id, property, paint[property]); });
    });
};

function layer(id, type, colors) {
    var paint = {};
    paint[type + '-color'] = colors[id];
    if(type === 'line') paint['line-width'] = 0.75;
    return { id: id, type: type, paint: paint };
}

/** The colours of the layers, through an element: `light-dark()` and the like arrive as colours that the library can read. */
function pageColors(name) {
    var probe = document.body.appendChild(document.createElement('i'));
    probe.hidden = true;
    function read(share, of) {
        probe.style.color = 'color-mix(in srgb, var(' + of + ') ' + share + '%, var(--surface))';
        return Color.rgb(getComputedStyle(probe).color);
    }
    var water = read(7, '--accent');
    var colors = { background: name === 'basic' ? water : read(0, '--accent'), land: read(16, '--muted'), lakes: water, borders: read(45, '--muted') };
    probe.remove();
    return colors;
}

/** Fits a new map into the page: its buttons, its name for screen readers, its outlines. */
exports.dress = function(subplot) {
    var map = subplot.map;
    subplot.template = subplot.gd.layout.template.layout;
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
    if(!folder || subplot.gd._fullLayout[subplot.id].style !== 'basic' || [name, 'map_50m'].includes(subplot.outlines)) return;
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

/** How strong heat is at each zoom so that the warmest place has the last colour: where one zooms out, more places add up. */
exports.intensity = function(features, radius, last) {
    var most = last > 0 ? last : 1;
    var sigma = (Array.isArray(radius) ? Math.max.apply(null, radius) : radius) / 3;
    var stops = [];
    for(var zoom = 0; zoom <= FARTHEST; zoom += 2) stops.push(zoom, 1 / Math.max(densest(features, sigma, zoom, most), 1e-6));
    return ['interpolate', ['exponential', 2], ['zoom']].concat(stops);
};

/** About how dense heat is at most: its weights in cells as wide as a normal curve's standard deviation, summed along that curve. */
function densest(features, sigma, zoom, most) {
    var scale = 512 * Math.pow(2, zoom) / 360 / sigma;
    var cells = new Map();
    features.forEach(function(feature) {
        var place = feature.geometry.coordinates;
        var north = Math.log(Math.tan(Math.PI / 4 + place[1] * Math.PI / 360)) * 180 / Math.PI;
        var key = Math.round(place[0] * scale) * STRIDE + Math.round(north * scale);
        cells.set(key, (cells.get(key) || 0) + Math.max(0, feature.properties.z ?? most) / most);
    });
    var warmest = Array.from(cells).sort(function(a, b) { return b[1] - a[1]; }).slice(0, TRIED);
    var reach = [-2, -1, 0, 1, 2];
    return Math.max.apply(null, warmest.map(function(cell) {
        return PEAK * reach.reduce(function(sum, x) {
            return reach.reduce(function(sum, y) {
                return sum + (cells.get(cell[0] + x * STRIDE + y) || 0) * Math.exp(-(x * x + y * y) / 2);
            }, sum);
        }, 0);
    }).concat(0));
}

/** Without the author's word the wheel scrolls the page, and zooms with Ctrl. */
exports.gestures = function(map, isFree) {
    map.cooperativeGestures[isFree ? 'disable' : 'enable']();
};

/** Paper waits for no frame. */
exports.print = function(map) {
    if(document.documentElement.classList.contains('printing')) map.redraw();
};
