import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import type { RgbImage } from '../../../server/src/compute/images/decode.js';
import { encodePng } from '../../../server/src/compute/images/png.js';
import { LpipsMeter } from '../../../server/src/compute/perturbations/visibility/lpips-meter.js';
import { Random } from '../../../server/src/compute/random.js';
import { GraphBuilder } from '../../../server/src/onnx/build.js';
import { drawPortraits } from '../../support/attacks.js';
import { type SmallNetwork, smallLpips, squaredDifference } from '../../support/lpips-models.js';
import { tinyEncoder } from '../../support/small-experiment.js';
import { diagnose } from '../../support/spec-text.js';

describe('LPIPS of a perturbed photograph', () => {
  const random = new Random(8);
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lookalike-lpips-'));
  });
  after(() => rm(folder, { recursive: true }));

  async function written(name: string, bytes: Uint8Array): Promise<string> {
    const file = join(folder, `${name}.onnx`);
    await writeFile(file, bytes);
    return file;
  }

  async function measured(model: Uint8Array, before: Uint8Array, after: Uint8Array) {
    const meter = await LpipsMeter.load(await written('model', model), folder, 1);
    assert.ok(meter.ok, JSON.stringify(meter));
    const found = await meter.value.measure(before, after);
    await meter.value.close();
    return found;
  }

  function picture(width: number, height: number): RgbImage {
    return { width, height, data: Uint8Array.from({ length: 3 * width * height }, () => random.between(20, 230)) };
  }

  it('is what a model that is worked out by hand gives: one level of 255 more is (2 / 255)² more', async () => {
    const gray = { width: 40, height: 30, data: new Uint8Array(3 * 40 * 30).fill(100) };
    const lighter = { ...gray, data: gray.data.map((value, i) => value + (i % 3 === 0 ? 6 : 0)) };
    const found = await measured(squaredDifference(), await encodePng(gray), await encodePng(lighter));
    assert.ok(found.ok);
    // One channel of three differs, by 6 levels: a third of (6 / 127.5)².
    assert.ok(Math.abs(found.value - (6 / 127.5) ** 2 / 3) < 1e-9, `${found.value}`);
  });

  it('is the published distance, which a plain computation in double precision gives', async () => {
    const network: SmallNetwork = {
      weights: Float32Array.from({ length: 54 }, () => random.between(-1, 1)),
      bias: [0.3, -0.2],
      counts: [0.7, 1.9],
    };
    const before = picture(33, 21);
    const after = { ...before, data: before.data.map((value) => value + Math.round(random.between(-20, 20))) };
    const found = await measured(smallLpips(network), await encodePng(before), await encodePng(after));
    assert.ok(found.ok);
    const expected = lpipsByDefinition(network, before, after);
    assert.ok(expected > 0.01 && Math.abs(found.value - expected) < 1e-6 * expected, `${found.value}, ${expected}`);
  });

  it('is of the square around the largest face: what changes elsewhere does not count', async () => {
    const [portrait] = await drawPortraits(folder, 1, 200);
    const face = await readFile(portrait as string);
    const background = { create: { width: 600, height: 300, channels: 3 as const, background: '#888888' } };
    const before = await sharp(background)
      .composite([{ input: face, left: 0, top: 0 }])
      .png()
      .toBuffer();
    const at = (left: number) => ({
      input: { ...background, create: { ...background.create, width: 40, height: 40, background: '#dd2222' } },
      left,
      top: 80,
    });
    const changed = (left: number) =>
      sharp(before)
        .composite([at(left)])
        .png()
        .toBuffer();
    const [elsewhere, inside] = [
      await measured(squaredDifference(), before, await changed(500)),
      await measured(squaredDifference(), before, await changed(80)),
    ];
    assert.ok(elsewhere.ok && inside.ok);
    assert.equal(elsewhere.value, 0);
    assert.ok(inside.value > 0.01, `${inside.value}`);
  });

  it('is none, with the reason, of a square that the model cannot take or gives no number for', async () => {
    const pooled = new GraphBuilder('lpips');
    const [x, y] = ['in0', 'in1'].map((name) => pooled.input(name, 'float32', [1, 3, 'height', 'width']));
    const difference = pooled.op('Sub', [x as string, y as string]);
    const wide = pooled.op('AveragePool', [pooled.op('Mul', [difference, difference])], { kernel_shape: [48, 48] });
    pooled.output(pooled.op('ReduceMean', [wide, pooled.ints(1, 2, 3)]), 'float32', [1, 1, 1, 1], 'distance');
    const small = await encodePng(picture(30, 30));
    const found = await measured(pooled.toBytes(), small, small);
    assert.ok(!found.ok);
    assert.equal(found.problem.code, 'lpips-unmeasured');
    assert.match(found.problem.message, /30 × 30/);
  });

  const unfit: Record<string, [() => Uint8Array, RegExp]> = {
    'that takes one image': [() => tinyEncoder(), /not two images/],
    'that takes images of one size alone': [() => ofSize(64), /images of one size alone/],
    'that gives a number for each pixel': [() => perPixel(), /not one/],
  };
  for (const [what, [model, says]] of Object.entries(unfit)) {
    it(`cannot be had of a model ${what}, which is said while typing`, async () => {
      const file = await written('unfit', model());
      const loaded = await LpipsMeter.load(file, folder, 1);
      assert.ok(!loaded.ok);
      assert.equal(loaded.problem.code, 'lpips-unfit');
      for (const use of ['noise', 'lowkey']) {
        const text = `dataset: synthetic\npoison: {attack: {use: ${use}, lpips: ${JSON.stringify(file)}}}\n`;
        const [first] = await diagnose(text);
        assert.equal(first?.code, 'files-unfit', JSON.stringify(first));
        assert.match(first?.message ?? '', says);
        assert.deepEqual(first?.path, ['poison', 'attack', 'lpips']);
      }
    });
  }

  it('cannot be had of a model by which two equal images differ', async () => {
    const g = new GraphBuilder('lpips');
    const [x, y] = ['in0', 'in1'].map((name) => g.input(name, 'float32', [1, 3, 'height', 'width']));
    const mean = g.op('ReduceMean', [g.op('Mul', [x as string, y as string]), g.ints(1, 2, 3)]);
    g.output(mean, 'float32', [1, 1, 1, 1], 'similarity');
    const loaded = await LpipsMeter.load(await written('similarity', g.toBytes()), folder, 1);
    assert.ok(!loaded.ok && loaded.problem.code === 'lpips-unfit');
    assert.match(loaded.problem.message, /gives 0\.\d+ for two equal images/);
  });

  it('is refused while typing where the file is not there, once', async () => {
    for (const use of ['noise', 'lowkey']) {
      const found = await diagnose(`dataset: synthetic\npoison: {attack: {use: ${use}, lpips: nowhere.onnx}}\n`);
      assert.deepEqual(
        found.map(({ code, path }) => [code, path]),
        [['path-missing', ['poison', 'attack', 'lpips']]],
      );
    }
  });
});

