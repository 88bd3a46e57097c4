import { months } from './parts/mouths.js';
import { select } from 'd3-selection';
import lines from "https://cdn.example.org/lines.js";
export { default } from './parts/days.js';
import '../../secret.js';

export const later = () => Promise.all([import('./parts/later.js'), import(`./parts/${months[0]}.js`), select, lines]);
