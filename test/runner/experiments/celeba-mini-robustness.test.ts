import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Results } from '../../../server/src/protocol/results.js';
import { CELEBA_MINI, needsCelebaMini } from '../../support/celeba-mini.js';
import { runToResults } from '../../support/command-line.js';
import { newWorkspace } from '../../support/workspace.js';

const EXPERIMENT = `
dataset: {use: celeba, root: ${CELEBA_MINI}, images: ${join(CELEBA_MINI, 'images')}}
queries: {sample: 6, seed: 7}
embed: {models: [face-recognition]}
threshold: {percentile: 95}
poison:
  fawkes: {use: fawkes, mode: mid}
retrieve: {use: local, results: 20}
robustness: {minValid: 3}
`;

describe('Robustness on six photographs of real people (skipped where celeba-mini is absent)', () => {
  let folder: string;
  let results: Results;

  before(async function () {
    needsCelebaMini.call(this);
    this.timeout(300_000);
    folder = await newWorkspace();
    await writeFile(join(folder, 'real.experiment.yaml'), EXPERIMENT);
    const options = ['--out', join(folder, 'run'), '--html'];
    results = await runToResults(join(folder, 'real.experiment.yaml'), options);
  });
  after(() => folder && rm(folder, { recursive: true }));

  it('moves faces as far as two photographs of one person are apart, within what may be seen', () => {
    const [fawkes] = results.poison ?? [];
    assert.deepEqual([fawkes.images, fawkes.noFaceAfter, fawkes.whiteBox], [6, 0, true]);
    assert.ok((fawkes.medianShift ?? 0) >= 0.46, `${fawkes.medianShift}`);
    assert.ok((fawkes.meanDssim ?? 1) <= 0.0125, `${fawkes.meanDssim}`);
  });

  it('finds people by their own photographs, and less often by cloaked ones', () => {
    const { eligible, withValid, control } = results.robustness ?? assert.fail('no robustness');
    assert.ok(eligible >= 4, `${eligible} eligible`);
    assert.equal(withValid.original.count, eligible);
    assert.ok(withValid.fawkes.count < eligible, `${withValid.fawkes.count} of ${eligible} are still found`);
    assert.equal(control.of, eligible);
  });

  it('writes a report that holds none of the photographs', async () => {
    const html = await readFile(join(folder, 'run/report.html'), 'utf8');
    assert.match(html, /"withValid":\{"original"/);
    assert.doesNotMatch(html, /data:image\/(jpeg|webp|png);base64,[A-Za-z0-9+/]{2000}/);
  });
});
