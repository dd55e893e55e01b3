import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FaceRecogniser } from '../../../server/src/compute/faces/recogniser.js';
import { decodeImage, type RgbImage } from '../../../server/src/compute/images/decode.js';
import { diversified } from '../../../server/src/compute/perturbations/pgd/diversity.js';
import { SignDescent } from '../../../server/src/compute/perturbations/pgd/sign-steps.js';
import { Random } from '../../../server/src/compute/random.js';
import type { Perturbation } from '../../../server/src/plugins/declare.js';
import { drawPortraits, openPerturbation, perturb, pngOf } from '../../support/attacks.js';
import { pythonHas, runPython } from '../../support/peer-python.js';
import { listed } from '../../support/photographs.js';
import { tinyEncoder } from '../../support/small-experiment.js';

const AS_THE_MODEL = { detector: 'ssd', minConfidence: 0.3, maxSide: 2048, align: 'dlib', mirror: false } as const;

async function pixelsOf(bytes: Uint8Array): Promise<RgbImage> {
  const image = await decodeImage(bytes, 65_535);
  assert.ok(image.ok);
  return image.value;
}

describe('perturbation pgd', () => {
  let folder: string;
  let portraits: string[];
  let tiny: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lookalike-pgd-'));
    portraits = await drawPortraits(folder, 2, 160);
    tiny = await writeModel('tiny', tinyEncoder());
  });
  after(() => rm(folder, { recursive: true }));

  async function writeModel(name: string, bytes: Uint8Array): Promise<string> {
    const file = join(folder, `${name}.onnx`);
    await writeFile(file, bytes);
    return file;
  }

  async function withAttack<T>(params: string, work: (attack: Perturbation) => Promise<T>): Promise<T> {
    const attack = await openPerturbation(`{use: pgd, ${params}}`, folder);
    try {
      return await work(attack);
    } finally {
      await attack.close();
    }
  }

  const onTiny = (more = '') => `surrogates: [{use: onnx, file: ${tiny}}]${more}`;
  const attacked = (params: string, files = portraits) =>
    withAttack(params, async (attack) => (await perturb(attack, files)).map(pngOf));

  const variants = ['', ', momentum: 1', ', diversity: 1', ', stepSize: 40', ', momentum: 0.5, diversity: 0.5'];
  for (const [n, more] of variants.entries()) {
    it(`changes no value of the saved PNG by more than ε${more}`, async () => {
      const epsilon = [1, 3, 8, 16, 31][n];
      const made = await attacked(onTiny(`, steps: 4, epsilon: ${epsilon}${more}`));
      for (const [i, png] of made.entries()) {
        const [before, after] = [await pixelsOf(await readFile(portraits[i])), await pixelsOf(png)];
        const largest = before.data.reduce((most, value, at) => Math.max(most, Math.abs(value - after.data[at])), 0);
        assert.equal(largest, epsilon);
      }
    });
  }

  it('moves a face in the features of its surrogate many times as far as noise of its ε does', async () => {
    const recogniser = await FaceRecogniser.load(AS_THE_MODEL, folder, 1);
    const featuresOf = async (bytes: Uint8Array) => {
      const prepared = await recogniser.prepare(bytes);
      assert.ok(prepared.ok);
      const [features] = await recogniser.embed([prepared.value]);
      assert.ok(features, 'a face is found');
      return features;
    };
    const original = await featuresOf(await readFile(portraits[0]));
    const shiftOf = async (written: string) => {
      const attack = await openPerturbation(written, folder);
      const [made] = await perturb(attack, [portraits[0]]);
      await attack.close();
      return distance(original, await featuresOf(pngOf(made)));
    };
    const [attack, noise] = [await shiftOf('{use: pgd, steps: 5}'), await shiftOf('{use: noise}')];
    await recogniser.close();
    assert.ok(attack > 3 * noise, `${attack} against ${noise}`);
  });

  describe('that is targeted', () => {
    const named = async () =>
      Promise.all(
        portraits.map(async (file, n) => listed({ id: `${n}.png`, file, identity: ['ana', 'bo'][n] ?? null })),
      );
    const context = { signal: new AbortController().signal, progress: () => undefined };

    async function aimed(params: string) {
      return withAttack(params, async (attack) => {
        const all = await named();
        await attack.expect?.(all, all);
        const made = await attack.perturb(all, context);
        assert.ok(made.ok);
        return { made: made.value, stamps: await Promise.all(all.map((one) => attack.stampOf?.(one))), all };
      });
    }

    it('moves a face towards that of somebody else, whose photograph its outcome is kept by', async () => {
      const recogniser = await FaceRecogniser.load(AS_THE_MODEL, folder, 1);
      const featuresOf = async (bytes: Uint8Array) => {
        const prepared = await recogniser.prepare(bytes);
        assert.ok(prepared.ok);
        return (await recogniser.embed([prepared.value]))[0] as Float32Array;
      };
      const { made, stamps, all } = await aimed('steps: 5, targeted: true');
      assert.deepEqual(stamps, [all[1].hash, all[0].hash]);
      const originals = await Promise.all(portraits.map(async (file) => featuresOf(await readFile(file))));
      for (const [n, one] of made.entries()) {
        const [own, other] = [originals[n], originals[1 - n]];
        const moved = await featuresOf(pngOf(one));
        assert.ok(distance(moved, other) < 0.7 * distance(own, other), `${distance(moved, other)}`);
      }
      await recogniser.close();
    });

    it('at an identity leaves out its own photographs, and all where there is none of that name', async () => {
      const kinds = async (name: string) => (await aimed(onTiny(`, steps: 1, targeted: ${name}`))).made;
      const [own, other] = await kinds('ana');
      assert.equal(own.kind === 'failed' && own.problem.code, 'target-missing');
      assert.equal(other.kind, 'perturbed');
      for (const one of await kinds('nobody'))
        assert.equal(one.kind === 'failed' && one.problem.code, 'target-missing');
    });
  });

  it('gives the same bytes for the same seed, and others for another seed, momentum or diversity', async () => {
    const all = await Promise.all(
      ['', '', ', seed: 2', ', momentum: 1', ', diversity: 1'].map((more) =>
        attacked(onTiny(`, steps: 5${more}`), [portraits[1]]),
      ),
    );
    const texts = all.map(([png]) => Buffer.from(png).toString('base64'));
    assert.equal(texts[0], texts[1]);
    assert.equal(new Set(texts).size, 4);
    assert.deepEqual((await attacked(onTiny(', steps: 5')))[1], all[0][0], 'alone as in company');
  });

  it('attacks through encoders of one, two or three images at once alike', async () => {
    const free = await pixelsOf((await attacked(onTiny(', steps: 3'), [portraits[0]]))[0]);
    for (const batch of [1, 2, 3]) {
      const file = await writeModel(`of-${batch}`, tinyEncoder({ batch }));
      const [png] = await attacked(`surrogates: [{use: onnx, file: ${file}}], steps: 3`, [portraits[0]]);
      const others = (await pixelsOf(png)).data.filter((value, i) => value !== free.data[i]).length;
      assert.ok(others < 0.01 * free.data.length, `${others} of ${free.data.length} values differ`);
    }
  });
});

