document.documentElement.dataset.stamp = 'seen';
