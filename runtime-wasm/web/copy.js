/** Copying: a button on every listing and on every text that the author marks with `:copy[…]`. */
import { element, icon, toast } from './dom.js';
import { t } from './texts.js';

/** Puts the buttons where there are scripts to follow them. */
export function setupCopy() {
  for (const pre of document.querySelectorAll('.prose pre')) {
    const frame = element('div', { class: 'listing' });
    pre.replaceWith(frame);
    frame.append(pre, copyButton(() => pre.textContent.trimEnd()));
  }
  for (const text of document.querySelectorAll('.copy')) text.append(copyButton(() => text.textContent));
}

function copyButton(read) {
  const button = element('button', { type: 'button', class: 'button small square', 'aria-label': t('Copy'), title: t('Copy'), onclick: take }, icon('copy'));
  async function take() {
    const done = await copyText(read());
    toast(done ? t('Copied') : t('Press Ctrl+C'));
    button.replaceChildren(icon(done ? 'done' : 'copy'));
    setTimeout(() => button.replaceChildren(icon('copy')), 1800);
  }
  return button;
}

/** Puts a text into the clipboard; whether that worked. */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Pages served over plain http have no clipboard of their own.
    const box = document.body.appendChild(element('textarea', { class: 'visually-hidden' }));
    box.value = text;
    box.select();
    const done = document.execCommand('copy');
    box.remove();
    return done;
  }
}
