// Runs before the first paint, so that a reader who chose a theme never sees the other one flash. A classic script: no module.
try {
  const theme = localStorage.getItem('dashgen-theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // Storage can be switched off: the page follows the system.
}
