import type { PaperChoice } from '../../../../server/src/protocol/images/paper-choice.js';
import { type PAPER_FONTS, paperSize } from '../../../../server/src/protocol/images/paper-figure.js';
import { PALETTES, type Palette } from './palette.js';
import { svgText } from './svg-text.js';

/** A chart as a file of its own has it. */
export interface PaperFigure {
  /** A whole SVG document. */
  readonly svg: string;
  /** In millimetres. */
  readonly width: number;
  readonly height: number;
}

/** What a file names, and whoever shows it has. */
const FAMILIES: Readonly<Record<(typeof PAPER_FONTS)[number], string>> = {
  'sans serif': 'Helvetica, Arial, sans-serif',
  serif: 'Times New Roman, Times, serif',
};

/** Letters of a chart in its own units, in which it is drawn for whatever width. */
const FONT_SIZE = 13;
const MM_OF_POINT = 25.4 / 72;
/** So that no letter touches the edge. */
const MARGIN = 14;

/**
 * Draws a chart anew as it looks on paper: its colours, font and size are chosen and none of the page's. It is the same to
 * the byte wherever it is drawn.
 */
export function paperFigure(draw: (width: number) => SVGSVGElement, choice: PaperChoice): PaperFigure {
  const size = paperSize(choice.width);
  if (!size) throw new Error(`no width of a figure: ${choice.width}`);
  const unit = (size.points * MM_OF_POINT) / FONT_SIZE;
  const drawn = draw(Math.round(size.millimetres / unit) - 2 * MARGIN);
  const inner = { width: Number(drawn.getAttribute('width')), height: Number(drawn.getAttribute('height')) };
  const [width, height] = [inner.width + 2 * MARGIN, inner.height + 2 * MARGIN];
  const palette = PALETTES[choice.theme];
  for (const element of [drawn, ...drawn.querySelectorAll('*')]) colour(element, palette);
  const inMillimetres = (length: number) => Number(((size.millimetres * length) / width).toFixed(2));
  const figure = { width: size.millimetres, height: inMillimetres(height) };
  const own = {
    xmlns: 'http://www.w3.org/2000/svg',
    viewBox: `${-MARGIN} ${-MARGIN} ${width} ${height}`,
    width: `${figure.width}mm`,
    height: `${figure.height}mm`,
    'font-family': FAMILIES[choice.font],
    'font-size': String(FONT_SIZE),
  };
  for (const [name, value] of Object.entries(own)) drawn.setAttribute(name, value);
  if (palette.page !== 'none') drawn.prepend(ground(drawn, { width, height }, palette.page as string));
  return { svg: svgText(drawn), ...figure };
}

/** What a page's style sheet says of colours a file says itself. */
function colour(element: Element, palette: Palette): void {
  for (const { name, value } of [...element.attributes]) {
    const named = value.replace(/var\(--([\w-]+)\)/g, (_, variable: string) => {
      const found = palette[variable];
      if (found === undefined) throw new Error(`no colour on paper: ${variable}`);
      return found;
    });
    const resolved = named === 'currentColor' ? (palette.text as string) : named;
    if (resolved !== value) element.setAttribute(name, resolved);
  }
}

function ground(drawn: SVGSVGElement, { width, height }: { width: number; height: number }, fill: string): Element {
  const rectangle = drawn.ownerDocument.createElementNS('http://www.w3.org/2000/svg', 'rect');
  const places = { x: -MARGIN, y: -MARGIN, width, height, fill };
  for (const [name, value] of Object.entries(places)) rectangle.setAttribute(name, String(value));
  return rectangle;
}
