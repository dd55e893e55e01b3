import type { EmbeddingModel, EncoderFiles } from '../../plugins/declare.js';
import type { HashedFile } from '../../plugins/images/read-unchanged.js';
import { fail, ok, type Result } from '../../protocol/errors.js';
import { type EncoderOptions, ImageEncoder } from '../encoder/image-encoder.js';
import type { InputValues } from '../encoder/preprocess.js';
import type { SessionOptions } from '../session.js';
import { TextEncoder } from './text-encoder.js';

export interface ClipOptions {
  readonly name: string;
  /** Length of an embedding, of images and of words. */
  readonly dimension: number;
  readonly files: EncoderFiles;
  readonly options: EncoderOptions;
  readonly session: SessionOptions;
}

/** A CLIP model: its image encoder and, opened when the first words come, its text encoder. */
export class ClipModel implements EmbeddingModel<InputValues> {
  readonly dimension: number;
  readonly batchSize: number;
  private text: Promise<Result<TextEncoder>> | undefined;

  private constructor(
    private readonly images: ImageEncoder,
    private readonly openText: () => Promise<Result<TextEncoder>>,
  ) {
    this.dimension = images.dimension;
    this.batchSize = images.batchSize;
  }

  static async load({ name, dimension, files, options, session }: ClipOptions): Promise<Result<ClipModel>> {
    const images = await ImageEncoder.load(files.image, options, session);
    if (!images.ok) return images;
    const given = images.value.dimension;
    if (given === dimension) return ok(new ClipModel(images.value, () => TextEncoder.load(files, dimension, session)));
    await images.value.close();
    return fail('model-unfit', `${files.image} gives ${given} numbers; ${name} gives ${dimension}`, {
      hint: 'It is the file of another model: correct `path`, or `use`.',
    });
  }

  prepare(bytes: Uint8Array): Promise<Result<InputValues>> {
    return this.images.prepare(bytes);
  }

  prepareFile(image: HashedFile): Promise<Result<InputValues>> {
    return this.images.prepareFile(image);
  }

  embed(batch: readonly InputValues[]): Promise<Float32Array[]> {
    return this.images.embed(batch);
  }

  async embedTexts(texts: readonly string[]): Promise<Result<Float32Array[]>> {
    this.text ??= this.openText();
    const encoder = await this.text;
    return encoder.ok ? ok(await encoder.value.embed(texts)) : encoder;
  }

  async close(): Promise<void> {
    await this.images.close();
    const text = await this.text;
    if (text?.ok) await text.value.close();
  }
}
