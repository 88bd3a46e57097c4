/** The header's buttons, the chips of what is filtered, and the Escape key. */
import { copyText } from './copy.js';
import { announce, element, icon, toast } from './dom.js';
import { formatValue } from './format.js';
import { rangesOf, selectKinds, selectLabel, viewOf } from './plan.js';
import { nextTheme, themeChoice } from './theme.js';
import { t } from './texts.js';

/** A chip names this many values; of more it gives the number. */
const NAMED = 3;

/** The switch between light and dark; it needs no plan. */
export function setupTheme() {
  const button = document.getElementById('theme-switch');
  const face = (theme) => {
    button.replaceChildren(icon(theme));
    button.title = { system: t('Theme: as the system'), light: t('Theme: light'), dark: t('Theme: dark') }[theme];
    button.setAttribute('aria-label', button.title);
  };
  face(themeChoice());
  button.addEventListener('click', () => face(nextTheme()));
}

/** The buttons and chips that follow the state. */
export function setupHeader(store) {
  const reset = document.getElementById('reset');
  reset.addEventListener('click', () => store.reset());
  document.getElementById('copy-link').addEventListener('click', (event) => copyLink(event.currentTarget, store));
  addEventListener('keydown', (event) => {
    if (event.key === 'Escape') escape(event, store);
    const step = stepOf(event);
    if (!step || isTyping(event.target)) return;
    event.preventDefault();
    store[step]();
  });
  const steps = [['undo', 'canUndo'], ['redo', 'canRedo']].map(([step, can]) => [document.getElementById(step), step, can]).filter(([button]) => button);
  for (const [button, step] of steps) button.addEventListener('click', () => store[step]());
  const follow = () => {
    const changed = store.changed();
    for (const [button, , can] of steps) button.setAttribute('aria-disabled', String(!store[can]));
    reset.hidden = changed.length === 0;
    reset.querySelector('.count').textContent = changed.length;
    reset.title = t('Reset filters ({count})', { count: changed.length });
    fillChips(document.getElementById('filters'), store, changed);
  };
  store.watch(() => {
    follow();
    // What is chosen in a view the view itself says.
    if (!document.activeElement?.closest('[data-view]')) announce(filtersOf(store));
  });
  follow();
}

/** Closes the words over a word that has the focus, or else takes all filters away. */
function escape(event, store) {
  const word = event.target.closest?.('.tooltip');
  if (word) word.blur();
  else if (!isTaken(event)) store.reset();
}

/** The filters in words. */
function filtersOf(store) {
  const filters = store.changed().map((id) => wordsOf(store, id).join(': '));
  return filters.length ? `${t('Active filters')}: ${filters.join('; ')}` : t('No filters');
}

/** What Ctrl+Z, Ctrl+Shift+Z and Ctrl+Y ask for. */
function stepOf({ key, ctrlKey, metaKey, shiftKey, altKey }) {
  if (!(ctrlKey || metaKey) || altKey) return null;
  const letter = key.toLowerCase();
  if (letter === 'z') return shiftKey ? 'redo' : 'undo';
  return letter === 'y' ? 'redo' : null;
}

/** A field in which the browser itself takes typing back. */
function isTyping(target) {
  return target.closest?.('textarea, [contenteditable], input:not([type="range"], [type="checkbox"], [type="radio"])');
}

/** Escape belongs first to what is open or being typed in. */
function isTaken(event) {
  return event.defaultPrevented || document.fullscreenElement || document.querySelector(':popover-open:not(#toast), dialog[open]') || event.target.closest?.('select, input:not([type="range"], [type="checkbox"])');
}

function fillChips(bar, store, changed) {
  const focused = bar.contains(document.activeElement);
  bar.replaceChildren(...changed.map((id) => chip(store, id)));
  if (focused) (bar.querySelector('button') ?? document.getElementById('main')).focus({ preventScroll: true });
}

function chip(store, id) {
  const [name, values] = wordsOf(store, id);
  const text = element('span', {}, element('span', { class: 'name' }, `${name} `), element('b', {}, values));
  return element('button', { type: 'button', class: 'chip', 'data-filter': id, 'aria-label': t('Remove filter {name}: {values}', { name, values }), onclick: () => store.restore(id) }, text, icon('close'));
}

/** A selection in words: the column's label and what is chosen of it. */
function wordsOf({ plan, state }, id) {
  const view = viewOf(plan, id);
  const kinds = selectKinds(plan, view);
  const selection = state.selections[id];
  const write = (value, i = 0) => formatValue(value, kinds[i], view.shows.input?.format);
  if (!selection) return [selectLabel(plan, view), t('all')];
  if (selection.contains !== undefined) return [selectLabel(plan, view), `“${selection.contains}”`];
  const ranges = rangesOf(selection);
  if (ranges) return [ranges.map((_, i) => selectLabel(plan, view, i)), ranges.map((ends, i) => range(ends, (value) => write(value, i)))].map((words) => words.join(' × '));
  const depth = Math.max(...selection.in.map((tuple) => tuple.length)) - 1;
  const names = selection.in.map((tuple) => tuple.map(write).join(' › '));
  return [selectLabel(plan, view, depth), names.length > NAMED ? t('{count} selected', { count: names.length }) : names.join(', ')];
}

function range([low, high], write) {
  if (low === null) return t('up to {value}', { value: write(high) });
  if (high === null) return t('from {value}', { value: write(low) });
  return low === high ? write(low) : `${write(low)} – ${write(high)}`;
}

async function copyLink(button, store) {
  store.write();
  const done = await copyText(location.href);
  toast(done ? t('Link copied') : t('Press Ctrl+C in the address bar'));
  const label = button.querySelector('.label');
  label.textContent = done ? t('Copied') : t('Copy by hand');
  button.querySelector('.icon').className = done ? 'icon icon-done' : 'icon icon-link';
  setTimeout(() => {
    label.textContent = t('Copy link');
    button.querySelector('.icon').className = 'icon icon-link';
  }, 1800);
}
