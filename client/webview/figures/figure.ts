/** A chart of a run, on whatever it is drawn. */
export interface Figure {
  readonly heading: string;
  /** What its parts are, in a sentence or two. */
  readonly note: string;
  /** Name of the saved file, without its ending. */
  readonly file: string;
  /** Draws it in a width in pixels. */
  readonly draw: (width: number) => SVGSVGElement;
}

/** What the lines of a chart are. */
export const INTERVAL_NOTE =
  '95 % interval over people, whose queries go together; Wilson’s over queries where it is not known whose each is.';
