import { readFile } from 'node:fs/promises';
import { Tokenizer } from '@huggingface/tokenizers';
import { fail, ok, type Result } from '../../protocol/errors.js';

/** CLIP's text encoders know this many positions. */
export const CONTEXT = 77;

/** CLIP's byte-level BPE, as a `tokenizer.json` says it. */
export class ClipTokenizer {
  private constructor(
    private readonly tokenizer: Tokenizer,
    /** What a text is filled up with where the encoder takes a fixed length: 0 unless the file says. */
    readonly padding: number,
    /** What closes every text; the encoder's output is that of its position. */
    readonly end: number,
  ) {}

  /** `tokenizer-unfit` where the file is no tokenizer that opens and closes every text with a token of its own. */
  static async load(file: string): Promise<Result<ClipTokenizer>> {
    try {
      const parsed = JSON.parse(await readFile(file, 'utf8'));
      const tokenizer = new Tokenizer(parsed, {});
      const [start, end, ...others] = tokenizer.encode('').ids;
      if (start === undefined || end === undefined || start === end || others.length > 0) {
        return unfit(file, 'it does not open and close a text with a token of its own');
      }
      return ok(new ClipTokenizer(tokenizer, parsed.padding?.pad_id ?? 0, end));
    } catch (error) {
      return unfit(file, (error as Error).message);
    }
  }

  /** The tokens of a text, the first and the last its opening and its end, `longest` at the most: the rest is cut off. */
  encode(text: string, longest = CONTEXT): number[] {
    const { ids } = this.tokenizer.encode(text);
    return ids.length <= longest ? ids : [...ids.slice(0, longest - 1), this.end];
  }
}

function unfit(file: string, why: string): Result<never> {
  return fail('tokenizer-unfit', `${file} is no tokenizer of CLIP: ${why}`, {
    hint: 'Put the tokenizer.json of the same repository there.',
  });
}
