/** `<dashgen-tabs>`: panels of which one shows. The theme's template has the markup; charts inside are drawn when they first show. */

export class Tabs extends HTMLElement {
  connectedCallback() {
    this.tabs = [...this.querySelectorAll(':scope > .tablist > [role="tab"]')];
    this.panels = [...this.querySelectorAll(':scope > .tab')];
    this.tabs.forEach((tab, at) => {
      tab.addEventListener('click', () => this.choose(at));
      tab.addEventListener('keydown', (event) => this.key(event, at));
    });
    this.choose(0);
  }

  choose(chosen) {
    this.tabs.forEach((tab, at) => {
      tab.setAttribute('aria-selected', String(at === chosen));
      tab.tabIndex = at === chosen ? 0 : -1;
      this.panels[at].classList.toggle('closed', at !== chosen);
    });
  }

  key(event, at) {
    const last = this.tabs.length - 1;
    const next = { ArrowRight: at === last ? 0 : at + 1, ArrowLeft: at === 0 ? last : at - 1, Home: 0, End: last }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    this.choose(next);
    this.tabs[next].focus();
  }
}
