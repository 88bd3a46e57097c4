/** `<dashgen-metric>` and `<dashgen-value>`: one value, in a card or in a sentence. */
import { element } from './dom.js';
import { sparkline } from './cells.js';
import { View } from './view.js';
import { t } from './texts.js';

export class MetricView extends View {
  show(shown) {
    if (shown.error !== undefined) return this.notice(shown.error, { error: true });
    this.notice(null);
    setText(this.querySelector('.value'), shown.value.text);
    this.classList.toggle('long', shown.value.text.length > 9);
    this.compare(shown.value.delta);
    this.querySelector('.spark')?.replaceWith(sparkline(shown.value.sparkline ?? []));
  }

  /** How the value differs from what it is compared with; without that the line stays empty, so that nothing moves. */
  compare(delta) {
    const line = this.querySelector('.delta');
    if (!line) return;
    const { label, delta_color: color } = this.plan.shows.metric.compare;
    line.dataset.tone = delta ? toneOf(delta.direction, color) : 'none';
    line.title = delta ? `${delta.text} ${label}: ${delta.base}` : '';
    const arrow = delta ? element('span', { class: 'arrow', 'data-direction': delta.direction, 'aria-hidden': 'true' }) : '';
    line.replaceChildren(...(delta ? [arrow, element('b', {}, delta.text), element('span', {}, ` ${label}`)] : []));
  }

  /** A card has room for a word and a button. */
  notice(text, options = {}) {
    super.notice(text, options.retry ? { ...options, short: t('Not up to date') } : options);
  }
}

/** Whether a difference is good news, as Streamlit's `delta_color` says. */
function toneOf(direction, color) {
  if (!direction || color === 'off') return 'none';
  return (direction > 0) === (color !== 'inverse') ? 'good' : 'bad';
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
