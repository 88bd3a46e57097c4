/** Containers that open over the page: dialogs, and popovers under their button. */
import { attachPanel } from './dom.js';

/** Binds the buttons of the theme's `containers.html`. */
export function setupContainers() {
  for (const button of document.querySelectorAll('button[data-opens]')) {
    const opened = document.getElementById(button.dataset.opens);
    if (opened.matches('dialog')) bindDialog(button, opened);
    else attachPanel(button, opened);
  }
}

function bindDialog(button, dialog) {
  button.addEventListener('click', () => dialog.showModal());
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog || event.target.closest('[data-closes]')) dialog.close();
  });
}
