/**
 * Only in `dashgen preview`: shows what the author changed, and the author's mistakes over the page.
 *
 * Where nothing but texts have changed they are put into the page as it stands, so that charts stay as they are; else
 * the page is loaded again. The reader's selections are in its address either way.
 */

const parse = async () => {
  const response = await fetch(location.pathname, { cache: 'no-store' });
  return new DOMParser().parseFromString(await response.text(), 'text/html');
};

/** The page as it was sent, to tell what is new in the next one from what the page has done since. */
let sent = parse();
let turn = Promise.resolve();

const events = new EventSource('/_preview/events');
events.addEventListener('reload', () => (turn = turn.then(renew).catch(() => location.reload())));
events.addEventListener('errors', ({ data }) => {
  document.querySelector('.preview-errors')?.remove();
  document.body.append(report(data));
});

async function renew() {
  const [before, after] = [await sent, await parse()];
  const changes = [];
  if (!sameHead(before, after) || !compare(before.body, after.body, document.body, changes)) return location.reload();
  document.querySelector('.preview-errors')?.remove();
  for (const change of changes) change();
  sent = Promise.resolve(after);
}

/** True if the pages load the same files. */
function sameHead(before, after) {
  const links = (page) => [...page.querySelectorAll('script, link')].map((element) => element.outerHTML).join('\n');
  return before.title === after.title && links(before) === links(after);
}

/**
 * Collects what makes the live element what `after` is; false if that cannot be told from what the page has made of it.
 */
function compare(before, after, live, changes) {
  if (before.isEqualNode(after)) return true;
  if (before.nodeType !== Node.ELEMENT_NODE) {
    changes.push(() => (live.data = after.data));
    return before.nodeType === after.nodeType && before.nodeType === live.nodeType;
  }
  if (!isPlain(before, after, live)) return compareChildren(before, after, live, changes);
  changes.push(() => live.replaceWith(document.adoptNode(after.cloneNode(true))));
  return true;
}

/** True for elements that no script has its hands in. */
function isPlain(...elements) {
  const alive = ':is([data-view], main, script, dashgen-tabs)';
  return elements.every((element) => element !== document.body && !element.matches(`body, ${alive}`) && !element.querySelector(alive));
}

function compareChildren(before, after, live, changes) {
  const of = (element) => [...element.childNodes].filter((node) => node.nodeType !== Node.TEXT_NODE || node.data.trim());
  const [from, to, now] = [before, after, live].map(of);
  // What the page adds to an element, it adds at its end.
  const own = now.slice(0, from.length);
  const isSame = before.cloneNode(false).isEqualNode(after.cloneNode(false));
  const fits = isSame && from.length === to.length && from.every((node, i) => node.nodeName === own[i]?.nodeName);
  return fits && !before.matches('[data-view], script') && from.every((node, i) => compare(node, to[i], own[i], changes));
}

function report(text) {
  const box = document.createElement('section');
  const heading = document.createElement('h2');
  const lines = document.createElement('pre');
  box.className = 'preview-errors';
  box.setAttribute('role', 'alert');
  heading.textContent = 'This site does not build; the page shows its last good version';
  lines.textContent = text;
  box.append(heading, lines);
  return box;
}
