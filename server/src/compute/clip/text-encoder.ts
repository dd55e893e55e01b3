import { access } from 'node:fs/promises';
import { type InferenceSession, Tensor } from 'onnxruntime-node';
import type { EncoderFiles } from '../../plugins/declare.js';
import { readModelHeader } from '../../plugins/model-header.js';
import { fail, ok, ProblemError, type Result } from '../../protocol/errors.js';
import { openEncoder } from '../encoder/open-encoder.js';
import { toRows } from '../encoder/rows.js';
import type { SessionOptions } from '../session.js';
import { type TextPorts, textPorts } from './text-ports.js';
import { ClipTokenizer } from './tokenizer.js';

/** CLIP's text encoder with its tokenizer: words to vectors of length 1 in the space of the images. */
export class TextEncoder {
  private constructor(
    private readonly session: InferenceSession,
    private readonly ports: TextPorts,
    private readonly tokenizer: ClipTokenizer,
  ) {}

  /** Opens both and runs them once: they must fit each other, and the image encoder's `dimension`. */
  static async load(
    { text, tokenizer: tokenizerFile }: Pick<EncoderFiles, 'text' | 'tokenizer'>,
    dimension: number,
    session: SessionOptions,
  ): Promise<Result<TextEncoder>> {
    const missing = await firstMissing(text, tokenizerFile);
    if (missing) return notThere(missing);
    const header = readModelHeader(text);
    if (!header.ok) return header;
    const ports = textPorts(header.value);
    if (!ports.ok) return ports;
    const tokenizer = await ClipTokenizer.load(tokenizerFile);
    if (!tokenizer.ok) return tokenizer;
    return open(text, dimension, session, (opened) => new TextEncoder(opened, ports.value, tokenizer.value));
  }

  async embed(texts: readonly string[]): Promise<Float32Array[]> {
    const vectors: Float32Array[] = [];
    // One by one: a text without padding needs no mask, and is embedded the same whatever comes with it.
    for (const text of texts) vectors.push(await this.embedOne(text));
    return vectors;
  }

  async close(): Promise<void> {
    await this.session.release();
  }

  private async embedOne(text: string): Promise<Float32Array> {
    const { tokens, mask, output, length } = this.ports;
    const ids = this.tokenizer.encode(text, length ?? undefined);
    const shape = [1, length ?? ids.length];
    const feeds = { [tokens.name]: integers(tokens.type, shape, ids, this.tokenizer.padding) };
    if (mask) feeds[mask.name] = integers(mask.type, shape, ids.fill(1), 0);
    const results = await this.session.run(feeds, [output]);
    const rows = toRows(results[output] as Tensor, 1, true);
    if (!rows.ok) throw new ProblemError(rows.problem);
    return rows.value[0];
  }
}

async function open(
  file: string,
  dimension: number,
  options: SessionOptions,
  create: (session: InferenceSession) => TextEncoder,
): Promise<Result<TextEncoder>> {
  try {
    const encoder = create(await openEncoder(file, options));
    const [vector] = await encoder.embed(['']);
    if (vector.length === dimension) return ok(encoder);
    await encoder.close();
    return fail('model-unfit', `${file} gives ${vector.length} numbers, the image encoder ${dimension}`, {
      hint: 'Take the text encoder of the same model.',
    });
  } catch (error) {
    if (error instanceof ProblemError) return { ok: false, problem: error.problem };
    return fail('model-unusable', `${file} cannot be run on a text: ${(error as Error).message}`, {
      hint: 'Is the tokenizer.json the one of this model? Fetch both again.',
    });
  }
}

function integers(
  type: 'int32' | 'int64',
  shape: readonly number[],
  values: readonly number[],
  padding: number,
): Tensor {
  const filled = Array.from({ length: shape[1] }, (_, at) => values[at] ?? padding);
  const data = type === 'int64' ? BigInt64Array.from(filled, BigInt) : Int32Array.from(filled);
  return new Tensor(type, data, shape);
}

async function firstMissing(...files: string[]): Promise<string | undefined> {
  for (const file of files) {
    if (
      await access(file).then(
        () => false,
        () => true,
      )
    )
      return file;
  }
  return undefined;
}

function notThere(file: string): Result<never> {
  return fail('text-encoder-missing', `${file} is not there, which words need`, {
    hint: 'Fetch the model again, with its text encoder: lookalike models fetch NAME',
  });
}
