import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { writeModel } from '../../../../server/src/onnx/read.js';
import { VISION_SEED, visionModel, XENOVA } from '../../../support/clip/exports.js';
import { openTransformers, pythonEmbedding, writeTransformersConfig } from '../../../support/clip/peers.js';
import { VISION, type VisionShape } from '../../../support/clip/shapes.js';
import { RandomWeights } from '../../../support/clip/weights.js';
import { SeededNumbers } from '../../../support/onnx/tensor.js';
import { pythonHas } from '../../../support/peer-python.js';
import { temporaryFolder } from '../../../support/run-folder.js';

/** ViT-B/32 in full; the others in full shape and with few layers. */
const SHAPES: Readonly<Record<string, VisionShape>> = {
  'ViT-B/32, in full,': VISION['clip-vit-b-32'],
  'ViT-L/14, with two layers,': { ...VISION['clip-vit-l-14'], layers: 2 },
  'ViT-H/14, with one layer,': { ...VISION['clip-vit-h-14'], layers: 1 },
  'ViT-g/14, with one layer,': { ...VISION['clip-vit-g-14'], layers: 1 },
};

describe('An image encoder of random weights', () => {
  const folder = temporaryFolder();

  for (const [what, shape] of Object.entries(SHAPES)) {
    it(`of the form of ${what} gives what NumPy gives in double precision, where that is installed`, async function () {
      if (!pythonHas('numpy')) this.skip();
      const weights = new RandomWeights(VISION_SEED);
      const image = pixels(shape.size);
      const ours = await run(writeModel(visionModel(shape, XENOVA, weights)), image, shape.size);
      assertClose(ours, await pythonEmbedding('numpy', folder(), shape, weights, image));
    });
  }

  it('of the form of ViT-B/32, in full, gives what PyTorch gives, where that is installed', async function () {
    if (!pythonHas('torch')) this.skip();
    const shape = VISION['clip-vit-b-32'];
    const weights = new RandomWeights(VISION_SEED);
    const image = pixels(shape.size);
    const ours = await run(writeModel(visionModel(shape, XENOVA, weights)), image, shape.size);
    assertClose(ours, await pythonEmbedding('torch', folder(), shape, weights, image));
  });

  it('of the form of ViT-B/32, in full, gives the same by transformers.js', async () => {
    const shape = VISION['clip-vit-b-32'];
    const bytes = writeModel(visionModel(shape, XENOVA));
    await mkdir(join(folder(), 'clip/onnx'), { recursive: true });
    await writeFile(join(folder(), 'clip/onnx/vision_model.onnx'), bytes);
    await writeTransformersConfig(join(folder(), 'clip'), shape);
    const peer = await openTransformers(folder(), 'clip');
    const image = pixels(shape.size);
    assertClose(await run(bytes, image, shape.size), await peer.run(image, 1, shape.size));
  });
});

function pixels(size: number): Float32Array {
  return Float32Array.from(new SeededNumbers(9).tensor([3 * size * size]).data);
}

async function run(model: Uint8Array, image: Float32Array, size: number): Promise<Float32Array> {
  const session = await InferenceSession.create(model, { logSeverityLevel: 3 });
  const results = await session.run({ [XENOVA.input]: new Tensor('float32', image, [1, 3, size, size]) });
  await session.release();
  return results[XENOVA.output].data as Float32Array;
}

/** To a thousandth of the embedding's length. */
function assertClose(actual: Float32Array, expected: Float32Array): void {
  assert.equal(actual.length, expected.length);
  const distance = Math.hypot(...actual.map((value, at) => value - expected[at]));
  const relative = distance / Math.hypot(...expected);
  assert.ok(relative < 1e-3, `the embeddings are ${relative} apart`);
}
