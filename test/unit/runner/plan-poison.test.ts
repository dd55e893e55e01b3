import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pluginKey } from '../../../server/src/runner/model-key.js';
import { MeasuredRates, perturbRate } from '../../../server/src/runner/planning/measured-rates.js';
import { planPoison } from '../../../server/src/runner/planning/plan-poison.js';
import { SharedWork } from '../../../server/src/runner/planning/shared-work.js';
import { FileTable } from '../../../server/src/store/cache/file-table.js';
import { CacheFolders } from '../../../server/src/store/home.js';
import { temporaryFolder } from '../../support/run-folder.js';
import { plugins, read } from '../../support/spec-text.js';

const IMAGES = ['a', 'b', undefined, 'd'].map((hash, n) => ({ hash, token: hash ?? `image ${n}` }));

describe('What perturbing would cost', () => {
  const folder = temporaryFolder();

  async function planOf(poison: string, { queries = '{}', kept = [] as string[], perSecond = 0 } = {}) {
    const { spec } = read(`dataset: synthetic\nqueries: ${queries}\npoison: {noise: ${poison}}\n`);
    assert.ok(spec?.poison);
    const cache = new CacheFolders(folder());
    const rates = await MeasuredRates.open(cache.of('rates.json'));
    const planner = {
      plugins,
      cache,
      rates,
      files: await FileTable.open(cache.of('files.jsonl')),
      shared: new SharedWork(),
      threads: 1,
      device: 'cpu',
    } as const;
    const key = await pluginKey(planner, 'perturbation', spec.poison[0]);
    await mkdir(cache.of('perturbed', key), { recursive: true });
    for (const name of kept) await writeFile(join(cache.of('perturbed', key), `${name}.json`), '{}');
    if (perSecond > 0) await rates.record(perturbRate(key), perSecond);
    const [work] = await planPoison(planner, spec, IMAGES);
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
    assert.deepEqual(await planOf('test/noise', { kept: ['something-else'] }), [4, null, null]);
  });
});
