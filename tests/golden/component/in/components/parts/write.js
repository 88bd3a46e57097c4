/** Writes how many rows there are. */
export function write(element, { length, total }) {
  element.textContent = `${length} of ${total}`;
}
