import { html, LitElement, nothing } from 'lit';
import { percent } from '../../../../server/src/protocol/figure-text.js';
import { progressBar } from '../../parts/progress.js';
import type { Exploring, PanelHost } from '../panel-host.js';
import '@vscode-elements/elements/dist/vscode-button/index.js';

/** `<exploring-progress>`: how far it is what was asked of the run’s embeddings, with a way to stop it. */
export class ExploringProgress extends LitElement {
  static override properties = { host: { attribute: false }, progress: { state: true } };
  declare host: PanelHost;
  declare progress: Exploring | undefined;

  protected override createRenderRoot(): this {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.host.followers.add(this.follow);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.host.followers.delete(this.follow);
  }

  private readonly follow = (progress: Exploring): void => {
    this.progress = progress;
  };

  protected override render() {
    const { what, done, total } = this.progress ?? { what: 'reading embeddings', done: 0, total: 0 };
    const bar = { label: what, done, total, rate: null, secondsLeft: null };
    return html`<div class="exploring">
      <p role="status">${what}${total > 0 ? html`: ${percent(done / total)}` : nothing} …</p>
      ${progressBar(what, bar)}
      <vscode-button secondary @click=${() => this.host.tell({ type: 'stopExploring' })}>Stop</vscode-button>
    </div>`;
  }
}

customElements.define('exploring-progress', ExploringProgress);
