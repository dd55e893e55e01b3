import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { FaceLocator } from '../../../server/src/compute/faces/locator.js';
import { FaceRecogniser } from '../../../server/src/compute/faces/recogniser.js';
import { chipOf } from '../../../server/src/compute/perturbations/surrogate-chip.js';
import { graphOf } from '../../../server/src/onnx/read.js';
import type { Surrogate } from '../../../server/src/plugins/declare.js';
import { faceRecognition } from '../../../server/src/plugins/models/face-recognition.js';
import { onnx } from '../../../server/src/plugins/models/onnx.js';
import { drawPortraits } from '../../support/attacks.js';
import { RunningModel } from '../../support/onnx/run-model.js';
import { temporaryFolder } from '../../support/run-folder.js';
import { tinyEncoder } from '../../support/small-experiment.js';

/** The surrogate's features of a chip, as ONNX Runtime computes them. */
async function featuresOf({ network, size }: Surrogate, chip: Float32Array): Promise<Float64Array> {
  const { inputs, outputs } = graphOf(network);
  const model = await RunningModel.open(network, 'float32');
  const results = await model.run({ [inputs[0].name]: { data: Float64Array.from(chip), shape: [1, 3, size, size] } });
  return results[outputs[0].name].data;
}

function assertAlike(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  assert.equal(actual.length, expected.length);
  for (let i = 0; i < actual.length; i++) assert.ok(Math.abs(actual[i] - expected[i]) < tolerance, `element ${i}`);
}

describe('A model as a surrogate', () => {
  const folder = temporaryFolder();

  it('sees in its chip what it embeds: an encoder with its scaling and order of colours', async () => {
    const file = join(folder(), 'tiny.onnx');
    await writeFile(file, tinyEncoder());
    const params = onnx.params.parse({
      file,
      mean: [0.5, 0.4, 0.3],
      std: [0.2, 0.3, 0.4],
      channels: 'bgr',
      normalise: false,
    });
    const context = { folder: folder(), threads: 1 };
    const [model, surrogate] = [await onnx.load(params, context), await onnx.surrogate?.(params, context)];
    assert.ok(model.ok && surrogate?.ok);
    // Of its own size, so that nothing is resampled.
    const data = Uint8Array.from({ length: 3 * 16 * 16 }, (_, i) => (i * 37) % 256);
    const png = await sharp(data, { raw: { width: 16, height: 16, channels: 3 } })
      .png()
      .toBuffer();
    const prepared = await model.value.prepare(png);
    assert.ok(prepared.ok);
    const [expected] = await model.value.embed([prepared.value]);
    const face = { width: 16, height: 16, box: { left: 0, top: 0, right: 16, bottom: 16 }, landmarks: [] };
    const chip = chipOf({ data, width: 16, height: 16 }, surrogate.value.place(face), 16);
    assertAlike(await featuresOf(surrogate.value, chip), expected as Float32Array, 1e-4);
    await model.value.close();
  });

  it('lies in the middle of a photograph, or in all of it, as the encoder’s `fit` says', async () => {
    const file = join(folder(), 'tiny.onnx');
    await writeFile(file, tinyEncoder());
    const face = { width: 64, height: 32, box: { left: 0, top: 0, right: 1, bottom: 1 }, landmarks: [] };
    const placed = async (fit: string) => {
      const surrogate = await onnx.surrogate?.(onnx.params.parse({ file, fit }), { folder: folder(), threads: 1 });
      assert.ok(surrogate?.ok);
      return surrogate.value.place(face);
    };
    assert.deepEqual(await placed('crop'), { xx: 2, xy: 0, x0: 16.5, yx: 0, yy: 2, y0: 0.5 });
    assert.deepEqual(await placed('stretch'), { xx: 4, xy: 0, x0: 1.5, yx: 0, yy: 2, y0: 0.5 });
  });

  async function recognition(mirror: boolean): Promise<Surrogate> {
    const params = faceRecognition.params.parse({ mirror });
    const surrogate = await faceRecognition.surrogate?.(params, { folder: folder(), threads: 1 });
    assert.ok(surrogate?.ok);
    return surrogate.value;
  }

  it('describes the face that face-recognition describes', async () => {
    const options = { detector: 'ssd', minConfidence: 0.3, maxSide: 2048, align: 'dlib', mirror: false } as const;
    const [portrait] = await drawPortraits(folder(), 1, 160);
    const recogniser = await FaceRecogniser.load(options, folder(), 1);
    const locator = await FaceLocator.load(options, folder(), 1);
    const prepared = await recogniser.prepare(await readFile(portrait));
    assert.ok(prepared.ok);
    const [expected] = await recogniser.embed([prepared.value]);
    const { image } = prepared.value;
    const [face] = await locator.locate([prepared.value]);
    assert.ok(face);
    const surrogate = await recognition(false);
    const chip = chipOf(image, surrogate.place({ ...face, width: 160, height: 160 }), surrogate.size);
    assertAlike(await featuresOf(surrogate, chip), expected as Float32Array, 1e-4);
    await Promise.all([recogniser.close(), locator.close()]);
  });

  it('describes a chip and its mirror image where face-recognition does', async () => {
    const [plain, mirrored] = [await recognition(false), await recognition(true)];
    const { size } = plain;
    const chip = Float32Array.from({ length: 3 * size * size }, (_, i) => (i * 41) % 256);
    const reversed = chip.map((_, i) => chip[i - (i % size) + size - 1 - (i % size)]);
    const [one, other] = [await featuresOf(plain, chip), await featuresOf(plain, reversed)];
    assertAlike(
      await featuresOf(mirrored, chip),
      one.map((value, i) => (value + other[i]) / 2),
      1e-4,
    );
  });
});