function ofSize(side: number): Uint8Array {
  const g = new GraphBuilder('lpips');
  const [x, y] = ['in0', 'in1'].map((name) => g.input(name, 'float32', [1, 3, side, side]));
  const mean = g.op('ReduceMean', [g.op('Sub', [x as string, y as string]), g.ints(1, 2, 3)]);
  g.output(mean, 'float32', [1, 1, 1, 1], 'distance');
  return g.toBytes();
}

function perPixel(): Uint8Array {
  const g = new GraphBuilder('lpips');
  const [x, y] = ['in0', 'in1'].map((name) => g.input(name, 'float32', [1, 3, 'height', 'width']));
  g.output(g.op('Sub', [x as string, y as string]), 'float32', [1, 3, 'height', 'width'], 'distance');
  return g.toBytes();
}

/** Pixel by pixel, without borders: the filters lie in the image whole. */
function lpipsByDefinition({ weights, bias, counts }: SmallNetwork, a: RgbImage, b: RgbImage): number {
  const { width, height } = a;
  const unitAt = ({ data }: RgbImage, x: number, y: number): number[] => {
    const features = bias.map((constant, filter) => {
      let sum = constant;
      for (let channel = 0; channel < 3; channel++) {
        for (let dy = 0; dy < 3; dy++) {
          for (let dx = 0; dx < 3; dx++) {
            const value = (data[3 * ((y + dy) * width + x + dx) + channel] ?? 0) / 127.5 - 1;
            sum += (weights[((filter * 3 + channel) * 3 + dy) * 3 + dx] ?? 0) * value;
          }
        }
      }
      return Math.max(0, sum);
    });
    const length = Math.hypot(...features) + 1e-10;
    return features.map((feature) => feature / length);
  };
  let total = 0;
  for (let y = 0; y < height - 2; y++) {
    for (let x = 0; x < width - 2; x++) {
      const [one, other] = [unitAt(a, x, y), unitAt(b, x, y)];
      total += counts.reduce((sum, weight, n) => sum + weight * ((one[n] ?? 0) - (other[n] ?? 0)) ** 2, 0);
    }
  }
  return total / ((width - 2) * (height - 2));
}
