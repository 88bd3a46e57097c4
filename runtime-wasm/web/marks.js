/** The drawn marks of a figure, found through the data that plotly binds to its elements. */

/**
 * Bars, scatter points and slices of a drawn figure.
 * @param {HTMLElement} plot
 * @param {string} [kinds] a selector of marks
 * @returns {Array<{element: SVGElement, trace: number, index: number}>}
 */
export function marksOf(plot, kinds = '.bars .point, .slice, .scatterlayer .points .point, .boxes .box, .boxes .point') {
  const marks = [];
  const boxes = new Map();
  for (const element of plot.querySelectorAll(kinds)) {
    const { parentNode } = element;
    const trace = element.closest('.trace')?.__data__?.[0]?.trace?.index;
    const index = element.classList.contains('box') ? boxes.get(parentNode) ?? 0 : indexOf(element.__data__);
    if (element.classList.contains('box')) boxes.set(parentNode, index + 1);
    if (trace !== undefined && index !== undefined) marks.push({ element, trace, index });
  }
  return marks;
}

/** A bar's or point's datum has `i`, a pie's slice the points it sums, a treemap's node wraps its own. */
function indexOf(datum) {
  return datum?.pts?.[0] ?? datum?.i ?? datum?.data?.data?.i;
}
