import { html, LitElement } from 'lit';
import { saveButtons } from '../parts/save-button.js';
import { PAPER_FONTS, PAPER_WIDTHS, type PaperChoice, paperFigure } from './paper-figure.js';
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
      ${this.paperChoice()}
      ${this.draw(this.width)}
      <p class="quiet">${this.note}</p>
    </figure>`;
  }

  private paperChoice() {
    return html`<details class="paper-choice">
      <summary>Size and font of saved figures</summary>
      <label>Size ${select(PAPER_WIDTHS, chosen.width, (width) => choosePaper({ width }))}</label>
      <label>Font ${select(PAPER_FONTS, chosen.font, (font) => choosePaper({ font }))}</label>
    </details>`;
  }

  private measure(): void {
    this.width = Math.max(NARROWEST, Math.floor(this.getBoundingClientRect().width));
  }

  private svgFile() {
    return { name: `${this.file}.svg`, mime: 'image/svg+xml' as const, text: paperFigure(this.draw, chosen).svg };
  }

  private async pngFile() {
    return {
      name: `${this.file}.png`,
      mime: 'image/png' as const,
      base64: await pngOf(paperFigure(this.draw, chosen)),
    };
  }
}

/** One choice for the whole page: its figures stand side by side in a paper. */
const chosen: PaperChoice = { width: 'two columns', font: 'the page’s' };

function choosePaper(choice: Partial<PaperChoice>): void {
  Object.assign(chosen, choice);
  for (const figure of document.querySelectorAll<ChartFigure>('chart-figure')) figure.requestUpdate();
}

function select<K extends string>(options: Readonly<Record<K, unknown>>, value: K, choose: (chosen: K) => void) {
  const changed = ({ target }: Event) => choose((target as HTMLSelectElement).value as K);
  return html`<select .value=${value} @change=${changed}>
    ${(Object.keys(options) as K[]).map((each) => html`<option value=${each} ?selected=${each === value}>${each}</option>`)}
  </select>`;
}

customElements.define('chart-figure', ChartFigure);
