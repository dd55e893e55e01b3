import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeModel } from '../../../../server/src/onnx/read.js';
import type { EmbeddingModel, Plugin } from '../../../../server/src/plugins/declare.js';
import { findPlugin } from '../../../../server/src/plugins/registry.js';
import { drawPortraits, openPerturbation, perturb, pngOf, refusalOf } from '../../../support/attacks.js';
import { visionModel, XENOVA } from '../../../support/clip/exports.js';
import { toHalfPrecision } from '../../../support/clip/precision.js';
import { tinyVision } from '../../../support/clip/shapes.js';

describe('Fawkes on a small surrogate of CLIP’s form', () => {
  let folder: string;
  let portraits: string[];
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lookalike-clip-surrogate-'));
    portraits = await drawPortraits(folder, 2, 224);
    await writeFile(join(folder, 'vision_model.onnx'), writeModel(visionModel(tinyVision(512), XENOVA)));
    await writeFile(
      join(folder, 'vision_model_fp16.onnx'),
      writeModel(toHalfPrecision(visionModel(tinyVision(512), XENOVA))),
    );
  });
  after(() => rm(folder, { recursive: true }));

  const attackWith = (more: string) =>
    openPerturbation(`{use: fawkes, mode: low, surrogates: [{use: clip-vit-b-32, path: ${folder}${more}}]}`, folder);

  it('follows its gradient: the embedding moves further than by noise of the same size', async () => {
    const attack = await attackWith('');
    const cloaked = (await perturb(attack, portraits)).map(pngOf);
    await attack.close();
    const model = await openModel();
    for (const [n, png] of cloaked.entries()) {
      const original = await readFile(portraits[n]);
      const byCloak = await shift(model, original, png);
      const byNoise = await shift(model, original, await noisy(original, png));
      assert.ok(byCloak > 3 * byNoise, `${byCloak} by the cloak, ${byNoise} by noise`);
    }
    await model.close();
  });

  it('is refused in half precision, which gives no gradient', async () => {
    const problem = await refusalOf(
      `{use: fawkes, mode: low, surrogates: [{use: clip-vit-b-32, path: ${folder}, precision: fp16}]}`,
      folder,
    );
    assert.equal(problem?.code, 'surrogate-unavailable');
    assert.match(problem?.hint ?? '', /fp32/);
  });

  async function openModel(): Promise<EmbeddingModel> {
    const plugin = findPlugin('model', 'clip-vit-b-32') as Plugin<'model'>;
    const model = await plugin.load(plugin.params.parse({ path: folder }), { folder, threads: 1 });
    assert.ok(model.ok);
    return model.value;
  }
});

async function shift(model: EmbeddingModel, before: Uint8Array, after: Uint8Array): Promise<number> {
  const [a, b] = await Promise.all(
    [before, after].map(async (bytes) => {
      const prepared = await model.prepare(bytes);
      assert.ok(prepared.ok);
      return (await model.embed([prepared.value]))[0] as Float32Array;
    }),
  );
  return Math.hypot(...a.map((value, at) => value - b[at]));
}

/** The differences between two pictures, in another order: noise of the same values in all. */
async function noisy(original: Uint8Array, cloaked: Uint8Array): Promise<Uint8Array> {
  const { default: sharp } = await import('sharp');
  const [before, after] = await Promise.all(
    [original, cloaked].map((bytes) => sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true })),
  );
  const differences = Array.from(after.data, (value, at) => value - before.data[at]);
  const moved = Uint8ClampedArray.from(
    before.data,
    (value, at) => value + differences[(at * 7919) % differences.length],
  );
  const { width, height } = before.info;
  return sharp(moved, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
}
