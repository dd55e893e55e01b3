import { byteCharacters, mergePair, type Vocabulary, wordSymbols } from './tokenizer.js';

/** JavaScript counts U+FEFF as white space, which neither Python nor Rust does. */
const PIECES = /'s|'t|'re|'ve|'m|'ll|'d|\p{L}+|\p{N}|(?:[^\s\p{L}\p{N}]|\ufeff)+/gu;

/** CLIP's tokenizer once more, after OpenAI's simple_tokenizer.py: pieces, bytes, then the earliest merge until none is left. */
export function plainTokens(text: string, { ids, merges }: Vocabulary): number[] {
  const bytes = byteCharacters();
  const ranks = new Map(merges.map((pair, rank) => [pair.join(' '), rank]));
  const cleaned = text
    .normalize('NFC')
    .replace(/[^\S\ufeff]+/g, ' ')
    .toLowerCase();
  const pieces = cleaned.match(PIECES) ?? [];
  const symbols = pieces.flatMap((piece) => merged(wordSymbols(piece, bytes), ranks));
  return ['<|startoftext|>', ...symbols, '<|endoftext|>'].map((symbol) => ids.get(symbol) as number);
}

function merged(word: string[], ranks: ReadonlyMap<string, number>): string[] {
  for (;;) {
    const pairs = word.slice(1).map((right, at) => [word[at], right] as const);
    const ranked = pairs.filter((pair) => ranks.has(pair.join(' ')));
    if (ranked.length === 0) return word;
    const rankOf = (pair: readonly [string, string]) => ranks.get(pair.join(' ')) as number;
    mergePair(
      word,
      ranked.reduce((best, pair) => (rankOf(pair) < rankOf(best) ? pair : best)),
    );
  }
}
