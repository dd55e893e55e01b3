import type { ModelDeclaration, TensorDeclaration } from '../onnx/header.js';
import { fail, ok, type Result } from '../protocol/errors.js';

/** Types of numbers that images go in as, and embeddings come out as. */
export type PortType = 'float32' | 'float16';

/** Which part of a model is its image encoder, and what that takes and gives. */
export interface EncoderPorts {
  readonly input: string;
  readonly inputType: PortType;
  readonly output: string;
  readonly outputType: PortType;
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
  return embedding.ok ? ok({ ...image.value, ...embedding.value }) : embedding;
}

function imageInput(inputs: readonly TensorDeclaration[], hints: EncoderHints) {
  const [image] = inputs;
  if (inputs.length !== 1 || image.shape.length !== 4) {
    return unfit(`it takes ${listOf(inputs)}, not one batch of images`, 'Export the image encoder alone.');
  }
  if (!isPortType(image.type)) return unfit(`its input is ${image.type}`, 'Export it with a float32 input.');
  const [batch, first, second, last] = image.shape.map(fixed);
  const layout = hints.layout ?? (last === 3 && first !== 3 ? 'nhwc' : 'nchw');
  const declared = layout === 'nchw' ? last : second;
  const size = hints.size ?? declared;
  if (size === null) return unfit('it takes images of any size', 'Say which: for example `size: 224`.');
  if (declared !== null && declared !== size) {
    return unfit(`it takes images of ${declared} × ${declared} pixels, not of ${size}`, 'Take another model or size.');
  }
  return ok({ input: image.name, inputType: image.type, layout, size, batch });
}

/** The output that holds one vector for each row: of that name, or the first of two dimensions. */
export function embeddingOutput(outputs: readonly TensorDeclaration[], name?: string) {
  const isEmbedding = name ? (output: TensorDeclaration) => output.name === name : isRowOfNumbers;
  const found = outputs.find(isEmbedding) ?? (name || outputs.length > 1 ? undefined : outputs[0]);
  if (!found) return unfit(`it gives ${listOf(outputs)}`, 'Name the embedding: for example `output: image_embeds`.');
  if (!isPortType(found.type)) return unfit(`its output is ${found.type}`, 'Export it with a float32 output.');
  return ok({ output: found.name, outputType: found.type, dimension: fixed(found.shape[1]) });
}

function isPortType(type: string): type is PortType {
  return type === 'float32' || type === 'float16';
}

function isRowOfNumbers({ shape }: TensorDeclaration): boolean {
  return shape.length === 2;
}

/** A dimension where it has one size, or null where it is free. */
export function fixed(dimension: number | string | null | undefined): number | null {
  return typeof dimension === 'number' && dimension > 0 ? dimension : null;
}

export function listOf(tensors: readonly TensorDeclaration[]): string {
  return tensors.map(({ name, shape }) => `${name} [${shape.map((size) => size ?? '?').join(', ')}]`).join(' and ');
}

function unfit(why: string, hint: string) {
  return fail('model-unfit', `The model is no image encoder that can be used: ${why}`, { hint });
}
