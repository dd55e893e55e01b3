/** Text with tab stops, in the syntax that the protocol has from TextMate. */
export class Snippet {
  private stops = 0;

  /** A stop that holds a text to be typed over. */
  stop(text: string): string {
    this.stops += 1;
    return `\${${this.stops}:${escaped(text, /[$}\\]/g)}}`;
  }

  /** A stop that offers words, the first of which is there at first. */
  choice(words: readonly string[]): string {
    if (words.length < 2) return this.stop(words[0] ?? '');
    this.stops += 1;
    return `\${${this.stops}|${words.map((word) => escaped(word, /[$},|\\]/g)).join(',')}|}`;
  }
}

/** A text that holds no stop. */
export function literal(text: string): string {
  return escaped(text, /[$}\\]/g);
}

function escaped(text: string, special: RegExp): string {
  return text.replace(special, '\\$&');
}

/** The text of a snippet with every stop as it is at first, for clients that know no snippets. */
export function withoutStops(snippet: string): string {
  return snippet
    .replace(/\$\{\d+\|((?:\\.|[^,|\\])*)(?:\\.|[^|\\])*\|\}/g, '$1')
    .replace(/\$\{\d+:((?:\\.|[^}\\])*)\}/g, '$1')
    .replace(/\$\d+/g, '')
    .replace(/\\([$}\\,|])/g, '$1');
}
