import './parts/days.js?v=2';
import style from './clock.css' with { type: 'css' };

export const draw = ({ element }) => () => (element.textContent = style);
