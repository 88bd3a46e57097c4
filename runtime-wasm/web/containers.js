/** Containers that open over the page, dialogs and popovers under their button, and carousels. */
import { attachPanel } from './dom.js';

/** Binds the buttons of the theme's `containers.html`. */
export function setupContainers() {
  for (const button of document.querySelectorAll('button[data-opens]')) {
    const opened = document.getElementById(button.dataset.opens);
    if (opened.matches('dialog')) bindDialog(button, opened);
    else attachPanel(button, opened);
  }
  for (const button of document.querySelectorAll('button[data-slides]')) button.addEventListener('click', () => slide(button));
}

/** Goes to the slide before or behind; from the last one to the first. */
function slide(button) {
  const slides = button.closest('.carousel').querySelector('.slides');
  const count = slides.childElementCount;
  const at = Math.round(Math.abs(slides.scrollLeft) / slides.clientWidth);
  const next = slides.children[(at + Number(button.dataset.slides) + count) % count];
  slides.scrollTo({ left: next.offsetLeft - slides.firstElementChild.offsetLeft, behavior: 'smooth' });
}

function bindDialog(button, dialog) {
  button.addEventListener('click', () => dialog.showModal());
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog || event.target.closest('[data-closes]')) dialog.close();
  });
}
