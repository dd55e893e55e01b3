import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { type PaperChoice, paperChoiceSchema } from '../../../server/src/protocol/images/paper-choice.js';
import {
  NARROWEST_PAPER,
  PAPER_FONTS,
  PAPER_THEMES,
  PAPER_WIDTHS,
  paperSize,
  WIDEST_PAPER,
} from '../../../server/src/protocol/images/paper-figure.js';
import type { Figure } from '../figures/figure.js';
import { type SaveAs, saveButtons } from '../parts/save-button.js';
import { paperFigure } from './paper/paper-figure.js';
import { pngOf } from './paper/png.js';

/** Below this a chart would not be readable, and the page scrolls instead. */
const NARROWEST = 260;

/** Charts one below the other, each with what saves it. */
export function chartFigures(figures: readonly Figure[]): TemplateResult {
  return html`${figures.map(
    ({ heading, note, file, draw }) =>
      html`<chart-figure .heading=${heading} .note=${note} .file=${file} .draw=${draw}></chart-figure>`,
  )}`;
}

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
  declare draw: Figure['draw'];
  /** Undefined until the page is laid out: to ask before lays out all of it for each chart. */
  declare width: number | undefined;

  private readonly resized = new ResizeObserver(([entry]) => this.fit(entry?.contentRect.width ?? 0));

  /** The page's own style sheet reaches into it, and a screen reader finds one document. */
  protected override createRenderRoot(): this {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.resized.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.resized.disconnect();
  }

  protected override render() {
    return html`<figure>
      <figcaption>${this.heading}</figcaption>
      ${saveButtons(this.heading, paperFiles(this))}
      ${paperChoiceView()}
      ${this.width === undefined ? nothing : this.draw(this.width)}
      <p class="quiet">${this.note}</p>
    </figure>`;
  }

  private fit(width: number): void {
    this.width = Math.max(NARROWEST, Math.floor(width));
  }
}

/** A figure as it is saved for paper, as it was chosen for the whole page. */
export function paperFiles({ file, draw }: Pick<Figure, 'file' | 'draw'>): SaveAs[] {
  const svg = () => ({ name: `${file}.svg`, mime: 'image/svg+xml' as const, text: paperFigure(draw, chosen).svg });
  const png = async () => ({
    name: `${file}.png`,
    mime: 'image/png' as const,
    base64: await pngOf(paperFigure(draw, chosen)),
  });
  return [
    ['SVG', svg],
    ['PNG', png],
  ];
}

/** One choice for the whole page: its figures stand side by side in a paper. */
let chosen: PaperChoice = paperChoiceSchema.parse({});

/** What was chosen for the figures that are saved from this page. */
export function chosenPaper(): PaperChoice {
  return chosen;
}

function choosePaper(choice: Partial<PaperChoice>): void {
  chosen = { ...chosen, ...choice };
  for (const figure of document.querySelectorAll<ChartFigure>('chart-figure')) figure.requestUpdate();
}

const OTHER = 'other';

function paperChoiceView(): TemplateResult {
  const { theme, width, font } = chosen;
  const named = Object.hasOwn(PAPER_WIDTHS, width);
  const widths = { ...Object.fromEntries(Object.entries(PAPER_WIDTHS).map(widthLabel)), [OTHER]: 'another width' };
  const chooseWidth = (name: string) =>
    choosePaper({ width: name === OTHER ? `${paperSize(chosen.width)?.millimetres}mm` : name });
  return html`<details class="paper-choice">
    <summary>Size, colours and font of saved figures</summary>
    <label>Size ${select(widths, named ? width : OTHER, chooseWidth)}</label>
    ${named ? nothing : html`<label>Millimetres ${millimetres(width)}</label>`}
    <label>Colours ${select(labels(PAPER_THEMES), theme, (one) => choosePaper({ theme: one }))}</label>
    <label>Font ${select(labels(PAPER_FONTS), font, (one) => choosePaper({ font: one }))}</label>
  </details>`;
}

function widthLabel([name, { millimetres: wide }]: [string, { readonly millimetres: number }]): [string, string] {
  return [name, `${WIDTH_WORDS[name] ?? name}, ${wide} mm`];
}
const WIDTH_WORDS: Readonly<Record<string, string>> = { '1col': 'one column', '2col': 'two columns' };

function millimetres(width: string) {
  const changed = ({ target }: Event) => {
    const { value, validity } = target as HTMLInputElement;
    if (validity.valid && paperSize(`${value}mm`)) choosePaper({ width: `${value}mm` });
  };
  return html`<input
    type="number"
    required
    min=${NARROWEST_PAPER}
    max=${WIDEST_PAPER}
    step="any"
    .value=${String(paperSize(width)?.millimetres)}
    @change=${changed}
  />`;
}

function labels<K extends string>(names: readonly K[]): Record<K, string> {
  return Object.fromEntries(names.map((name) => [name, name as string])) as Record<K, string>;
}

function select<K extends string>(options: Readonly<Record<K, string>>, value: K, choose: (chosen: K) => void) {
  const changed = ({ target }: Event) => choose((target as HTMLSelectElement).value as K);
  return html`<select .value=${value} @change=${changed}>
    ${(Object.entries(options) as [K, string][]).map(
      ([name, label]) => html`<option value=${name} ?selected=${name === value}>${label}</option>`,
    )}
  </select>`;
}

customElements.define('chart-figure', ChartFigure);
