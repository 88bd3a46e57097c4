/** The bounds of a brush, typed: a panel with two fields, for readers who cannot drag or want a certain day or number. */
import { attachPanel, element, icon } from './dom.js';
import { t } from './texts.js';

/** @param {import('./brush.js').Brush} brush */
export function setupBounds(brush) {
  const { chart, label, kind } = brush;
  const tools = chart.querySelector('.tools');
  if (!tools) return;
  const isTime = kind === 'date' || kind === 'timestamp';
  const title = t('Choose a range of {label}', { label });
  const fields = [t('From'), t('To')].map((name) => element('input', { type: isTime ? 'date' : 'number', step: isTime ? null : 'any', 'aria-label': `${label}, ${name}`, onchange: take }));
  const clear = element('button', { type: 'button', class: 'button small', onclick: () => { chart.select(null); fill(); } }, t('Clear'));
  const rows = element('div', { class: 'dates' }, ...fields.map((field, i) => element('label', {}, [t('From'), t('To')][i], field)));
  const panel = element('div', { class: 'panel', role: 'dialog', 'aria-label': title }, rows, element('div', { class: 'panel-foot' }, element('span'), clear));
  const button = element('button', { type: 'button', class: 'button small square', 'data-tool': 'bounds', 'aria-label': title, title }, icon('range'));
  tools.prepend(button);
  chart.append(panel);
  attachPanel(button, panel, () => {
    fill();
    fields[0].focus();
  });

  /** What is typed, as groups of the axis; an empty field is the end of the axis. */
  function take() {
    if (!brush.axis) return;
    const { groups } = brush;
    const [low, high] = brush.extent();
    const at = (text, end) => (text === '' ? end : Math.max(low, Math.min(high, groups.index(isTime ? text : +text))));
    const ends = [at(fields[0].value, low), at(fields[1].value, high)];
    const crossed = ends[0] > ends[1];
    for (const field of fields) field.toggleAttribute('aria-invalid', crossed);
    if (!crossed) chart.select({ between: [groups.first(ends[0]), groups.last(ends[1])] });
  }

  function fill() {
    const between = chart.selection?.between ?? [null, null];
    fields.forEach((field, i) => {
      field.value = between[i] === null ? '' : isTime ? between[i].slice(0, 10) : between[i];
      field.removeAttribute('aria-invalid');
    });
  }
}
