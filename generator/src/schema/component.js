/**
 * What a module that draws a component is given, and what it gives: types only.
 *
 * `dashgen schema` writes this file into `.dashgen/schema/`, so that a module can say
 * `@type {import('../.dashgen/schema/component.js').Draw}`.
 *
 * @typedef {null | boolean | number | string} Value
 *   days are `YYYY-MM-DD`, moments `YYYY-MM-DDTHH:MM:SS`
 *
 * @typedef {object} Column
 * @property {string} name the property of a row
 * @property {string} label what readers call it
 * @property {'text' | 'integer' | 'float' | 'decimal' | 'boolean' | 'date' | 'timestamp'} kind the type of its values
 *
 * @typedef {object} Selection one of both, as the block's `select` says
 * @property {Array<Value | Value[]>} [values] of the block's `key`, or lists of as many as it has columns
 * @property {[Value, Value]} [range] its ends, null for an open one
 *
 * @typedef {object} Shown
 * @property {Record<string, any[]>} columns the values (`Value`) of each column
 * @property {Array<Record<string, any>>} rows the same, row by row; made when it is asked for
 * @property {number} length how many rows there are
 * @property {number} total how many there would be without the block's `limit`
 * @property {Selection | null} selection what is selected in the component itself
 * @property {Colors} colors those of the page's theme, light or dark
 *
 * @typedef {object} Colors each as `rgb(…)`
 * @property {string} ink text
 * @property {string} muted labels
 * @property {string} grid
 * @property {string} axis
 * @property {string} surface what the card is filled with
 * @property {string} border
 * @property {string} accent what is selected
 * @property {string} good what has become better
 * @property {string} bad what has become worse
 * @property {string[]} palette of categories
 * @property {string[]} sequential from little to much
 * @property {string[]} diverging from below to above a middle
 *
 * @typedef {object} Component
 * @property {HTMLElement} element where to draw: empty, and as large as the card has room
 * @property {Column[]} columns what the block's `columns` are
 * @property {Record<string, any>} options what the block's `options` say
 * @property {(selection: Selection | null, gesture?: unknown) => void} select filters the page's other views, or no more
 *   (null); calls with the same `gesture` are one step to undo
 *
 * @typedef {object} Drawing
 * @property {(shown: Shown) => void | Promise<void>} update draws, at first and whenever filters or the theme have changed
 * @property {(size: {width: number, height: number}) => void} [resize] is called when `element` has another size
 *
 * @typedef {(component: Component) => Drawing | Drawing['update'] | Promise<Drawing | Drawing['update']>} Draw
 *   the module's default export
 */
export {};
