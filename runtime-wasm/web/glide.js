/** How the engine is asked what a move of a brush changes, and how it practises that. */

/** How many texts, others and points there are: the last of the engine's numbers. */
export const COUNTS = 3;

/**
 * What the engine's `glide` gave, of which all but the numbers is fetched only if there is any.
 * @param {{glide(range: string): number, points_at(): number, texts(): string, others(): string}} engine
 * @param {WebAssembly.Memory} memory
 * @param {string} range as JSON
 * @returns {{numbers: Float64Array, texts: string, others: object} | null} `numbers` lie in the memory, until the engine is
 *   called again
 */
export function glide(engine, memory, range) {
  const count = engine.glide(range);
  if (!count) return null;
  const numbers = new Float64Array(memory.buffer, engine.points_at(), count);
  const hasTexts = numbers[count - COUNTS] > 0;
  const hasOthers = numbers[count - COUNTS + 1] > 0;
  const texts = hasTexts ? engine.texts() : '';
  return { numbers, texts, others: hasOthers ? JSON.parse(engine.others()) : {} };
}

/**
 * Has the engine prepare a little, and moves a brush that it has prepared: browsers run what has run often from faster code.
 * @param {object} engine
 * @param {WebAssembly.Memory} memory
 * @param {string} state as JSON
 * @param {(given: {numbers: Float64Array, texts: string, others: object}) => void} tell is given what each move gave
 * @returns {boolean} false if all is prepared
 */
export function prepare(engine, memory, state, tell) {
  const goesOn = engine.prepare(state);
  for (const range of JSON.parse(engine.rehearse(state))) {
    const given = glide(engine, memory, JSON.stringify(range));
    if (given) tell(given);
  }
  engine.forget();
  return goesOn;
}
