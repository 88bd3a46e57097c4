/** The figures of web vitals, from the browser's record of the whole visit, once nothing has happened for `rest` ms. */
async (rest) => {
  const kinds = ['paint', 'largest-contentful-paint', 'longtask', 'layout-shift'];
  const seen = Object.fromEntries(kinds.map((kind) => [kind, []]));
  let last = performance.now();
  for (const kind of kinds) {
    new PerformanceObserver((list) => {
      seen[kind].push(...list.getEntries());
      last = performance.now();
    }).observe({ type: kind, buffered: true });
  }
  while (performance.now() - last < rest) await new Promise((resolve) => setTimeout(resolve, 50));

  const painted = seen.paint.find(({ name }) => name === 'first-contentful-paint').startTime;
  const tasks = seen.longtask.filter(({ startTime, duration }) => startTime + duration > painted);

  /** Shifts less than a second apart, and within five, are one burst: web.dev/cls. */
  let [worst, burst, begun, before] = [0, 0, -Infinity, -Infinity];
  for (const { startTime, value, hadRecentInput } of seen['layout-shift']) {
    if (hadRecentInput) continue;
    if (startTime - before > 1000 || startTime - begun > 5000) [burst, begun] = [0, startTime];
    burst += value;
    before = startTime;
    worst = Math.max(worst, burst);
  }
  return {
    first_contentful_paint: painted,
    largest_contentful_paint: seen['largest-contentful-paint'].at(-1).startTime,
    total_blocking_time: tasks.reduce((sum, { duration }) => sum + duration - 50, 0),
    layout_shift: worst,
  };
}
