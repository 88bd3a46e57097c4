/** Making elements, saying what has happened, and panels that open under their button. */

/**
 * An element with attributes, listeners (`onclick`) and children.
 * @param {string} tag
 * @param {Record<string, unknown>} [attributes] `true` sets an empty attribute, `false` and null leave it out
 * @param {...(Node | string)} children
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) made.addEventListener(name.slice(2), value);
    else if (value !== false && value != null) made.setAttribute(name, value === true ? '' : value);
  }
  made.append(...children);
  return made;
}

/** An icon of the theme; it says nothing to a screen reader. */
export function icon(name) {
  return element('span', { class: `icon icon-${name}`, 'aria-hidden': 'true' });
}

/** Has the browser read icons that only show later: each is a document of its own to it, which takes milliseconds. */
export function readIcons(...names) {
  document.body.append(element('span', { class: 'unseen' }, ...names.map(icon)));
}

/** Says a sentence to screen readers. */
export function announce(text) {
  const live = document.getElementById('live');
  if (live) live.textContent = text;
}

/** How long (ms) a toast stands. */
const TOAST = 2600;
let toasts = 0;

/** Says a sentence to everybody: it stands at the edge of the window for a moment. */
export function toast(text) {
  announce(text);
  const shown = document.getElementById('toast') ?? document.body.appendChild(element('p', { class: 'toast', id: 'toast', popover: 'manual', 'aria-hidden': 'true' }));
  if (!shown.showPopover) return;
  shown.textContent = text;
  shown.hidePopover();
  shown.showPopover();
  clearTimeout(toasts);
  toasts = setTimeout(() => shown.hidePopover(), TOAST);
}

let panels = 0;

/**
 * Makes `panel` a popover that `button` opens and that stands under it.
 * @param {HTMLButtonElement} button
 * @param {HTMLElement} panel
 * @param {() => void} [opened] called when it has opened
 */
export function attachPanel(button, panel, opened) {
  panel.id = `panel-${++panels}`;
  panel.setAttribute('popover', 'auto');
  button.setAttribute('popovertarget', panel.id);
  button.setAttribute('aria-haspopup', 'dialog');
  button.setAttribute('aria-expanded', 'false');
  const place = () => placeUnder(button, panel);
  // Shown only where it belongs: a popover opens in the middle of the page, and `toggle` comes a frame later.
  panel.addEventListener('beforetoggle', () => { panel.style.visibility = 'hidden'; });
  panel.addEventListener('toggle', (event) => {
    const open = event.newState === 'open';
    button.setAttribute('aria-expanded', String(open));
    const change = open ? addEventListener : removeEventListener;
    change('resize', place);
    change('scroll', place, { capture: true, passive: true });
    if (!open) return;
    place();
    panel.style.visibility = '';
    opened?.();
  });
}

function placeUnder(button, panel) {
  const anchor = button.getBoundingClientRect();
  panel.style.minWidth = `${Math.max(240, anchor.width)}px`;
  const { width, height } = panel.getBoundingClientRect();
  const below = innerHeight - anchor.bottom - 8;
  const top = height <= below || below > anchor.top ? anchor.bottom + 5 : anchor.top - height - 5;
  panel.style.left = `${Math.max(10, Math.min(anchor.left, innerWidth - width - 10))}px`;
  panel.style.top = `${Math.max(10, Math.min(top, innerHeight - height - 10))}px`;
}