describe('Sign steps', () => {
  const random = new Random(11);
  const drawn = (length: number, low: number, high: number) =>
    Float32Array.from({ length }, () => random.between(low, high));

  it('go against the sign of the gradient', () => {
    const pixels = new Float32Array(4).fill(100);
    const descent = new SignDescent(pixels, new Float32Array(4), { epsilon: 8, stepSize: 2, momentum: 0 });
    descent.move(Float32Array.of(3, -0.001, 0, 1e9));
    assert.deepEqual([...descent.change], [-2, 2, 0, -2]);
  });

  it('stay in the ball and in what a pixel can be, whatever the gradients', () => {
    const pixels = drawn(200, 0, 255).map(Math.round);
    const descent = new SignDescent(pixels, new Float32Array(200), { epsilon: 5, stepSize: 4, momentum: 0.9 });
    for (let n = 0; n < 20; n++) {
      descent.move(drawn(200, -1, 1));
      for (const [i, change] of descent.change.entries()) {
        assert.ok(Math.abs(change) <= 5 && pixels[i] + change >= 0 && pixels[i] + change <= 255);
      }
    }
  });

  it('gather momentum as the formula says, which NumPy follows', async function () {
    if (!pythonHas('numpy')) this.skip();
    const settings = { epsilon: 6, stepSize: 1.5, momentum: 0.8 };
    const [pixels, change] = [drawn(40, 0, 255), new Float32Array(40)];
    const gradients = Array.from({ length: 12 }, (_, n) => drawn(40, -(10 ** (n % 4)), 10 ** (n % 4)));
    const descent = new SignDescent(pixels, change, settings);
    const ours = gradients.map((gradient) => {
      descent.move(gradient);
      return [...descent.change];
    });
    const file = join(await mkdtemp(join(tmpdir(), 'lookalike-mi-fgsm-')), 'given.json');
    const given = {
      ...settings,
      pixels: [...pixels],
      change: [...new Float32Array(40)],
      gradients: gradients.map((g) => [...g]),
    };
    await writeFile(file, JSON.stringify(given));
    const theirs = JSON.parse(
      runPython(fileURLToPath(new URL('../../support/mi-fgsm.py', import.meta.url)), file).toString(),
    );
    for (const [n, change] of ours.entries()) {
      for (const [i, value] of change.entries())
        assert.ok(Math.abs(value - theirs[n][i]) < 1e-4, `step ${n}, value ${i}`);
    }
  });

  it('do nothing where the gradient is nothing', () => {
    const descent = new SignDescent(new Float32Array(3), new Float32Array(3), { epsilon: 5, stepSize: 4, momentum: 1 });
    descent.move(new Float32Array(3));
    assert.deepEqual([...descent.change], [0, 0, 0]);
  });
});

