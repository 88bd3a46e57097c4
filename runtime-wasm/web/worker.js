/**
 * The engine's worker: imports the glue, fetches WASM and slices, checks their hashes, answers states.
 *
 * In: `{plan, tables, engine, wasm}` once, then `{seq, state}`. Out: `{loaded, total}`, `{ready, notes}`, `{seq, update}`, `{failed}`.
 */
let engine;

addEventListener('message', async ({ data }) => {
  try {
    if (data.plan) await start(data);
    else postMessage({ seq: data.seq, update: JSON.parse(engine.update(JSON.stringify(data.state))) });
  } catch (error) {
    postMessage({ failed: error?.message || String(error) });
  }
});

async function start({ plan, tables, engine: url, wasm }) {
  const notes = [];
  const progress = counter(tables.reduce((sum, table) => sum + table.bytes, 0));
  const [glue, slices] = await Promise.all([glueOf(url, wasm), Promise.all(tables.map((table) => slice(table, progress, notes)))]);
  engine = new glue.Engine(JSON.stringify(plan));
  slices.forEach((bytes, index) => engine.load(index, bytes));
  postMessage({ ready: true, notes });
}

async function glueOf(url, wasm) {
  const glue = await import(url);
  await glue.default({ module_or_path: wasm });
  return glue;
}

function counter(total) {
  let loaded = 0;
  return (bytes) => postMessage({ loaded: (loaded += bytes), total });
}

async function slice(table, progress, notes) {
  const answer = await fetch(table.url).catch(() => null);
  if (!answer?.ok) throw new Error(`the data of \`${table.name}\` could not be loaded${answer ? ` (status ${answer.status})` : ''}`);
  const bytes = await collect(answer, progress);
  // Browsers offer hashes only to pages served over https or from this machine.
  if (!crypto.subtle) notes.push('slices were not verified: the page is not served over https');
  else if (table.sha256 && (await sha256(bytes)) !== table.sha256) throw new Error(`the data of \`${table.name}\` does not match this page; it may have been published anew`);
  return bytes;
}

async function collect(answer, progress) {
  const chunks = [];
  const reader = answer.body.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    chunks.push(part.value);
    progress(part.value.length);
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

async function sha256(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
