import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { FaceRecogniser } from '../../../server/src/compute/faces/recogniser.js';
import { VisibilityMeter } from '../../../server/src/compute/perturbations/visibility/meter.js';
import { GraphBuilder } from '../../../server/src/onnx/build.js';
import type { Perturbation, Perturbed } from '../../../server/src/plugins/declare.js';
import { drawPortraits, openPerturbation, perturb, pngOf, refusalOf } from '../../support/attacks.js';
import { listed } from '../../support/photographs.js';
import { tinyEncoder } from '../../support/small-experiment.js';

const AS_THE_MODEL = { detector: 'ssd', minConfidence: 0.3, maxSide: 2048, align: 'dlib', mirror: false } as const;
const CONTEXT = { signal: new AbortController().signal, progress: () => undefined };

describe('perturbation fawkes', () => {
  let folder: string;
  let portraits: string[];
  let tiny: string;
  let onTiny: Perturbation;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lookalike-fawkes-'));
    portraits = await drawPortraits(folder, 3, 160);
    tiny = await writeModel('tiny', tinyEncoder());
    onTiny = await openPerturbation(attackOn(`{use: onnx, file: ${tiny}}`), folder);
  });
  after(async () => {
    await onTiny.close();
    await rm(folder, { recursive: true });
  });

  async function writeModel(name: string, bytes: Uint8Array): Promise<string> {
    const file = join(folder, `${name}.onnx`);
    await writeFile(file, bytes);
    return file;
  }

  const attackOn = (model: string, more = '') => `{use: fawkes, mode: low, surrogates: [${model}]${more}}`;

  async function withAttack<T>(written: string, work: (attack: Perturbation) => Promise<T>): Promise<T> {
    const attack = await openPerturbation(written, folder);
    try {
      return await work(attack);
    } finally {
      await attack.close();
    }
  }

  describe('on the face recognition network', () => {
    let made: Uint8Array[];
    before(async () => {
      made = await withAttack(attackOn('face-recognition'), async (attack) =>
        (await perturb(attack, portraits)).map(pngOf),
      );
    });

    it('stays within its budget in the saved photograph, at its own size', async () => {
      const meter = await VisibilityMeter.load(folder, 1);
      for (const [n, png] of made.entries()) {
        const visibility = await meter.measure(await readFile(portraits[n]), png);
        assert.ok(visibility.ok);
        const { dssim, linf } = visibility.value;
        assert.ok(dssim !== null && dssim > 0 && dssim <= 1.1 * 0.004, `DSSIM ${dssim}`);
        assert.ok(linf <= 16 / 255, `a value differs by ${255 * linf}`);
      }
      await meter.close();
    });

    it('gives a photograph the same bytes alone as in company', async () => {
      const [alone] = await withAttack(attackOn('face-recognition'), (attack) => perturb(attack, [portraits[1]]));
      assert.deepEqual(pngOf(alone), made[1]);
    });
  });

  it('that is targeted moves a face towards that of somebody else, which the untargeted one does not', async () => {
    const recogniser = await FaceRecogniser.load(AS_THE_MODEL, folder, 1);
    const featuresOf = async (bytes: Uint8Array) => {
      const prepared = await recogniser.prepare(bytes);
      assert.ok(prepared.ok);
      return (await recogniser.embed([prepared.value]))[0] as Float32Array;
    };
    const people = ['ana', 'bo'];
    const all = await Promise.all(
      people.map((identity, n) => listed({ id: `${n}.png`, file: portraits[n] as string, identity })),
    );
    const made = (more: string) =>
      withAttack(
        `{use: fawkes, mode: mid, schedule: steady, surrogates: [face-recognition]${more}}`,
        async (attack) => {
          await attack.expect?.(all, all);
          const outcomes = await attack.perturb([all[0] as (typeof all)[0]], CONTEXT);
          assert.ok(outcomes.ok);
          return featuresOf(pngOf(outcomes.value[0] as Perturbed));
        },
      );
    const [own, other] = [
      await featuresOf(await readFile(portraits[0])),
      await featuresOf(await readFile(portraits[1])),
    ];
    const [aimed, away] = [await made(', targeted: bo'), await made('')];
    await recogniser.close();
    assert.ok(
      distance(aimed, other) < 0.8 * distance(own, other),
      `${distance(aimed, other)} of ${distance(own, other)}`,
    );
    assert.ok(distance(away, other) > 0.9 * distance(own, other), `${distance(away, other)}`);
  });

  it('attacks any image encoder, and gives the same bytes whatever the batch', async () => {
    const together = (await perturb(onTiny, portraits)).map(pngOf);
    const [alone] = await perturb(onTiny, [portraits[2]]);
    assert.deepEqual(pngOf(alone), together[2]);
    assert.equal(new Set(together.map((png) => Buffer.from(png).toString('base64'))).size, 3);
  });

  it('attacks encoders that take a fixed number of images', async () => {
    const file = await writeModel('two', tinyEncoder({ batch: 2 }));
    await withAttack(attackOn(`{use: onnx, file: ${file}}`), async (attack) => {
      assert.equal(attack.batchSize, 2);
      for (const made of await perturb(attack, [portraits[0]])) pngOf(made);
    });
  });

  it('cloaks the largest of several faces, and leaves the others as they are', async () => {
    const small = await sharp(portraits[1]).resize(80).toBuffer();
    const group = sharp({ create: { width: 420, height: 240, channels: 3, background: '#888888' } }).composite([
      { input: await sharp(portraits[0]).resize(240).toBuffer(), left: 0, top: 0 },
      { input: small, left: 320, top: 80 },
    ]);
    const file = join(folder, 'group.png');
    await group.png().toFile(file);
    const [made] = await perturb(onTiny, [file]);
    const changed = await Promise.all([0, 300].map((left) => differs(file, pngOf(made), left)));
    assert.deepEqual(changed, [true, false]);
  });

  it('draws its noise by the seed', async () => {
    const by = (seed: number) =>
      withAttack(attackOn(`{use: onnx, file: ${tiny}}`, `, seed: ${seed}`), (attack) =>
        perturb(attack, [portraits[0]]),
      );
    const [first] = await perturb(onTiny, [portraits[0]]);
    const [again, other] = [await by(1), await by(2)].map(([made]) => pngOf(made));
    assert.deepEqual(pngOf(first), again);
    assert.notDeepEqual(pngOf(first), other);
  });

  describe('of a photograph', () => {
    const variants: Record<string, (image: Sharp) => Sharp> = {
      'turned by its EXIF orientation': (image) => image.rotate(90).withMetadata({ orientation: 8 }).jpeg(),
      'in gray': (image) => image.grayscale().toColourspace('b-w').png(),
      'with an alpha channel': (image) => image.ensureAlpha(0.9).png(),
      'of 16 bits': (image) => image.toColourspace('rgb16').png(),
      'smaller than the crop': (image) => image.resize(72, 72).png(),
    };
    for (const [what, variant] of Object.entries(variants)) {
      it(`${what} gives an upright PNG of 8-bit RGB at its size`, async () => {
        const file = join(folder, 'variant.img');
        await variant(sharp(portraits[0])).toFile(file);
        const shown = await sharp(file).autoOrient().toBuffer({ resolveWithObject: true });
        const [made] = await perturb(onTiny, [file]);
        const png = await sharp(pngOf(made)).metadata();
        assert.deepEqual([png.format, png.channels, png.depth, png.orientation], ['png', 3, 'uchar', undefined]);
        assert.deepEqual([png.width, png.height], [shown.info.width, shown.info.height]);
      });
    }

    it('without a face gives none, and of bytes that are none a failure, beside others that go on', async () => {
      const plain = join(folder, 'plain.png');
      await sharp({ create: { width: 90, height: 90, channels: 3, background: '#558' } }).toFile(plain);
      const broken = join(folder, 'broken.jpg');
      await writeFile(broken, 'no photograph');
      const outcomes = await perturb(onTiny, [plain, portraits[0], broken]);
      assert.deepEqual(
        outcomes.map(({ kind }) => kind),
        ['no-face', 'perturbed', 'failed'],
      );
      assert.equal(outcomes[2].kind === 'failed' && outcomes[2].problem.code, 'image-unreadable');
    });

    it('for which the gradient is not finite is a failure', async () => {
      const g = new GraphBuilder('infinite');
      const image = g.input('image', 'float32', ['batch', 3, 16, 16]);
      const root = g.op('Sqrt', [g.op('Sub', [g.op('Flatten', [image]), g.scalar(2)])]);
      g.output(root, 'float32', ['batch', 768], 'features');
      const file = await writeModel('infinite', g.toBytes());
      const [made] = await withAttack(attackOn(`{use: onnx, file: ${file}}`), (attack) =>
        perturb(attack, [portraits[0]]),
      );
      assert.equal(made.kind === 'failed' && made.problem.code, 'gradient-not-finite');
    });
  });

  describe('refuses a surrogate', () => {
    it('with an operator that has no gradient, which it names with its node', async () => {
      const g = new GraphBuilder('sine');
      const image = g.input('image', 'float32', ['batch', 3, 16, 16]);
      g.output(g.op('Flatten', [g.op('Sin', [image])]), 'float32', ['batch', 768], 'features');
      const problem = await refusalOf(attackOn(`{use: onnx, file: ${await writeModel('sine', g.toBytes())}}`), folder);
      assert.equal(problem?.code, 'operator-without-gradient');
      assert.match(problem.message, /Sin of the node ".*sin_\d+"/);
    });

    it('whose input is of another size than it is said to be', async () => {
      const file = await writeModel('any-size', sizeUndeclared());
      const problem = await refusalOf(attackOn(`{use: onnx, file: ${file}, size: 24}`), folder);
      assert.equal(problem?.code, 'surrogate-unfit');
    });

    it('whose features do not depend on the photograph', async () => {
      const g = new GraphBuilder('constant');
      g.input('image', 'float32', ['batch', 3, 16, 16]);
      g.output(g.constant(new Float32Array(8).fill(1), [1, 8]), 'float32', ['batch', 8], 'features');
      const file = await writeModel('constant', g.toBytes());
      const problem = await refusalOf(attackOn(`{use: onnx, file: ${file}}`), folder);
      assert.equal(problem?.code, 'output-independent');
    });

    it('that takes another number of images than the others', async () => {
      const files = await Promise.all([2, 3].map((batch) => writeModel(`b${batch}`, tinyEncoder({ batch }))));
      const both = files.map((file) => `{use: onnx, file: ${file}}`).join(', ');
      const problem = await refusalOf(attackOn(both), folder);
      assert.equal(problem?.code, 'surrogate-unfit');
    });
  });
});

/** An encoder that says it takes any size and multiplies 16 × 16 pixels. */
function sizeUndeclared(): Uint8Array {
  const g = new GraphBuilder('any-size');
  const image = g.input('image', 'float32', ['batch', 3, 'height', 'width']);
  const weights = g.constant(new Float32Array(768 * 4).fill(0.01), [768, 4]);
  g.output(g.op('MatMul', [g.op('Flatten', [image]), weights]), 'float32', ['batch', 4], 'features');
  return g.toBytes();
}

/** Whether two photographs differ in the 120 columns from `left`. */
async function differs(file: string, png: Uint8Array, left: number): Promise<boolean> {
  const strip = (photograph: string | Uint8Array) =>
    sharp(photograph).extract({ left, top: 0, width: 120, height: 240 }).removeAlpha().raw().toBuffer();
  return !(await strip(file)).equals(await strip(png));
}

function distance(a: Float32Array, b: Float32Array): number {
  return Math.sqrt(a.reduce((sum, value, i) => sum + (value - b[i]) ** 2, 0));
}
