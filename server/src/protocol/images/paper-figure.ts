/** Colours of a figure that is saved, whatever the theme of the editor is. */
export const PAPER_THEMES = ['light', 'dark', 'transparent'] as const;
export const PAPER_FONTS = ['sans serif', 'serif'] as const;

/** How wide a figure is on paper, and how large its letters are there. */
export interface PaperSize {
  readonly millimetres: number;
  readonly points: number;
}

const BODY = 8;
/** Widths by name: columns of a page as most journals have them, and a slide to be read from afar. */
export const PAPER_WIDTHS = {
  '1col': { millimetres: 86, points: BODY },
  '2col': { millimetres: 178, points: BODY },
  slide: { millimetres: 320, points: 18 },
} as const satisfies Readonly<Record<string, PaperSize>>;

/** In millimetres: narrower a chart has no room for its words, wider no page is. */
export const NARROWEST_PAPER = 60;
export const WIDEST_PAPER = 1000;

/** What a width may be, in words. */
export const PAPER_WIDTH_WORDS = `${Object.keys(PAPER_WIDTHS).join(', ')}, or from ${NARROWEST_PAPER}mm to ${WIDEST_PAPER}mm`;

/** The size that a width stands for: `2col`, `85mm`; undefined where it is neither. */
export function paperSize(width: string): PaperSize | undefined {
  if (Object.hasOwn(PAPER_WIDTHS, width)) return PAPER_WIDTHS[width as keyof typeof PAPER_WIDTHS];
  const [, number] = /^(\d{1,4}(?:\.\d+)?) ?mm$/.exec(width) ?? [];
  const millimetres = Number(number);
  return millimetres >= NARROWEST_PAPER && millimetres <= WIDEST_PAPER ? { millimetres, points: BODY } : undefined;
}

/** A chart as a file of its own: `file` is its name without an ending. */
export interface PaperFile {
  readonly file: string;
  /** A whole SVG document. */
  readonly svg: string;
}
