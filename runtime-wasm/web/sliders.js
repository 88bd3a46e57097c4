/** Sliders: one value, or a range between two thumbs. Native range inputs walk over the positions by number. */
import { element, icon } from './dom.js';
import { t } from './texts.js';

/** A slider without steps and without values has this many positions. */
const POSITIONS = 200;
/** How long (ms) the player stays on a value. */
const BEAT = 700;

/** The values that a slider stops at. */
function positionsOf({ values = [], min, max, step }) {
  if (max === null) return [];
  if (values.length && !step) return values.filter((value) => value !== null);
  const size = step || (max - min) / POSITIONS || 1;
  const count = Math.floor((max - min) / size + 1e-9) + 1;
  const stops = Array.from({ length: count }, (_, i) => Number((min + i * size).toPrecision(12)));
  return stops.at(-1) < max ? [...stops, max] : stops;
}

/** The position nearest to a value. */
function positionOf(positions, value) {
  const distance = (other) => (typeof other === 'number' ? Math.abs(other - value) : Math.abs(Date.parse(other) - Date.parse(value)));
  return positions.reduce((best, other, i) => (distance(other) < distance(positions[best]) ? i : best), 0);
}

function thumb(input, positions, label) {
  const box = element('input', { type: 'range', min: 0, max: positions.length - 1, step: 1, 'aria-label': label, disabled: !positions.length });
  // One drag, or one stay of the keyboard, is one step of the history.
  const begin = () => (box.gesture = {});
  box.addEventListener('pointerdown', begin);
  box.addEventListener('focus', begin);
  box.addEventListener('change', () => input.page.store.write());
  return box;
}

function show(box, positions, at, input) {
  box.value = at;
  box.setAttribute('aria-valuetext', input.write(positions[at]));
}

/** Two thumbs; at an end of the track that side is open, at both the input does not filter. */
export function rangeSlider(input) {
  const positions = positionsOf(input.input);
  const last = positions.length - 1;
  const { label } = input.input;
  const [low, high] = [thumb(input, positions, `${label}, ${t('From').toLowerCase()}`), thumb(input, positions, `${label}, ${t('To').toLowerCase()}`)];
  const track = element('div', { class: 'track' }, low, high);
  const text = element('output', {});
  input.head.append(text);
  input.append(element('div', { class: 'slider double' }, track));

  function take(moved, other) {
    const crosses = moved === low ? +low.value > +high.value : +high.value < +low.value;
    if (crosses) moved.value = other.value;
    const ends = [+low.value, +high.value];
    const between = [ends[0] === 0 ? null : positions[ends[0]], ends[1] === last ? null : positions[ends[1]]];
    input.select(between[0] === null && between[1] === null ? null : { between }, moved.gesture);
    paint(ends);
  }
  low.addEventListener('input', () => take(low, high));
  high.addEventListener('input', () => take(high, low));

  function paint([from, to]) {
    show(low, positions, from, input);
    show(high, positions, to, input);
    // The lower thumb must be reachable when both stand at the upper end.
    low.style.zIndex = from > last / 2 ? 2 : 1;
    track.style.setProperty('--from', from / (last || 1));
    track.style.setProperty('--to', to / (last || 1));
    text.textContent = last < 0 ? t('Nothing found') : `${input.write(positions[from])} – ${input.write(positions[to])}`;
  }

  return {
    follow() {
      const [from, to] = input.selection?.between ?? [null, null];
      paint([from === null ? 0 : positionOf(positions, from), to === null ? last : positionOf(positions, to)]);
    },
  };
}

/** One thumb and a player. */
export function slider(input) {
  const positions = positionsOf(input.input);
  const last = positions.length - 1;
  const box = thumb(input, positions, input.input.label);
  const track = element('div', { class: 'track' }, box);
  const text = element('output', {});
  const play = element('button', { type: 'button', class: 'button outlined square', 'aria-label': t('Play'), disabled: last < 0, onclick: () => (timer ? stop() : run()) }, icon('play'));
  let timer = 0;
  let gesture;
  input.head.append(text);
  input.append(element('div', { class: 'slider' }, play, track));
  box.addEventListener('input', () => {
    stop();
    take(+box.value, box.gesture);
  });

  function take(at, step) {
    const value = positions[at];
    input.select(input.plan.select?.interval ? { between: [value, value] } : { in: [[value]] }, step);
  }

  function run() {
    gesture = {};
    face(t('Pause'), 'pause');
    if (+box.value === last) take(0, gesture);
    timer = setTimeout(beat, BEAT);
  }

  async function beat() {
    await input.page.idle();
    if (!timer) return;
    take(Math.min(last, +box.value + 1), gesture);
    if (+box.value === last) stop();
    else timer = setTimeout(beat, BEAT);
  }

  function stop() {
    clearTimeout(timer);
    timer = 0;
    face(t('Play'), 'play');
  }

  function face(label, name) {
    play.setAttribute('aria-label', label);
    play.replaceChildren(icon(name));
  }

  return {
    follow() {
      const value = input.selection?.in?.[0]?.[0] ?? input.selection?.between?.[0];
      const at = value == null ? 0 : positionOf(positions, value);
      show(box, positions, at, input);
      track.style.setProperty('--to', value == null ? 0 : at / (last || 1));
      track.style.setProperty('--from', 0);
      text.textContent = last < 0 ? t('Nothing found') : value == null ? t('All') : input.write(positions[at]);
    },
  };
}
