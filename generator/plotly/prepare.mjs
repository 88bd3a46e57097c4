// Makes modules.json.gz, outlines.json.gz, plotly.css and NOTICES.txt from the pinned npm packages; README.md tells how to run it.
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import * as acorn from 'acorn';
import { full } from 'acorn-walk';
import esbuild from 'esbuild';
import { minify } from 'terser';
import { quantize } from 'topojson-client';
import { patched } from './patches.mjs';
import { pruned } from './prune.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);
const PLOTLY = join(HERE, 'node_modules/plotly.js');
const VERSION = require('plotly.js/package.json').version;
/** Places of the outlines of maps that zoom, in each direction. */
const GRID = 4e4;
const LEFT_OUT = ['calendars', 'core'];

// Packages taken from their ES modules, with the names that plotly.js reads and no more.
const SHAKEN = {
    'culori': `import { converter, formatHex, formatRgb, wcagContrast, wcagLuminance, useMode,
        modeRgb, modeLrgb, modeHsl, modeHwb, modeLab, modeLch, modeOklab, modeOklch } from 'culori/fn';
        [modeRgb, modeLrgb, modeHsl, modeHwb, modeLab, modeLch, modeOklab, modeOklch].forEach(useMode);
        give({ converter, formatHex, formatRgb, wcagContrast, wcagLuminance });`,
    'd3-force': shake('./node_modules/d3-force/src/index.js', 'forceCollide forceSimulation'),
    'd3-hierarchy': shake('./node_modules/d3-hierarchy/src/index.js',
        'hierarchy partition stratify treemap treemapBinary treemapDice treemapSlice treemapSliceDice treemapSquarify'),
    // plotly.js interpolates numbers and records of numbers: no need for the strings, dates and colours of the whole package.
    'd3-interpolate': `import { interpolateNumber } from 'd3-interpolate';
        function interpolate(a, b) {
            if (typeof b === 'number') return interpolateNumber(a, b);
            if (b === null || typeof b !== 'object') return () => b;
            const parts = Object.keys(b).map((key) => [key, a && key in a ? interpolate(a[key], b[key]) : () => b[key]]);
            return (t) => Object.fromEntries(parts.map(([key, part]) => [key, part(t)]));
        }
        give({ interpolate, interpolateNumber });`,
    'topojson-client': shake('./node_modules/topojson-client/src/index.js', 'feature mesh'),
};

const ESBUILD = {
    bundle: true, write: false, metafile: true, platform: 'browser', absWorkingDir: HERE, logLevel: 'error', legalComments: 'none',
    alias: { regl: '@plotly/regl', stream: 'stream-browserify' }, define: { global: 'globalThis', 'define.amd': 'false' },
};

const posix = (path) => path.split(sep).join('/');
const named = (path) => posix(relative(HERE, path));
const parse = (source) => acorn.parse(source, { ecmaVersion: 'latest' });

function shake(from, names) {
    const list = names.split(' ').join(', ');
    return `import { ${list} } from '${from}'; give({ ${list} });`;
}

