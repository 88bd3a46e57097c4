/** The page's own words in its language: English in the modules, other languages from the page. */

const dictionary = JSON.parse(document.getElementById('dashgen-texts')?.textContent ?? '{}');

/**
 * An English text in the page's language, with values where it has `{names}`.
 * @param {string} text
 * @param {Record<string, unknown>} [values]
 */
export function t(text, values = {}) {
  return (dictionary[text] ?? text).replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ''));
}
