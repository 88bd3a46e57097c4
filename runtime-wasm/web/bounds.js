/** The bounds of a brush, typed: a panel with two fields for each axis, for readers who cannot drag or want a certain day or number. */
import { attachPanel, element, icon } from './dom.js';
import { rangesOf } from './plan.js';
import { t } from './texts.js';

/** @param {import('./brush.js').Brush} brush */
export function setupBounds(brush) {
  const { chart, sides } = brush;
  const tools = chart.querySelector('.tools');
  if (!tools) return;
  const title = t('Choose a range of {label}', { label: brush.label });
  const pairs = sides.map((along) => [t('From'), t('To')].map((name) => element('input', { type: isTime(along) ? 'date' : 'number', step: isTime(along) ? null : 'any', 'aria-label': `${along.label}, ${name}`, onchange: take })));
  const clear = element('button', { type: 'button', class: 'button small', onclick: () => { chart.select(null); fill(); } }, t('Clear'));
  const name = (along) => (sides.length > 1 ? [element('h4', {}, along.label)] : []);
  const rows = sides.flatMap((along, i) => [...name(along), element('div', { class: 'dates' }, ...pairs[i].map((field, end) => element('label', {}, [t('From'), t('To')][end], field)))]);
  const panel = element('div', { class: 'panel', role: 'dialog', 'aria-label': title }, ...rows, element('div', { class: 'panel-foot' }, element('span'), clear));
  const button = element('button', { type: 'button', class: 'button small square', 'data-tool': 'bounds', 'aria-label': title, title }, icon('range'));
  tools.prepend(button);
  chart.append(panel);
  attachPanel(button, panel, () => {
    fill();
    pairs[0][0].focus();
  });

  /** What is typed, as groups of the axes; an empty field is the end of the axis. */
  function take() {
    if (!brush.isPlaced) return;
    const typed = sides.map((along, i) => {
      const extent = along.extent();
      return pairs[i].map(({ value }, end) => (value === '' ? extent[end] : Math.max(extent[0], Math.min(extent[1], along.groups.index(isTime(along) ? value : +value)))));
    });
    const crossed = typed.map(([from, to]) => from > to);
    pairs.forEach((fields, i) => fields.forEach((field) => field.toggleAttribute('aria-invalid', crossed[i])));
    if (!crossed.includes(true)) brush.take(sides.map((along, i) => along.values(typed[i])));
  }

  function fill() {
    const ranges = rangesOf(chart.selection);
    sides.forEach((along, i) => pairs[i].forEach((field, end) => {
      const value = ranges?.[i][end] ?? null;
      field.value = value === null ? '' : isTime(along) ? value.slice(0, 10) : value;
      field.removeAttribute('aria-invalid');
    }));
  }
}

function isTime({ kind }) {
  return kind === 'date' || kind === 'timestamp';
}
