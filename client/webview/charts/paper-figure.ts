/** A chart as a file of its own has it. */
export interface PaperFigure {
  /** A whole SVG document. */
  readonly svg: string;
  readonly width: number;
  readonly height: number;
}

/** Widths of saved figures in pixels, of which an inch has 96, whatever the width of the window is. */
export const PAPER_WIDTHS = { 'one column': 325, 'two columns': 680, slide: 1200 } as const;
/** Fonts of saved figures: what a file names, and whoever shows it has. */
export const PAPER_FONTS = {
  'the page’s': undefined,
  'sans serif': 'Helvetica, Arial, sans-serif',
  serif: '"Times New Roman", Times, serif',
} as const;

/** What the user chose for all figures that are saved from a page. */
export interface PaperChoice {
  width: keyof typeof PAPER_WIDTHS;
  font: keyof typeof PAPER_FONTS;
}

/** So that no letter touches the edge. */
const MARGIN = 14;

/** What a chart takes from the page's style sheet, and a file of its own has to say itself. */
const INHERITED = ['font-family', 'font-size', 'font-variant-numeric', 'color'];
const DRAWN = ['fill', 'stroke', 'stroke-width', 'font-weight', 'opacity'];

/** Draws a chart anew as it looks on paper, dark on white in any theme, with its colours resolved. */
export function paperFigure(
  draw: (width: number) => SVGSVGElement,
  { width: columns, font }: PaperChoice = { width: 'two columns', font: 'the page’s' },
): PaperFigure {
  const paper = Object.assign(document.createElement('div'), { className: 'paper', ariaHidden: 'true' });
  paper.style.fontFamily = PAPER_FONTS[font] ?? '';
  const drawn = draw(PAPER_WIDTHS[columns] - 2 * MARGIN);
  drawn.style.fontFamily = 'inherit';
  paper.append(drawn);
  document.body.append(paper);
  const { width, height } = drawn.viewBox.baseVal;
  const size = { width: width + 2 * MARGIN, height: height + 2 * MARGIN };
  const svg = standingAlone(drawn, size);
  paper.remove();
  return { svg, ...size };
}

function standingAlone(drawn: SVGSVGElement, { width, height }: { width: number; height: number }): string {
  const copy = drawn.cloneNode(true) as SVGSVGElement;
  copyStyle(drawn, copy, [...INHERITED, ...DRAWN]);
  const originals = drawn.querySelectorAll('*');
  copy.querySelectorAll('*').forEach((element, n) => {
    const original = originals[n];
    if (original) copyStyle(original, element, DRAWN);
  });
  copy.prepend(background(drawn, { width, height }));
  copy.setAttribute('viewBox', `${-MARGIN} ${-MARGIN} ${width} ${height}`);
  copy.setAttribute('width', String(width));
  copy.setAttribute('height', String(height));
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  return new XMLSerializer().serializeToString(copy);
}

function copyStyle(from: Element, to: Element, names: readonly string[]): void {
  const computed = getComputedStyle(from);
  for (const name of names) to.setAttribute(name, computed.getPropertyValue(name));
}

function background(drawn: SVGSVGElement, { width, height }: { width: number; height: number }): SVGRectElement {
  const rectangle = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
  const places = { x: -MARGIN, y: -MARGIN, width, height };
  for (const [name, value] of Object.entries(places)) rectangle.setAttribute(name, String(value));
  rectangle.setAttribute('fill', getComputedStyle(drawn.parentElement as Element).backgroundColor);
  return rectangle;
}
