import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { GraphBuilder } from '../../server/src/onnx/build.js';
import { randomVectors } from './random-vectors.js';

const SIDE = 16;

/**
 * An image encoder that takes a moment to load and none to run: the photograph in 4 × 4 squares, then a random
 * projection to `dimension` numbers.
 */
export function tinyEncoder({ seed = 1, dimension = 8, batch = 'batch' as string | number } = {}): Uint8Array {
  const graph = new GraphBuilder('tiny-encoder');
  const image = graph.input('image', 'float32', [batch, 3, SIDE, SIDE]);
  const squares = graph.op('AveragePool', [image], { kernel_shape: [4, 4], strides: [4, 4] });
  const flat = graph.op('Flatten', [squares]);
  const projection = graph.constant(randomVectors(48, dimension, seed).data, [48, dimension]);
  graph.output(graph.op('MatMul', [flat, projection]), 'float32', [batch, dimension], 'embedding');
  return graph.toBytes();
}

/** One folder an identity, of coloured noise that is alike within an identity. */
export async function writeFaces(root: string, identities: number, each: number, seed = 1): Promise<void> {
  for (let person = 0; person < identities; person++) {
    const folder = join(root, `person-${String(person).padStart(3, '0')}`);
    await mkdir(folder, { recursive: true });
    for (let n = 0; n < each; n++) await writeFile(join(folder, `${n}.png`), await patchwork(seed * 1e6 + person, n));
  }
}

/** A picture of 4 × 4 coloured squares by `seed`, with others by `variant` shining through, and noise. */
export function patchwork(seed: number, variant: number): Promise<Buffer> {
  const own = randomVectors(16, 3, seed).data;
  const other = randomVectors(16, 3, 7919 * seed + variant).data;
  const noise = randomVectors(SIDE * SIDE, 3, 104729 * seed + variant).data;
  const data = Uint8ClampedArray.from(noise, (value, at) => {
    const pixel = Math.floor(at / 3);
    const square = 3 * (4 * Math.floor(pixel / SIDE / 4) + Math.floor((pixel % SIDE) / 4)) + (at % 3);
    return 128 + 40 * own[square] + 50 * other[square] + 30 * value;
  });
  return sharp(data, { raw: { width: SIDE, height: SIDE, channels: 3 } })
    .png()
    .toBuffer();
}

/** An experiment of two tiny encoders over a folder of images; gives the file's path. */
export async function writeSmallExperiment(folder: string, dataset = '{use: folder, root: faces}'): Promise<string> {
  await writeFile(join(folder, 'first.onnx'), tinyEncoder({ seed: 1 }));
  await writeFile(join(folder, 'second.onnx'), tinyEncoder({ seed: 2, dimension: 12 }));
  const file = join(folder, 'small.experiment.yaml');
  await writeFile(
    file,
    `name: Small
dataset: ${dataset}
embed:
  models:
    - {use: onnx, name: first, file: first.onnx}
    - {use: onnx, name: second, file: second.onnx}
index: flat
accuracy: {top: [1, 5]}
`,
  );
  return file;
}
