/** What the page measures of itself while the bench acts as its reader. */
window.bench = (() => {
  /** From a page that can answer to the reader's first choice (ms): browser and engine prepare meanwhile. */
  const LOOK = 2000;
  /** And from what a choice shows to the next one, as the peers' harness waits: the page writes its address meanwhile. */
  const PAUSE = 400;
  let moved = 0;
  addEventListener('pointermove', (event) => (moved = event.timeStamp), { capture: true });

  /** Resolves when everything on screen is repainted and the frame has been made; the address is written later. */
  const painted = async () => {
    await dashgen.drawn();
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    return performance.now();
  };
  const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
  const select = () => document.querySelector("[data-view='region'] select");
  let counting;

  return {
    /** Bytes of all that was asked for before the charts were painted. */
    paintedBytes() {
      const asked = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')];
      const before = asked.filter((entry) => entry.startTime < dashgen.timings.painted);
      return before.reduce((sum, entry) => sum + entry.encodedBodySize, 0);
    },

    /** When the engine could answer; a reader then looks around for a while. */
    async engine() {
      while (!dashgen.timings.engine) await pause(20);
      await pause(LOOK);
      return dashgen.timings.engine;
    },

    regions: () => [...select().options].map((option) => option.value).filter(Boolean),

    /** Chooses a region; milliseconds until all is repainted. */
    async choose(value) {
      await pause(PAUSE);
      const start = performance.now();
      select().value = value;
      for (const type of ['input', 'change']) select().dispatchEvent(new Event(type, { bubbles: true }));
      return (await painted()) - start;
    },

    /** Milliseconds from the last move of the pointer until all is repainted. */
    repainted: async () => (await painted()) - moved,

    /** Counts frames from here on, and those in which another chart was drawn anew. */
    count() {
      let [frames, repaints, drawn] = [0, 0, false];
      const start = performance.now();
      const observer = new MutationObserver(() => (drawn = true));
      observer.observe(document.querySelector("[data-view='bar-region'] .plot"), { subtree: true, childList: true, attributes: true });
      const frame = () => {
        frames += 1;
        repaints += drawn;
        drawn = false;
        counting.next = requestAnimationFrame(frame);
      };
      counting = { stop: () => (observer.disconnect(), cancelAnimationFrame(counting.next), [frames, repaints].map((count) => (count * 1000) / (performance.now() - start))) };
      frame();
    },

    /** Frames and repaints in a second. */
    counted: () => counting.stop(),
  };
})();
void 0;
