import type { ModelDeclaration, TensorDeclaration } from '../onnx/header.js';
import { fail, ok, type Result } from '../protocol/errors.js';

/** Which part of a model is its image encoder, and what that takes and gives. */
export interface EncoderPorts {
  readonly input: string;
  readonly output: string;
  readonly layout: 'nchw' | 'nhwc';
  /** Side of the square input in pixels. */
  readonly size: number;
  /** How many images the model takes at once, or null where it takes any number. */
  readonly batch: number | null;
  /** Length of an embedding, or null where the model does not say. */
  readonly dimension: number | null;
}

/** What the user says of a model; it goes before what the model declares. */
export type EncoderHints = Partial<Pick<EncoderPorts, 'output' | 'layout' | 'size'>>;

/** Finds the image input and the embedding output of a model: `model-unfit` where it has none. */
export function encoderPorts({ inputs, outputs }: ModelDeclaration, hints: EncoderHints): Result<EncoderPorts> {
  const image = imageInput(inputs, hints);
  if (!image.ok) return image;
  const embedding = embeddingOutput(outputs, hints.output);
  if (!embedding.ok) return embedding;
  const { name: output, shape } = embedding.value;
  return ok({ ...image.value, output, dimension: fixed(shape[1]) });
}

function imageInput(inputs: readonly TensorDeclaration[], hints: EncoderHints) {
  const [image] = inputs;
  if (inputs.length !== 1 || image.shape.length !== 4) {
    return unfit(`it takes ${listOf(inputs)}, not one batch of images`, 'Export the image encoder alone.');
  }
  if (image.type !== 'float32') return unfit(`its input is ${image.type}`, 'Export it with a float32 input.');
  const [batch, first, second, last] = image.shape.map(fixed);
  const layout = hints.layout ?? (last === 3 && first !== 3 ? 'nhwc' : 'nchw');
  const size = hints.size ?? (layout === 'nchw' ? last : second);
  if (size === null) return unfit('it takes images of any size', 'Say which: for example `size: 224`.');
  return ok({ input: image.name, layout, size, batch });
}

function embeddingOutput(outputs: readonly TensorDeclaration[], name?: string): Result<TensorDeclaration> {
  const isEmbedding = name ? (output: TensorDeclaration) => output.name === name : isRowOfNumbers;
  const found = outputs.find(isEmbedding) ?? (name || outputs.length > 1 ? undefined : outputs[0]);
  if (!found) return unfit(`it gives ${listOf(outputs)}`, 'Name the embedding: for example `output: image_embeds`.');
  if (found.type !== 'float32') return unfit(`its output is ${found.type}`, 'Export it with a float32 output.');
  return ok(found);
}

function isRowOfNumbers({ shape }: TensorDeclaration): boolean {
  return shape.length === 2;
}

function fixed(dimension: number | string | null | undefined): number | null {
  return typeof dimension === 'number' && dimension > 0 ? dimension : null;
}

function listOf(tensors: readonly TensorDeclaration[]): string {
  return tensors.map(({ name, shape }) => `${name} [${shape.map((size) => size ?? '?').join(', ')}]`).join(' and ');
}

function unfit(why: string, hint: string) {
  return fail('model-unfit', `The model is no image encoder that can be used: ${why}`, { hint });
}
