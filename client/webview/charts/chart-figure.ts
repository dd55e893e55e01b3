import { html, LitElement } from 'lit';
import { saveButtons } from '../parts/save-button.js';
import { paperFigure } from './paper-figure.js';
import { pngOf } from './png.js';

/** Draws a chart of a width in pixels. */
export type DrawChart = (width: number) => SVGSVGElement;

/** Below this a chart would not be readable, and the page scrolls instead. */
const NARROWEST = 260;

/**
 * `<chart-figure>`: a chart with a title, a note and buttons that save it; drawn anew when its width changes.
 */
export class ChartFigure extends LitElement {
  static override properties = {
    heading: { type: String },
    note: { type: String },
    file: { type: String },
    draw: { attribute: false },
    width: { state: true },
  };
  declare heading: string;
  declare note: string;
  /** Name of the saved file, without its ending. */
  declare file: string;
  declare draw: DrawChart;
  declare width: number;

  private readonly resized = new ResizeObserver(() => this.measure());

  /** The page's own style sheet reaches into it, and a screen reader finds one document. */
  protected override createRenderRoot(): this {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.measure();
    this.resized.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.resized.disconnect();
  }

  protected override render() {
    return html`<figure>
      <figcaption>${this.heading}</figcaption>
      ${saveButtons(this.heading, [
        ['SVG', () => this.svgFile()],
        ['PNG', () => this.pngFile()],
      ])}
      ${this.draw(this.width)}
      <p class="quiet">${this.note}</p>
    </figure>`;
  }

  private measure(): void {
    this.width = Math.max(NARROWEST, Math.floor(this.getBoundingClientRect().width));
  }

  private svgFile() {
    return { name: `${this.file}.svg`, mime: 'image/svg+xml' as const, text: paperFigure(this.draw).svg };
  }

  private async pngFile() {
    return { name: `${this.file}.png`, mime: 'image/png' as const, base64: await pngOf(paperFigure(this.draw)) };
  }
}

customElements.define('chart-figure', ChartFigure);
