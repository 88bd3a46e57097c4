/** A chart in words, for those who do not see it: how many marks it has, and where each measure is lowest and highest. */
import { t } from './texts.js';
import { formatNumber } from './format.js';

/** A view is put into words when it has rested so long (ms). */
export const REPOSE = 400;

/**
 * @param {{columns: Array<{label: string, number: boolean}>, rows: Array<{cells: string[], values: unknown[]}>}} table
 */
export function summaryOf({ columns, rows }) {
  if (!rows.length) return t('No rows match these filters');
  const parts = [rows.length === 1 ? t('1 mark') : t('{count} marks', { count: formatNumber(rows.length, ',') })];
  columns.forEach(({ label, number }, column) => {
    const numbers = rows.filter(({ values }) => typeof values[column] === 'number');
    if (!number || !numbers.length) return;
    const end = (better) => numbers.reduce((best, row) => (better(row.values[column], best.values[column]) ? row : best));
    const [low, high] = [end((a, b) => a < b), end((a, b) => a > b)];
    const where = ({ cells }) => cells.filter((_, other) => other !== column && !columns[other].number).join(', ');
    const values = { label, low: low.cells[column], where: where(low), high: high.cells[column], peak: where(high) };
    parts.push(where(low) ? t('{label} from {low} ({where}) to {high} ({peak})', values) : t('{label} from {low} to {high}', values));
  });
  return `${parts.join('. ')}.`;
}
