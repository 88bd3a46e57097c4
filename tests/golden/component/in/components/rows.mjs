import { write } from './parts/write.js';

/** @type {import('../.dashgen/schema/component.js').Draw} */
export default ({ element }) => (shown) => write(element, shown);
