/** An animated chart's frames: a button that plays them and a slider that goes to one. */
import { formatValue } from './format.js';
import { t } from './texts.js';

/** How long (ms) a frame stands while they play, and how much of that the marks take to get there. */
const USUAL = { frame: 900, transition: 500 };
/** A frame stands at least so long (ms), for the page to draw it. */
const LEAST = 50;

export class Frames {
  #timer;
  #now = 0;

  /** @param {import('./chart.js').ChartView} chart one whose template has the controls */
  constructor(chart) {
    this.chart = chart;
    const { categories, channels, options } = chart.plan.shows.chart;
    const { frame, transition } = { ...USUAL, ...options?.animation_options };
    this.stand = Math.max(frame, LEAST);
    this.moving = Math.min(transition, this.stand);
    const { kind } = channels.find(({ role }) => role === 'animation_frame');
    this.names = (categories?.animation_frame ?? []).map((value) => formatValue(value, kind));
    const bar = chart.querySelector('.frames');
    [this.button, this.slider, this.label] = ['button', 'input', 'output'].map((tag) => bar.querySelector(tag));
    this.slider.max = Math.max(0, this.names.length - 1);
    this.slider.addEventListener('input', () => {
      const frame = +this.slider.value;
      this.#stop();
      this.#go(frame);
    });
    this.button.addEventListener('click', () => (this.#timer ? this.#stop() : this.#play()));
    this.#tell();
  }

  /** The traces of the frame that is shown. */
  pick(traces) {
    return traces.filter(({ meta }) => meta?.frame === this.#now);
  }

  /** How long (ms) the marks take to their places in this frame. */
  get move() {
    return this.#timer && !matchMedia('(prefers-reduced-motion: reduce)').matches ? this.moving : 0;
  }

  #play() {
    const last = this.names.length - 1;
    const step = () => (this.#now < last ? this.#go(this.#now + 1) : this.#stop());
    this.#timer = setInterval(step, this.stand);
    if (this.#now === last) this.#go(0);
    else step();
    this.#tell();
  }

  #stop() {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#tell();
  }

  #go(frame) {
    this.#now = frame;
    this.#tell();
    this.chart.frame();
  }

  #tell() {
    this.slider.value = this.#now;
    this.label.value = this.names[this.#now] ?? '';
    this.slider.setAttribute('aria-valuetext', this.label.value);
    const does = this.#timer ? t('Pause') : t('Play');
    this.button.setAttribute('aria-label', does);
    this.button.title = does;
    this.button.classList.toggle('playing', Boolean(this.#timer));
  }
}
