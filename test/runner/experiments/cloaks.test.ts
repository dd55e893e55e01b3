import assert from 'node:assert/strict';
import { copyFile, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Results } from '../../../server/src/protocol/results.js';
import { thumbnailsSchema } from '../../../server/src/protocol/webview.js';
import { runToResults } from '../../support/command-line.js';
import { newWorkspace } from '../../support/workspace.js';

const CLOAKS = fileURLToPath(new URL('../../../experiments/cloaks.experiment.yaml', import.meta.url));

describe('The experiment on cloaks, on three of its queries', () => {
  let folder: string;
  let results: Results;

  before(async function () {
    this.timeout(600_000);
    folder = await newWorkspace();
    const file = join(folder, 'cloaks.experiment.yaml');
    await copyFile(CLOAKS, file);
    results = await runToResults(file, ['--set', 'queries.sample=3', '--out', join(folder, 'run'), '--html']);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('cloaks every query within what may be seen, and says that the judge was looked into', () => {
    for (const {
      name,
      images,
      noFaceAfter,
      meanDssim,
      meanPsnr,
      medianShift,
      whiteBox,
      perceptualTerm,
    } of results.poison ?? []) {
      assert.deepEqual([name, images, noFaceAfter, whiteBox, perceptualTerm], [name, 3, 0, true, 'dssim']);
      // Fawkes keeps to its budget; LowKey, which has none, changes faces as much as its authors' example is changed.
      if (name === 'fawkes') assert.ok((meanDssim ?? 1) <= 0.0136, `${meanDssim}`);
      else assert.ok(Math.abs((meanPsnr ?? 0) - 30) <= 2.5, `${meanPsnr} dB`);
      assert.ok((medianShift ?? 0) > 0.3, `${name}: ${medianShift}`);
    }
    assert.deepEqual(
      results.poison?.map(({ name }) => name),
      ['fawkes', 'lowkey'],
    );
  });

  it('says of LowKey without a model of LPIPS, and of nobody else, that it is not its authors’', () => {
    assert.deepEqual(
      results.poison?.map(({ unlikeAuthors }) => unlikeAuthors),
      [null, 'DSSIM in place of LPIPS'],
    );
    const said = (results.warnings ?? []).filter(({ code }) => code === 'unlike-authors');
    assert.deepEqual(
      said.map(({ specPath }) => specPath),
      [['poison', 'lowkey']],
    );
  });

  it('counts who is still found as either, as both, and beside a stranger', () => {
    const { robustness } = results;
    assert.deepEqual(Object.keys(robustness?.withValid ?? {}), ['original', 'fawkes', 'lowkey']);
    assert.equal(robustness?.withValid.original.count, robustness?.eligible);
    assert.ok(
      (robustness?.all.count ?? 9) <=
        Math.min(...['fawkes', 'lowkey'].map((name) => robustness?.withValid[name].count ?? 0)),
    );
    assert.equal(robustness?.control.of, robustness?.eligible);
  });

  it('leaves the cloaked portraits in the run’s folder, and a report', async () => {
    for (const name of ['fawkes', 'lowkey']) {
      const files = await readdir(join(folder, 'run', name), { recursive: true });
      assert.equal(files.filter((file) => file.endsWith('.png')).length, 3);
    }
    const thumbnails = thumbnailsSchema.parse(JSON.parse(await readFile(join(folder, 'run/thumbnails.json'), 'utf8')));
    assert.deepEqual([thumbnails.queries.length, thumbnails.perturbed.length], [3, 4]);
    assert.match(await readFile(join(folder, 'run/report.html'), 'utf8'), /"withValid":\{"original"/);
  });
});
