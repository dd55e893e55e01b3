import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { embeddingsKey, pluginKey } from '../../../server/src/runner/model-key.js';
import {
  embedRate,
  MeasuredRates,
  perturbRate,
  transferRate,
} from '../../../server/src/runner/planning/measured-rates.js';
import { planVersions } from '../../../server/src/runner/planning/plan-versions.js';
import { SharedWork } from '../../../server/src/runner/planning/shared-work.js';
import { FileTable } from '../../../server/src/store/cache/file-table.js';
import { PerturbedStore } from '../../../server/src/store/cache/perturbed.js';
import { EmbeddingStore } from '../../../server/src/store/cache/shards.js';
import { CacheFolders } from '../../../server/src/store/home.js';
import { temporaryFolder } from '../../support/run-folder.js';
import { plugins, read } from '../../support/spec-text.js';

const IMAGES = ['a', 'b', undefined, 'd'].map((hash, n) => ({ hash, token: hash ?? `image ${n}` }));
const VISIBILITY = { dssim: 0.01, psnr: 40, l2: 1, linf: 0.1, changed: true, seconds: 1 };

async function plannerIn(folder: string) {
  const cache = new CacheFolders(folder);
  return {
    plugins,
    cache,
    rates: await MeasuredRates.open(cache.of('rates.json')),
    files: await FileTable.open(cache.of('files.jsonl')),
    shared: new SharedWork(),
    look: (key: string) => EmbeddingStore.look(cache.of('embeddings', key)),
    device: 'cpu',
  } as const;
}

describe('What perturbing would cost', () => {
  const folder = temporaryFolder();

  async function planOf(poison: string, { queries = '{}', kept = [] as string[], perSecond = 0, alien = false } = {}) {
    const { spec } = read(`dataset: synthetic\nqueries: ${queries}\npoison: {noise: ${poison}}\n`);
    assert.ok(spec?.poison);
    const planner = await plannerIn(folder());
    const key = await pluginKey(planner, 'perturbation', spec.poison[0]);
    const store = new PerturbedStore(planner.cache.of('perturbed', key));
    await mkdir(store.folder, { recursive: true });
    for (const name of kept) await store.keep(name, Buffer.from(name), VISIBILITY);
    if (alien) await writeFile(join(store.folder, 'something-else.json'), '{}');
    if (perSecond > 0) await planner.rates.record(perturbRate(key), perSecond);
    const { poison: planned } = await planVersions(planner, spec, IMAGES);
    const [work] = planned;
    return [work.total, work.cached, work.seconds];
  }

  it('is that of the queries that are not in the cache, at the rate measured here', async () => {
    assert.deepEqual(await planOf('test/noise', { kept: ['a', 'd'], perSecond: 0.5 }), [4, 2, 4]);
  });

  it('is nothing where all are there, and unknown where it was never measured', async () => {
    assert.deepEqual(await planOf('test/noise', { queries: '{sample: 2, seed: 1}' }), [2, 0, null]);
  });

  it('is not known of a gallery, nor where photographs are kept by more than their content', async () => {
    assert.deepEqual(await planOf('{use: test/noise, target: gallery}'), [null, null, null]);
    assert.deepEqual(await planOf('test/noise', { alien: true }), [4, null, null]);
  });
});

describe('What countermeasures and judges would cost', () => {
  const folder = temporaryFolder();

  async function planOf({
    treated = [] as string[],
    measured = true,
    poison = '{one: test/noise, two: {use: test/noise, strength: 2}}',
  } = {}) {
    const { spec, diagnostics } = read(
      `dataset: synthetic\nembed: {models: [face-recognition, {use: face-recognition, name: other, mirror: true}]}\npoison: ${poison}\n` +
        'countermeasures: {half: {use: resize, scale: 0.5}, of-gallery: {use: blur, sigma: 1, target: gallery}}\n' +
        'transfer: {judges: [other]}\n',
    );
    assert.ok(spec?.countermeasures && spec.embed, JSON.stringify(diagnostics));
    const planner = await plannerIn(folder());
    const key = await pluginKey(planner, 'countermeasure', spec.countermeasures[0]);
    const store = new PerturbedStore(planner.cache.of('perturbed', key));
    for (const name of treated) await store.keep(name, Buffer.from(name), VISIBILITY);
    if (measured) {
      await planner.rates.record(perturbRate(key), 10);
      for (const model of spec.embed.models) {
        await planner.rates.record(embedRate(await embeddingsKey(planner, model)), 4);
        await planner.rates.record(transferRate(await embeddingsKey(planner, model)), 8);
      }
    }
    const { countermeasures, transfer } = await planVersions(planner, spec, IMAGES);
    return [...countermeasures, ...transfer].map(({ label, total, cached, seconds }) => [
      label,
      total,
      cached,
      seconds,
    ]);
  }

  it('is that of each version of the queries, made once and embedded by each model that is asked', async () => {
    // Three versions of four queries: 12 at 10 a second, then 12 at 4 a second by each of two models.
    assert.deepEqual(await planOf(), [
      ['half', 12, 0, 1.2 + 3 + 3],
      ['of-gallery', null, null, null],
      // Behind the countermeasure there are as many again, which one judge is asked about.
      ['other', 24, null, 3],
    ]);
  });

  it('does not count making again what is kept, which is still to be embedded', async () => {
    const [[, , cached, seconds]] = await planOf({ treated: ['a', 'b'] });
    assert.deepEqual([cached, seconds], [0, 1 + 3 + 3]);
  });

  it('is unknown where nothing was measured, and where it is not known which versions are there', async () => {
    assert.deepEqual(await planOf({ measured: false }), [
      ['half', 12, 0, null],
      ['of-gallery', null, null, null],
      ['other', 24, null, null],
    ]);
  });
});
