// Makes lucide.json.gz from the pinned npm package; README.md tells how to run it.
import { readFileSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const { icons, aliases, width, height } = JSON.parse(readFileSync('node_modules/@iconify-json/lucide/icons.json', 'utf8'));
const COMMON = ' fill="none" stroke="currentColor" stroke-linecap="round" stroke-linejoin="round" stroke-width="2"';

/** The shapes of an icon; what all icons have in common, generator/src/icons.rs writes around them. */
function shapes(name, body) {
  if (body.split(COMMON).length !== 2) throw new Error(`${name} is drawn otherwise: ${body}`);
  return body.replace(COMMON, '').replace(/^<g>(.*)<\/g>$/, '$1');
}

if (width !== 24 || height !== 24) throw new Error('icons are 24 by 24');
const shown = Object.entries(icons).filter(([, icon]) => !icon.hidden);
const named = Object.fromEntries(shown.map(([name, { body }]) => [name, shapes(name, body)]));
const known = Object.entries(aliases).filter(([name, { parent }]) => parent in named && !(name in named));
const former = Object.fromEntries(known.map(([name, { parent }]) => [name, parent]));
writeFileSync('lucide.json.gz', gzipSync(JSON.stringify({ icons: named, former }), { level: 9 }));
