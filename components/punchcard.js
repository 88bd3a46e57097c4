// A punch card: a dot for each hour of each day, as large as its number. A click on a day selects it.
const ROW = 26;
const COLUMN = 30;
const HEAD = 46;

/**
 * Needs the columns `day`, `hour` and `count`, and the option `days`: their order.
 *
 * @type {import('../.dashgen/schema/component.js').Draw}
 */
export default function draw({ element, options, select }) {
  return ({ columns, rows, selection, colors }) => {
    const hours = [...new Set(columns.hour)].sort((a, b) => a - b);
    const most = Math.max(...columns.count);
    const chosen = selection?.values ?? [];
    const lines = options.days.map((day, at) => {
      const isChosen = chosen.includes(day);
      const fill = isChosen || !chosen.length ? colors.palette[0] : colors.border;
      const dots = rows.filter((row) => row.day === day).map(({ hour, count }) =>
        svg('circle', { cx: HEAD + COLUMN * (hours.indexOf(hour) + 0.5), cy: ROW / 2, r: Math.sqrt(count / most) * ROW * 0.48, fill }, svg('title', {}, `${day} ${hour}:00: ${count}`)));
      const toggle = () => select({ values: isChosen ? chosen.filter((other) => other !== day) : [...chosen, day] });
      const line = svg('g', { transform: `translate(0 ${at * ROW})`, role: 'button', tabindex: 0, 'aria-label': day, 'aria-pressed': isChosen, cursor: 'pointer' }, label(day, 0, ROW / 2, colors.ink), ...dots);
      line.addEventListener('click', toggle);
      line.addEventListener('keydown', ({ key }) => key === 'Enter' && toggle());
      return line;
    });
    const feet = hours.map((hour, at) => label(hour, HEAD + COLUMN * (at + 0.25), ROW * (options.days.length + 0.5), colors.muted));
    const size = [HEAD + COLUMN * hours.length, ROW * (options.days.length + 1)];
    const focused = [...element.querySelectorAll('g')].indexOf(document.activeElement);
    element.replaceChildren(svg('svg', { viewBox: `0 0 ${size.join(' ')}`, width: '100%', height: '100%' }, ...lines, ...feet));
    element.querySelectorAll('g')[focused]?.focus();
  };
}

function label(text, x, y, fill) {
  return svg('text', { x, y, fill, 'font-size': 11, 'dominant-baseline': 'middle' }, String(text));
}

function svg(name, attributes, ...children) {
  const made = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}
