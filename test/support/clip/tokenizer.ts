const START = '<|startoftext|>';
const END = '<|endoftext|>';
const END_OF_WORD = '</w>';

/** What the vocabulary is learnt from: CLIP's own is not shipped, and a small one has the same rules. */
const CORPUS = `a photo of a person with glasses a photograph of a young woman smiling a man wearing a hat the person's beard
he's she'll they've don't i'm we'd black hair blond hair wavy hair a portrait in the rain 1987 2024 café naïve über straße
photo photograph portrait person people smiling wearing glasses with and without the of in on at`;

/** Which character stands for a byte: printable ones for themselves, the others moved up by 256 (GPT-2's table). */
export function byteCharacters(): string[] {
  const printable = (byte: number) => (byte > 32 && byte < 127) || (byte > 160 && byte !== 173);
  let moved = 256;
  return Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(printable(byte) ? byte : moved++));
}

export interface Vocabulary {
  readonly ids: ReadonlyMap<string, number>;
  readonly merges: readonly (readonly [string, string])[];
}

/** A byte-level BPE of CLIP's form: 256 bytes, 256 that end a word, `merges` learnt, and the two that frame a text. */
export function learnVocabulary(merges = 100): Vocabulary {
  const bytes = byteCharacters();
  const words = CORPUS.toLowerCase()
    .split(/\s+/)
    .map((word) => wordSymbols(word, bytes));
  const learnt: [string, string][] = [];
  while (learnt.length < merges) {
    const best = mostFrequentPair(words);
    if (!best) break;
    learnt.push(best);
    for (const word of words) mergePair(word, best);
  }
  const printable = bytes.toSorted();
  const symbols = [
    ...printable,
    ...printable.map((letter) => letter + END_OF_WORD),
    ...learnt.map((pair) => pair.join('')),
    START,
    END,
  ];
  return { ids: new Map([...new Set(symbols)].map((symbol, id) => [symbol, id])), merges: learnt };
}

export function wordSymbols(word: string, bytes: readonly string[]): string[] {
  const symbols = [...Buffer.from(word)].map((byte) => bytes[byte]);
  return [...symbols.slice(0, -1), symbols[symbols.length - 1] + END_OF_WORD];
}

function mostFrequentPair(words: readonly (readonly string[])[]): [string, string] | undefined {
  const counts = new Map<string, number>();
  for (const word of words) {
    for (let n = 1; n < word.length; n++) {
      const pair = `${word[n - 1]} ${word[n]}`;
      counts.set(pair, (counts.get(pair) ?? 0) + 1);
    }
  }
  const [best] = [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  return best?.[0].split(' ') as [string, string] | undefined;
}

/** Joins every occurrence of the pair, from the left, in place. */
export function mergePair(word: string[], [left, right]: readonly [string, string]): void {
  for (let n = 0; n < word.length - 1; n++) {
    if (word[n] === left && word[n + 1] === right) word.splice(n, 2, left + right);
  }
}

/** A `tokenizer.json` as CLIP's: the same normaliser, pre-tokenizer, model and post-processor. */
export function tokenizerJson({ ids, merges }: Vocabulary): string {
  const special = (content: string) => ({
    id: ids.get(content),
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: true,
    special: true,
  });
  const pattern = "'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+";
  return JSON.stringify({
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [special(START), special(END)],
    normalizer: {
      type: 'Sequence',
      normalizers: [
        { type: 'NFC' },
        { type: 'Replace', pattern: { Regex: '\\s+' }, content: ' ' },
        { type: 'Lowercase' },
      ],
    },
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers: [
        { type: 'Split', pattern: { Regex: pattern }, behavior: 'Removed', invert: true },
        { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
      ],
    },
    post_processor: {
      type: 'RobertaProcessing',
      sep: [END, ids.get(END)],
      cls: [START, ids.get(START)],
      trim_offsets: false,
      add_prefix_space: false,
    },
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: END,
      continuing_subword_prefix: '',
      end_of_word_suffix: END_OF_WORD,
      fuse_unk: false,
      byte_fallback: false,
      vocab: Object.fromEntries(ids),
      merges: merges.map((pair) => pair.join(' ')),
    },
  });
}
