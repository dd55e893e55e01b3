/** The package has no types of its own. */
declare module 'bibtex-parse' {
  /** An entry with its fields by their names in capitals; throws where the text is not BibTeX. */
  export function entries(
    text: string,
  ): ({ readonly key: string; readonly type: string } & Readonly<Record<string, unknown>>)[];
}
