/** Only in `dashgen preview`: reloads the page when the site changed, shows the author's mistakes over it. */

const events = new EventSource('/_preview/events');

events.addEventListener('reload', () => location.reload());
events.addEventListener('errors', ({ data }) => {
  document.querySelector('.preview-errors')?.remove();
  document.body.append(report(data));
});

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
