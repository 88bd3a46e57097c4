/** Saved views: states of the page that the reader has named, kept in this browser. */
import { attachPanel, element, icon, toast } from './dom.js';
import { same } from './plan.js';
import { t } from './texts.js';
import { searchOf, stateOf } from './url.js';

/** The button in the header, and the panel under it. @param {import('./state.js').Store} store */
export function setupViews(store) {
  const button = document.getElementById('views');
  if (!button) return;
  const name = element('input', { type: 'text', class: 'search', id: 'view-name', placeholder: t('Name of this view'), 'aria-label': t('Name of this view'), autocomplete: 'off', maxlength: 80 });
  const form = element('form', { onsubmit: save }, name, element('button', { class: 'button outlined' }, t('Save')));
  const list = element('ul', { 'aria-label': t('Saved views') });
  const empty = element('p', {}, t('Filters that you save under a name are kept in this browser.'));
  const panel = element('div', { class: 'panel views', role: 'dialog', 'aria-label': t('Saved views') }, list, empty, form);
  button.after(panel);
  attachPanel(button, panel, () => {
    fill();
    name.focus();
  });

  function save(event) {
    event.preventDefault();
    const words = name.value.trim();
    if (!words) return;
    const others = readViews().filter((view) => view.name !== words);
    toast(writeViews([...others, { name: words, search: searchOf(store.plan, store.state) }]) ? t('Saved “{name}”', { name: words }) : t('This browser keeps nothing: share the link instead'));
    name.value = '';
    fill();
  }

  function remove(view) {
    writeViews(readViews().filter((other) => other.name !== view.name));
    fill();
    name.focus();
  }

  function fill() {
    const saved = readViews();
    list.replaceChildren(...saved.map(entry));
    empty.hidden = saved.length > 0;
  }

  function entry(view) {
    const state = stateOf(store.plan, view.search);
    const open = () => {
      store.take(state);
      panel.hidePopover();
    };
    const choose = element('button', { type: 'button', class: 'view', 'aria-pressed': String(same(state, store.state)), onclick: open }, view.name);
    const drop = element('button', { type: 'button', class: 'button small square', 'aria-label': t('Delete “{name}”', { name: view.name }), onclick: () => remove(view) }, icon('close'));
    return element('li', {}, choose, drop);
  }
}

const viewsKey = () => `dashgen-views:${location.pathname}`;

/** @returns {Array<{name: string, search: string}>} */
function readViews() {
  try {
    const saved = JSON.parse(localStorage.getItem(viewsKey()) ?? '[]');
    return saved.filter((view) => typeof view?.name === 'string' && typeof view.search === 'string');
  } catch {
    return []; // storage can be switched off, or hold what somebody else wrote
  }
}

function writeViews(views) {
  try {
    localStorage.setItem(viewsKey(), JSON.stringify(views));
    return true;
  } catch {
    return false;
  }
}
