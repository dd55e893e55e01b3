import type { ModelDeclaration, TensorDeclaration } from '../../onnx/header.js';
import { fail, ok, type Result } from '../../protocol/errors.js';

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
  const embedding = embeddingOutput(outputs, hints.output, image.value.batch);
  return embedding.ok ? ok({ ...image.value, ...embedding.value }) : embedding;
}

/** Which of the hints a model refuses: the one without which it fits. */
export function refusedHint(header: ModelDeclaration, hints: EncoderHints): keyof EncoderHints | undefined {
  const given = (['size', 'layout', 'output'] as const).filter((key) => hints[key] !== undefined);
  return given.find((key) => encoderPorts(header, { ...hints, [key]: undefined }).ok);
}

function imageInput(inputs: readonly TensorDeclaration[], hints: EncoderHints) {
  const [image] = inputs;
  if (!image || inputs.length !== 1 || image.shape?.length !== 4) {
    return unfit(`it takes ${listOf(inputs)}, not one batch of images`, 'Export the image encoder alone.');
  }
  if (!isPortType(image.type)) return unfit(`its input is ${image.type}`, 'Export it with a float32 input.');
  if (image.shape.includes(0)) return unfit(`it takes ${listOf(inputs)}, which holds nothing`, 'Export it again.');
  const [batch = null, first = null, second = null, last = null] = image.shape.map(fixed);
  const layout = hints.layout ?? layoutOf(first, last);
  const [channels, height, width] = layout === 'nchw' ? [first, second, last] : [last, first, second];
  if (channels !== null && channels !== 3) {
    const hint =
      'Photographs are given in three channels: export the model so that it takes them, or correct `layout`.';
    return unfit(`it takes images of ${channels} channel${channels === 1 ? '' : 's'}`, hint);
  }
  if (height !== null && width !== null && height !== width) {
    return unfit(`it takes images of ${height} × ${width} pixels`, 'Take a model of square images.');
  }
  const declared = width ?? height;
  const size = hints.size ?? declared;
  if (size === null) return unfit('it takes images of any size', 'Say which: for example `size: 224`.');
  if (declared !== null && declared !== size) {
    return unfit(`it takes images of ${declared} × ${declared} pixels, not of ${size}`, 'Take another model or size.');
  }
  return ok({ input: image.name, inputType: image.type, layout, size, batch });
}

/** Channels are few, and sides of an image are not. */
function layoutOf(first: number | null, last: number | null): EncoderPorts['layout'] {
  const mayBeChannels = (size: number | null) => size === 1 || size === 3 || size === 4;
  if (last === 3 && first !== 3) return 'nhwc';
  return mayBeChannels(last) && first !== null && !mayBeChannels(first) ? 'nhwc' : 'nchw';
}

/**
 * The output that holds one vector for each row: of that name, or the first of two dimensions, or else of more that have
 * one element. `batch` is how many rows the model takes at once, where it takes one number of them.
 */
export function embeddingOutput(
  outputs: readonly TensorDeclaration[],
  name?: string,
  batch: number | null = null,
): Result<Pick<EncoderPorts, 'output' | 'outputType' | 'dimension'>> {
  const found = name
    ? outputs.find((output) => output.name === name)
    : (outputs.find(({ shape }) => shape?.length === 2) ??
      outputs.find(({ shape }) => shape !== null && embeddingLength(shape, batch).ok) ??
      (outputs.length > 1 ? undefined : outputs[0]));
  if (!found) return unfit(`it gives ${listOf(outputs)}`, 'Name the embedding: for example `output: image_embeds`.');
  if (!isPortType(found.type)) return unfit(`its output is ${found.type}`, 'Export it with a float32 output.');
  const length = found.shape === null ? ok(null) : embeddingLength(found.shape, batch);
  return length.ok ? ok({ output: found.name, outputType: found.type, dimension: length.value }) : length;
}

/**
 * The length of the vectors in a tensor of that shape, one vector a row: null where the shape does not say; `model-unfit`
 * where it holds something else. Of what models give when they run, too.
 */
export function embeddingLength(
  shape: readonly (number | string | null)[],
  batch: number | null,
): Result<number | null> {
  const whole = `[${shape.map((size) => size ?? '?').join(', ')}]`;
  const oneEach = 'Export it so that it gives one vector for each image of a batch.';
  if (shape.length === 0) return unfit('it gives one number, whatever it is shown', oneEach);
  if (shape.length === 1 && batch !== 1)
    return unfit(`it gives one row ${whole}, whatever the number of images`, oneEach);
  const [rows, ...inner] = shape.length === 1 ? [1, ...shape] : shape;
  if (inner.includes(0)) return unfit(`its embedding ${whole} has no numbers`, oneEach);
  if (batch !== null && fixed(rows) !== null && rows !== batch) {
    return unfit(`it gives ${countOf(Number(rows), 'row')} for ${countOf(batch, 'image')}`, oneEach);
  }
  const wide = inner.filter((size) => size !== 1);
  if (wide.length <= 1) return ok(wide.length === 0 ? 1 : fixed(wide[0]));
  const hint = 'Export the model with its pooling or its projection, and name that output by `output`.';
  if (inner.length === 2) return unfit(`it gives tokens ${whole}, not one vector an image`, hint);
  // Sides of a map that the file leaves open may be 1.
  if (wide.filter((size) => fixed(size) !== null).length <= 1) return ok(null);
  return unfit(`it gives a map of features ${whole}, not one vector an image`, hint);
}

export function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function isPortType(type: string): type is PortType {
  return type === 'float32' || type === 'float16';
}

/** A dimension where it has one size, or null where it is free. */
export function fixed(dimension: number | string | null | undefined): number | null {
  return typeof dimension === 'number' && dimension > 0 ? dimension : null;
}

export function listOf(tensors: readonly TensorDeclaration[]): string {
  if (tensors.length === 0) return 'nothing';
  return tensors
    .map(({ name, shape }) => `${name} ${shape ? `[${shape.map((size) => size ?? '?').join(', ')}]` : 'of any shape'}`)
    .join(' and ');
}

function unfit(why: string, hint: string) {
  return fail('model-unfit', `The model is no image encoder that can be used: ${why}`, { hint });
}