describe('Input diversity', () => {
  const size = 20;
  /** Where a chip that is the region itself lies in it. */
  const itself = Float32Array.from({ length: 2 * size * size }, (_, i) => {
    const n = i >> 1;
    return (2 * ((i % 2 === 0 ? n % size : Math.floor(n / size)) + 0.5)) / size - 1;
  });

  it('leaves the chip as it is with the probability that is left', () => {
    const random = new Random(5);
    const kept = Array.from({ length: 2000 }, () => diversified(itself, size, 0.3, random) === itself).filter(Boolean);
    assert.ok(Math.abs(kept.length / 2000 - 0.7) < 0.04, `${kept.length} of 2000`);
  });

  it('resizes it to 0.9–1 of its side, whole, at places all over a black chip', () => {
    const random = new Random(6);
    const sides = new Set<number>();
    for (let n = 0; n < 200; n++) {
      const grid = diversified(itself, size, 1, random);
      const inside = Array.from({ length: size * size }, (_, i) => Math.abs(grid[2 * i]) <= 1);
      const side = Math.sqrt(inside.filter(Boolean).length);
      sides.add(side);
      const first = inside.indexOf(true);
      // The corners of the smaller chip show the corners of the region.
      const corner = grid.slice(2 * first, 2 * first + 2);
      const last = 2 * (first + (side - 1) * (size + 1));
      for (const at of corner) assert.ok(Math.abs(at - (1 / side - 1)) < 1e-5);
      for (const at of grid.slice(last, last + 2)) assert.ok(Math.abs(at - (1 - 1 / side)) < 1e-5);
    }
    assert.deepEqual([...sides].sort(), [18, 19, 20]);
  });
});

function distance(a: Float32Array, b: Float32Array): number {
  return Math.sqrt(a.reduce((sum, value, i) => sum + (value - b[i]) ** 2, 0));
}
