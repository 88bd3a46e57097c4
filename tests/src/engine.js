/** The engine of a built page, outside of its worker and with every file of every table; `page` is the page's document. */
async function loadEngine(page) {
  const data = JSON.parse(page.getElementById('dashgen-page').textContent);
  const absolute = (url) => new URL(url, document.baseURI).href;
  const glue = await import(absolute(data.engine));
  const { memory } = await glue.default({ module_or_path: absolute(data.wasm) });
  const engine = new glue.Engine(JSON.stringify(data.plan));
  for (const [index, table] of data.tables.entries()) {
    for (const [place, file] of table.files.entries()) {
      engine.load(index, place, new Uint8Array(await (await fetch(absolute(file.url))).arrayBuffer()));
    }
  }
  return { engine, plan: data.plan, memory };
}