/** Piece -> file: the trace types that plotly.js lists for pages under a strict policy, and the mode bar. */
function pieceFiles() {
    const list = readFileSync(join(PLOTLY, 'lib/index-strict.js'), 'utf8');
    const files = { modebar: join(PLOTLY, 'src/components/modebar/index.js'), scatter: join(PLOTLY, 'src/traces/scatter/index.js') };
    for (const [, name, strict] of list.matchAll(/require\('\.[^']*?(\w+)(\/strict)?'\)/g)) {
        if (!LEFT_OUT.includes(name)) files[name] = join(PLOTLY, 'src/traces', name, strict ? 'strict.js' : 'index.js');
    }
    return files;
}

/** `source` with each [start, end, text] replaced. */
function cut(source, ranges) {
    const last = [...ranges].sort((a, b) => b[0] - a[0]);
    return last.reduce((text, [start, end, put]) => text.slice(0, start) + put + text.slice(end), source);
}

/** Takes out every `description: ...` of the attribute tables: documentation, half of their bytes. */
function withoutDescriptions(source) {
    const cuts = [];
    full(parse(source), (node) => {
        if (node.type !== 'ObjectExpression') return;
        node.properties.forEach((property, i) => {
            if (property.key?.name !== 'description' || property.shorthand) return;
            cuts.push([property.start, node.properties[i + 1]?.start ?? node.end - 1, '']);
        });
    });
    return cut(source, cuts.filter(([start, end]) => !cuts.some(([s, e]) => s < start && end <= e)));
}

/** The chains such as `scale.linear` that plotly.js reads from d3. */
function d3Chains() {
    const files = readdirSync(join(PLOTLY, 'src'), { recursive: true }).filter((file) => file.endsWith('.js')).sort();
    const texts = files.map((file) => readFileSync(join(PLOTLY, 'src', file), 'utf8'));
    return texts.filter((text) => text.includes("d3 = require('@plotly/d3')"))
        .flatMap((text) => [...text.matchAll(/\bd3((?:\s*\.\w+)+)/g)].map((match) => match[1].replace(/\s/g, '').slice(1)));
}

function prepared(path) {
    const name = named(path);
    const source = patched(name, readFileSync(path, 'utf8'));
    if (name === 'node_modules/@plotly/d3/d3.js') return pruned(source, d3Chains());
    return name.startsWith('node_modules/plotly.js/src/') ? withoutDescriptions(source) : source;
}

const plugin = {
    name: 'dashgen',
    setup(build) {
        const shaken = new RegExp(`^(${Object.keys(SHAKEN).join('|')})$`);
        build.onResolve({ filter: shaken }, ({ path }) => ({ path, namespace: 'shaken' }));
        build.onLoad({ filter: /.*/, namespace: 'shaken' }, () => ({ contents: '' }));
        build.onLoad({ filter: /\.js$/ }, ({ path }) => ({ contents: prepared(path), loader: 'js' }));
    },
};

/** Every module that the core and the pieces reach: esbuild's list of files with what each imports. */
async function graph(pieces) {
    const entry = ['./core.js', ...Object.values(pieces)].map((path) => `require(${JSON.stringify(path)});`).join('');
    const stdin = { contents: entry, resolveDir: HERE, sourcefile: 'entry.js' };
    const result = await esbuild.build({ ...ESBUILD, stdin, plugins: [plugin], outfile: 'unused.js' });
    const inputs = result.metafile.inputs;
    delete inputs['entry.js'];
    return inputs;
}

/** The ES modules of a package as one text that assigns `module.exports`, and the files it is made of. */
async function shaken(name) {
    const stdin = { contents: SHAKEN[name], resolveDir: HERE, sourcefile: 'entry.js' };
    const result = await esbuild.build({ ...ESBUILD, stdin, format: 'esm' });
    const text = result.outputFiles[0].text.replace('give({', 'module.exports = ({');
    return { text, files: Object.keys(result.metafile.inputs).filter((path) => path !== 'entry.js') };
}

/** One module of the graph as CommonJS in plain text. */
async function commonjs(name) {
    if (name.startsWith('shaken:')) return (await shaken(name.slice(7))).text;
    const loader = name.endsWith('.json') ? 'json' : 'js';
    const result = await esbuild.transform(prepared(join(HERE, name)), { loader, format: 'cjs', define: ESBUILD.define });
    return result.code;
}

/** `source` with each `require('name')` turned into `require(id)`, and those ids. */
function numbered(source, imports, ids) {
    const found = [];
    full(parse(source), (node) => {
        if (node.type !== 'CallExpression' || node.callee.name !== 'require') return;
        const [name] = node.arguments;
        const id = ids[imports.find(({ original }) => original === name.value)?.path];
        // Some packages look for a Node module inside `try`; there is none in a browser.
        if (id !== undefined) found.push([name.start, name.end, String(id)]);
    });
    const needs = [...new Set(found.map(([, , id]) => Number(id)))].sort((a, b) => a - b);
    return { text: cut(source, found), needs };
}

/** Minified together, so that names repeat from module to module, then split again. */
async function minified(texts) {
    const functions = texts.map((text) => `function(require,module,exports){${text.replace(/^\s*(["'])use strict\1;?/m, '')}\n}`);
    // Arguments stay, used or not: regl tells by a function's length what it depends on.
    const compress = { passes: 2, ecma: 2020, keep_fargs: true };
    const options = { compress, ecma: 2020, format: { comments: false } };
    const { code } = await minify(`globalThis.modules=[${functions.join(',')}]`, options);
    return parse(code).body[0].expression.right.elements.map(({ start, end }) => code.slice(start, end));
}

/** The module table: ids in the order of file names, so that neighbours compress well. */
async function table(inputs, pieces) {
    const names = Object.keys(inputs).sort();
    const ids = Object.fromEntries(names.map((name, id) => [name, id]));
    const plain = [];
    for (const name of names) plain.push(numbered(await commonjs(name), inputs[name].imports, ids));
    const codes = await minified(plain.map(({ text }) => text));
    const roots = Object.keys(pieces).sort().map((piece) => [piece, ids[named(pieces[piece])]]);
    const modules = codes.map((code, id) => ({ code, needs: plain[id].needs }));
    return JSON.stringify({ version: VERSION, core: ids['core.js'], maplibre: ids['maplibre.js'], pieces: Object.fromEntries(roots), modules });
}

/** The style sheet that plotly.js would inject, rule by rule, each before the one before it. */
function css() {
    const rules = [];
    const lib = { addStyleRule: (selector, style) => rules.unshift(`${selector.trim()}{${style}}\n`) };
    new Function('require', readFileSync(join(PLOTLY, 'build/plotcss.js'), 'utf8'))(() => lib);
    return rules.filter((rule) => !rule.includes('plotly-cloud-dialog')).join('');
}

/** The folder of the package that holds the file `name`. */
function packageOf(name) {
    const folder = dirname(name);
    const path = join(HERE, folder, 'package.json');
    const holds = existsSync(path) && JSON.parse(readFileSync(path, 'utf8')).version;
    return holds && !folder.endsWith('stackgl_modules') ? folder : packageOf(folder);
}

function notice(folder) {
    const { name, version, license, author } = JSON.parse(readFileSync(join(HERE, folder, 'package.json'), 'utf8'));
    const files = readdirSync(join(HERE, folder)).sort().filter((entry) => /^(licen[cs]e|copying|notice)/i.test(entry));
    const texts = files.map((file) => readFileSync(join(HERE, folder, file), 'utf8').replace(/\r/g, '').replace(/[ \t]+$/gm, '').trim());
    const text = texts.length ? texts.join('\n\n')
        : `${license ?? 'MIT'} licence, ${author?.name ?? author ?? 'its authors'}`;
    return `${name} ${version}\n\n${text}\n`;
}

/** The packages inside plotly.js's own bundle of stack.gl, by name: it carries no texts. */
function stackgl() {
    const { packages } = JSON.parse(readFileSync(join(PLOTLY, 'stackgl_modules/package-lock.json'), 'utf8'));
    const rows = Object.entries(packages).filter(([path, { dev }]) => path && !dev)
        .map(([path, { version, license }]) => `  ${path.replace(/.*node_modules\//, '')} ${version}${license ? ` (${license})` : ''}`);
    return `stack.gl, as bundled in plotly.js (3-d traces), MIT licence unless marked:\n\n${[...new Set(rows)].sort().join('\n')}\n`;
}

async function notices(inputs) {
    const files = Object.keys(inputs).filter((name) => name.startsWith('node_modules/'));
    for (const name of Object.keys(SHAKEN)) files.push(...(await shaken(name)).files);
    files.push(...bundledInMapLibre().map((name) => `node_modules/${name}/package.json`));
    const folders = [...new Set(files.map(packageOf))].sort();
    const first = notice(named(PLOTLY));
    const others = folders.filter((folder) => folder !== named(PLOTLY)).map(notice);
    return [first, ...new Set(others), stackgl()].join(`\n${'-'.repeat(72)}\n\n`);
}

/** MapLibre GL JS as it is published, under names that every static host serves as scripts: name -> text. */
function maplibre() {
    const read = (name) => readFileSync(join(HERE, 'node_modules/maplibre-gl/dist', name), 'utf8');
    const files = ['maplibre-gl.mjs', 'maplibre-gl-shared.mjs', 'maplibre-gl-worker.mjs'].map((name) => {
        const text = read(name).replace(/\n\/\/# sourceMappingURL=.*/, '').replace(/\b(maplibre-gl(?:-shared|-worker)?)\.mjs\b/g, '$1.js');
        return [name.replace('.mjs', '.js'), text];
    });
    return JSON.stringify(Object.fromEntries(files));
}

/** The packages that those files hold: types are none. */
function bundledInMapLibre() {
    const { dependencies } = JSON.parse(readFileSync(join(HERE, 'node_modules/maplibre-gl/package.json'), 'utf8'));
    return ['maplibre-gl', ...Object.keys(dependencies).filter((name) => !name.startsWith('@types/'))];
}

/** The outlines of the world, coarse, and of its parts, finer, and those of maps that zoom: name -> TopoJSON. */
function outlines() {
    globalThis.window = {};
    const { topojson } = require('plotly.js/dist/plotly-geo-assets.js');
    const wanted = Object.entries(topojson).filter(([name]) => name === 'world_110m' || (name.endsWith('_50m') && !/^(world|antarctica)_/.test(name)));
    const zoomed = ['110m', '50m'].map((scale) => [`map_${scale}`, lighter(topojson[`world_${scale}`], ['countries', 'lakes'])]);
    return JSON.stringify(Object.fromEntries([...wanted, ...zoomed].sort()));
}

/** Some objects of a topology, without names, on a grid of about a kilometre: it weighs a third. */
function lighter({ objects, arcs, transform: { scale, translate } }, names) {
    const used = new Map();
    const place = (arc) => used.get(arc) ?? (used.set(arc, used.size), used.size - 1);
    const moved = (arc) => (Array.isArray(arc) ? arc.map(moved) : arc < 0 ? ~place(~arc) : place(arc));
    const kept = names.map((name) => {
        const geometries = objects[name].geometries.map(({ type, arcs }) => ({ type, arcs: moved(arcs) }));
        return [name, { type: 'GeometryCollection', geometries }];
    });
    const absolute = (arc) => {
        const at = [0, 0];
        return arc.map((step) => step.map((value, axis) => (at[axis] += value) * scale[axis] + translate[axis]));
    };
    const lines = [...used.keys()].map((arc) => absolute(arcs[arc]));
    return quantize({ type: 'Topology', objects: Object.fromEntries(kept), arcs: lines }, GRID);
}

/** gzip without the time and the system that wrote it. */
function gzipped(text) {
    const bytes = gzipSync(text, { level: 9 });
    bytes.fill(0, 4, 8);
    bytes[9] = 255;
    return bytes;
}

/** What the script makes: file name -> bytes. */
async function made() {
    const pieces = pieceFiles();
    const inputs = await graph(pieces);
    return { 'modules.json.gz': gzipped(await table(inputs, pieces)), 'maplibre.json.gz': gzipped(maplibre()), 'outlines.json.gz': gzipped(outlines()), 'plotly.css': Buffer.from(css()), 'NOTICES.txt': Buffer.from(await notices(inputs)) };
}

/** Two files are the same if they hold the same: another zlib may pack the same text differently. */
function same(name, bytes) {
    const path = join(HERE, name);
    const open = (packed) => (name.endsWith('.gz') ? gunzipSync(packed) : packed);
    return existsSync(path) && open(readFileSync(path)).equals(open(bytes));
}

const files = await made();
for (const [name, bytes] of Object.entries(files)) {
    if (process.argv.includes('--check')) {
        if (same(name, bytes)) continue;
        console.error(`${name} differs from what prepare.mjs makes: run \`node prepare.mjs\``);
        process.exitCode = 1;
    } else writeFileSync(join(HERE, name), bytes);
}
