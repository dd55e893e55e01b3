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

  it('cloaks every query within what may be seen, and says which looked into the judge', () => {
    const whiteBoxes: Record<string, unknown> = {};
    for (const { name, images, noFaceAfter, meanDssim, meanPsnr, whiteBox, perceptualTerm } of results.poison ?? []) {
      assert.deepEqual([name, images, noFaceAfter, perceptualTerm], [name, 3, 0, 'dssim']);
      whiteBoxes[name] = whiteBox;
      // Fawkes keeps to its budget; LowKey, which has none, changes faces as much as its authors' example is changed.
      if (name !== 'lowkey') assert.ok((meanDssim ?? 1) <= 0.0136, `${meanDssim}`);
      else assert.ok(Math.abs((meanPsnr ?? 0) - 30) <= 2.5, `${meanPsnr} dB`);
    }
    assert.deepEqual(whiteBoxes, { fawkes: true, 'fawkes-clip': false, lowkey: true });
  });

  it('moves faces far for the model that an attack looked into, and much less for the other', () => {
    const shiftOf = (perturbation: string, judge: string) => {
      const entry = results.transfer?.find((each) => each.perturbation === perturbation && each.judge === judge);
      return entry?.shift ?? Number.NaN;
    };
    for (const [perturbation, own, other] of [
      ['fawkes', 'face-recognition', 'clip-portraits'],
      ['fawkes-clip', 'clip-portraits', 'face-recognition'],
      ['lowkey', 'face-recognition', 'clip-portraits'],
    ]) {
      const [looked, not] = [shiftOf(perturbation, own), shiftOf(perturbation, other)];
      assert.ok(looked > 0.3 && not < looked / 2, `${perturbation}: ${looked} for ${own}, ${not} for ${other}`);
    }
  });

  it('says of LowKey without a model of LPIPS, and of nobody else, that it is not its authors’', () => {
    assert.deepEqual(
      results.poison?.map(({ unlikeAuthors }) => unlikeAuthors),
      [null, null, 'DSSIM in place of LPIPS'],
    );
    const said = (results.warnings ?? []).filter(({ code }) => code === 'unlike-authors');
    assert.deepEqual(
      said.map(({ specPath }) => specPath),
      [['poison', 'lowkey']],
    );
  });

  it('counts who is still found as either, as both, and beside a stranger', () => {
    const { robustness } = results;
    assert.deepEqual(Object.keys(robustness?.withValid ?? {}), ['original', 'fawkes', 'fawkes-clip', 'lowkey']);
    assert.equal(robustness?.withValid.original.count, robustness?.eligible);
    assert.ok(
      (robustness?.all.count ?? 9) <=
        Math.min(...['fawkes', 'fawkes-clip', 'lowkey'].map((name) => robustness?.withValid[name].count ?? 0)),
    );
    assert.equal(robustness?.control.of, robustness?.eligible);
  });

  it('leaves the cloaked portraits in the run’s folder, and a report', async () => {
    for (const name of ['fawkes', 'fawkes-clip', 'lowkey']) {
      const files = await readdir(join(folder, 'run', name), { recursive: true });
      assert.equal(files.filter((file) => file.endsWith('.png')).length, 3);
    }
    const thumbnails = thumbnailsSchema.parse(JSON.parse(await readFile(join(folder, 'run/thumbnails.json'), 'utf8')));
    assert.deepEqual([thumbnails.queries.length, thumbnails.perturbed.length], [3, 6]);
    assert.match(await readFile(join(folder, 'run/report.html'), 'utf8'), /"withValid":\{"original"/);
  });
});
