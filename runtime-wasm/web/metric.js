/** `<dashgen-metric>` and `<dashgen-value>`: one value, in a card or in a sentence. */
import { View } from './view.js';
import { t } from './texts.js';

export class MetricView extends View {
  show(shown) {
    if (shown.error !== undefined) return this.notice(shown.error, { error: true });
    this.notice(null);
    setText(this.querySelector('.value'), shown.value.text);
    this.classList.toggle('long', shown.value.text.length > 9);
  }

  /** A card has room for a word and a button. */
  notice(text, options = {}) {
    super.notice(text, options.retry ? { ...options, short: t('Not up to date') } : options);
  }
}

export class ValueView extends View {
  show(shown) {
    this.title = shown.error ?? '';
    setText(this, shown.error === undefined ? shown.value.text : '–');
  }

  /** A sentence has no room for a notice: it is underlined, and says why in its title. */
  notice(text) {
    this.toggleAttribute('data-failed', Boolean(text));
    this.title = text ?? '';
  }
}

function setText(host, text) {
  if (host.textContent === text) return;
  host.textContent = text;
  if (!matchMedia('(prefers-reduced-motion: reduce)').matches) host.animate([{ opacity: 0.35 }, { opacity: 1 }], { duration: 220, easing: 'ease-out' });
}
