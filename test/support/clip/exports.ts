import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { create } from '@bufbuild/protobuf';
import { GraphBuilder } from '../../../server/src/onnx/build.js';
import {
  type GraphProto,
  type ModelProto,
  StringStringEntryProtoSchema,
  type TensorProto,
  TensorProto_DataLocation,
} from '../../../server/src/onnx/onnx_pb.js';
import { writeModel } from '../../../server/src/onnx/read.js';
import { textGraph, visionGraph } from './graphs.js';
import { toEightBits, toHalfPrecision } from './precision.js';
import type { TextShape, VisionShape } from './shapes.js';
import { RandomWeights } from './weights.js';

export const VISION_SEED = 3;
export const TEXT_SEED = 5;

/** How an exporter names, types and bounds what goes in and comes out. */
export interface Ports {
  readonly input: string;
  readonly output: string;
  readonly batch: number | string;
  /** The sides of the input, or a name where the exporter leaves them free. */
  readonly sides?: string;
  readonly normalised: boolean;
}

/** transformers.js: everything free, not normalised. */
export const XENOVA: Ports = {
  input: 'pixel_values',
  output: 'image_embeds',
  batch: 'batch_size',
  sides: 'side',
  normalised: false,
};
/** immich: one image at a time, of length 1. */
export const IMMICH: Ports = { input: 'image', output: 'embedding', batch: 1, normalised: true };
/** immich's later exports: any number of images. */
export const IMMICH_BATCHED: Ports = { ...IMMICH, output: 'image_embedding', batch: 'batch_size' };

export function visionModel(shape: VisionShape, ports: Ports, weights = new RandomWeights(VISION_SEED)): ModelProto {
  const g = new GraphBuilder('vision');
  const side = (axis: string) => (ports.sides ? `${axis}_${ports.sides}` : shape.size);
  const image = g.input(ports.input, 'float32', [ports.batch, 3, side('first'), side('second')]);
  const embedding = visionGraph(g, image, shape, weights);
  g.output(
    ports.normalised ? unitLength(g, embedding) : embedding,
    'float32',
    [ports.batch, shape.dimension],
    ports.output,
  );
  return g.toModel();
}

/** transformers.js: `input_ids` of int64 and of any length; immich: `text`, 77 of int32. */
export function textModel(
  shape: TextShape,
  exporter: 'xenova' | 'immich',
  weights = new RandomWeights(TEXT_SEED),
): ModelProto {
  const g = new GraphBuilder('text');
  const tokens =
    exporter === 'xenova'
      ? g.input('input_ids', 'int64', ['batch_size', 'sequence_length'])
      : g.op('Cast', [g.input('text', 'int32', [1, shape.context])], { to: 7 });
  const embedding = textGraph(g, tokens, shape, weights);
  const batch = exporter === 'xenova' ? 'batch_size' : 1;
  const output = exporter === 'xenova' ? 'text_embeds' : 'embedding';
  g.output(exporter === 'xenova' ? embedding : unitLength(g, embedding), 'float32', [batch, shape.dimension], output);
  return g.toModel();
}

function unitLength(g: GraphBuilder, embedding: string): string {
  return g.op('Div', [embedding, g.op('ReduceL2', [embedding, g.ints(-1)], { keepdims: 1 })]);
}

/** Moves weights out of a model into one file of that name, as exporters do with those of large models. */
export function withExternalWeights(model: ModelProto, location: string): { model: ModelProto; weights: Buffer } {
  const parts: Uint8Array[] = [];
  let offset = 0;
  for (const tensor of (model.graph as GraphProto).initializer.filter(isLarge)) {
    const length = tensor.rawData.length;
    const entries = { location, offset: String(offset), length: String(length) };
    tensor.externalData = Object.entries(entries).map(([key, value]) =>
      create(StringStringEntryProtoSchema, { key, value }),
    );
    tensor.dataLocation = TensorProto_DataLocation.EXTERNAL;
    parts.push(tensor.rawData);
    offset += length;
    tensor.rawData = new Uint8Array();
  }
  return { model, weights: Buffer.concat(parts) };
}

const isLarge = ({ rawData }: TensorProto) => rawData.length >= 256;

/** The files of a repository by their paths, as the exporters lay them out. */
export type Repository = Readonly<Record<string, Uint8Array | string>>;

export function xenovaRepository(vision: VisionShape, text: TextShape, tokenizer: string): Repository {
  const images = () => visionModel(vision, XENOVA);
  const words = () => textModel(text, 'xenova');
  return {
    'onnx/vision_model.onnx': writeModel(images()),
    'onnx/vision_model_fp16.onnx': writeModel(toHalfPrecision(images())),
    'onnx/vision_model_quantized.onnx': writeModel(toEightBits(images())),
    'onnx/text_model.onnx': writeModel(words()),
    'onnx/text_model_fp16.onnx': writeModel(toHalfPrecision(words())),
    'onnx/text_model_quantized.onnx': writeModel(toEightBits(words())),
    'tokenizer.json': tokenizer,
  };
}

/** As that of ViT-g/14: the weights beside the model, under a name that nobody would guess. */
export function immichRepository(vision: VisionShape, text: TextShape, tokenizer: string, ports = IMMICH): Repository {
  const location = '6d3f0c1e-7a39-11ee-9d2b-0242ac120002';
  const { model, weights } = withExternalWeights(visionModel(vision, ports), location);
  return {
    'visual/model.onnx': writeModel(model),
    [`visual/${location}`]: weights,
    'textual/model.onnx': writeModel(textModel(text, 'immich')),
    'textual/tokenizer.json': tokenizer,
  };
}

export async function writeRepository(folder: string, repository: Repository): Promise<void> {
  for (const [path, content] of Object.entries(repository)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}
