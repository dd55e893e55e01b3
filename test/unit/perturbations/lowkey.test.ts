import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import sharp from 'sharp';
import { VisibilityMeter } from '../../../server/src/compute/perturbations/visibility/meter.js';
import type { Perturbation } from '../../../server/src/plugins/declare.js';
import { drawPortraits, openPerturbation, perturb, pngOf, refusalOf } from '../../support/attacks.js';
import { squaredDifference } from '../../support/lpips-models.js';
import { listed } from '../../support/photographs.js';
import { tinyEncoder } from '../../support/small-experiment.js';

describe('perturbation lowkey', () => {
  let folder: string;
  let portraits: string[];
  let tiny: string;
  let meter: VisibilityMeter;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lookalike-lowkey-'));
    portraits = await drawPortraits(folder, 2, 160);
    tiny = await writeModel('tiny', tinyEncoder());
    meter = await VisibilityMeter.load(folder, 1);
  });
  after(async () => {
    await meter.close();
    await rm(folder, { recursive: true });
  });

  async function writeModel(name: string, bytes: Uint8Array): Promise<string> {
    const file = join(folder, `${name}.onnx`);
    await writeFile(file, bytes);
    return file;
  }

  async function withAttack<T>(params: string, work: (attack: Perturbation) => Promise<T>): Promise<T> {
    const attack = await openPerturbation(`{use: lowkey, ${params}}`, folder);
    try {
      return await work(attack);
    } finally {
      await attack.close();
    }
  }

  async function visibilityOf(original: string, png: Uint8Array) {
    const measured = await meter.measure(await readFile(original), png);
    assert.ok(measured.ok);
    return measured.value;
  }

  const onTiny = (more = '') => `surrogates: [{use: onnx, file: ${tiny}}]${more}`;

  it('changes no value by more than its first noise and its steps, at the photograph’s own size', async () => {
    const [made] = await withAttack('steps: 4', (attack) => perturb(attack, [portraits[0]]));
    const { linf } = await visibilityOf(portraits[0], pngOf(made));
    assert.ok(linf > 0 && linf <= 0.005 + 4 * 0.0025 + 0.5 / 255, `a value differs by ${linf}`);
  });

  it('gives a photograph the same bytes alone as in company, and others by another seed', async () => {
    await withAttack(onTiny(', steps: 5'), async (attack) => {
      const together = (await perturb(attack, portraits)).map(pngOf);
      assert.deepEqual(pngOf((await perturb(attack, [portraits[1]]))[0]), together[1]);
      const [other] = await withAttack(onTiny(', steps: 5, seed: 2'), (second) => perturb(second, [portraits[1]]));
      assert.notDeepEqual(pngOf(other), together[1]);
    });
  });

  it('searches for several at once, each in a thread, to the bytes of one core, stops them all and goes on', async () => {
    const params = onTiny(', steps: 15');
    const attack = await openPerturbation(`{use: lowkey, ${params}}`, folder, 2);
    assert.equal(attack.batchSize, 4);
    const three = [...portraits, portraits[0]];
    const entries = await Promise.all(three.map((file) => listed({ id: basename(file), file, identity: null })));
    const cancelled = new AbortController();
    let looks = 0;
    const looked = () => {
      if (++looks === 20) cancelled.abort();
      cancelled.signal.throwIfAborted();
    };
    const signal = Object.assign(Object.create(cancelled.signal), { throwIfAborted: looked });
    await assert.rejects(attack.perturb(entries, { signal, progress: () => undefined }), { name: 'AbortError' });
    assert.ok(looks <= 21, `It went on for ${looks - 20} steps`);
    const told: number[][] = [];
    const progress = (...numbers: number[]) => told.push(numbers);
    const made = await attack.perturb(entries, { signal: new AbortController().signal, progress });
    await attack.close();
    assert.ok(made.ok);
    assert.deepEqual(told, [
      [1, 3],
      [2, 3],
      [3, 3],
    ]);
    const alone = await withAttack(params, async (one) => {
      assert.equal(one.batchSize, 1);
      return [...(await perturb(one, [portraits[0]])), ...(await perturb(one, [portraits[1]]))].map(pngOf);
    });
    assert.deepEqual(made.value.map(pngOf), [alone[0], alone[1], alone[0]]);
  });

  it('is seen less the more its visibility weighs', async () => {
    const seen = async (weight: number) => {
      const params = onTiny(`, steps: 12, weight: ${weight}`);
      const [made] = await withAttack(params, (attack) => perturb(attack, [portraits[0]]));
      return (await visibilityOf(portraits[0], pngOf(made))).dssim ?? 0;
    };
    const [little, much] = [await seen(1e4), await seen(1e-6)];
    assert.ok(little < 0.7 * much, `DSSIM ${little} and ${much}`);
  });

  it('weighs by a model of LPIPS where there is one', async () => {
    const file = await writeModel('lpips', squaredDifference());
    const params = onTiny(`, steps: 12, lpips: ${file}`);
    const by = async (weight: number) => {
      const [made] = await withAttack(`${params}, weight: ${weight}`, (attack) => perturb(attack, [portraits[0]]));
      return (await visibilityOf(portraits[0], pngOf(made))).dssim ?? 0;
    };
    assert.ok((await by(1e6)) < 0.7 * (await by(0.001)));
  });

  it('perturbs photographs larger than a face is looked at, and encoders of one image at a time', async () => {
    const file = join(folder, 'large.png');
    await sharp(portraits[0]).resize(1100, 1100).png().toFile(file);
    const one = await writeModel('one', tinyEncoder({ batch: 1 }));
    const [made] = await withAttack(`surrogates: [{use: onnx, file: ${one}}], steps: 2`, (attack) =>
      perturb(attack, [file]),
    );
    const { width, height } = await sharp(pngOf(made)).metadata();
    assert.deepEqual([width, height], [1100, 1100]);
    assert.ok((await visibilityOf(file, pngOf(made))).linf > 0);
  });

  const faults: Record<string, [() => Uint8Array, string]> = {
    'a model of LPIPS that takes one image': [() => tinyEncoder(), 'lpips-unfit'],
    'a model of LPIPS that cannot be differentiated': [() => squaredDifference('Sin'), 'lpips-unfit'],
  };
  for (const [what, [model, code]] of Object.entries(faults)) {
    it(`refuses ${what}`, async () => {
      const file = await writeModel('fault', model());
      const problem = await refusalOf(`{use: lowkey, ${onTiny()}, lpips: ${file}}`, folder);
      assert.equal(problem?.code, code);
    });
  }

  it('refuses an encoder that takes three images at once', async () => {
    const file = await writeModel('three', tinyEncoder({ batch: 3 }));
    const problem = await refusalOf(`{use: lowkey, surrogates: [{use: onnx, file: ${file}}]}`, folder);
    assert.equal(problem?.code, 'surrogate-unfit');
  });
});
