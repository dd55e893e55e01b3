import assert from 'node:assert/strict';
import { copyFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Results, TransferResult } from '../../../server/src/protocol/results.js';
import { evidencePage } from '../../bench/evidence/page.js';
import { runToResults } from '../../support/command-line.js';
import { tinyEncoder } from '../../support/small-experiment.js';
import { newWorkspace } from '../../support/workspace.js';

const TEMPLATE = fileURLToPath(new URL('../../../experiments/cloaks-black-box.experiment.yaml', import.meta.url));
const PERTURBATIONS = ['fawkes', 'lowkey', 'pgd', 'noise'];

describe('The experiment on black boxes, of one query and few steps, with a network of one’s own as a second judge', () => {
  let folder: string;
  let results: Results;

  before(async function () {
    this.timeout(600_000);
    folder = await newWorkspace();
    const file = join(folder, 'cloaks-black-box.experiment.yaml');
    await copyFile(TEMPLATE, file);
    await writeFile(join(folder, 'other.onnx'), tinyEncoder({}));
    const sets = [
      'queries.sample=1',
      'dataset.identities=11',
      'dataset.images=5',
      'embed.models=[face-recognition, {use: onnx, name: other, file: other.onnx}]',
      'poison.fawkes.mode=low',
      'poison.lowkey.steps=4',
      'poison.pgd.steps=4',
    ];
    results = await runToResults(
      file,
      sets.flatMap((set) => ['--set', set]),
    );
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const judged = (perturbation: string): TransferResult[] =>
    (results.transfer ?? []).filter((row) => row.perturbation === perturbation);

  it('has each perturbation before each judge, as it is saved and behind four countermeasures', () => {
    for (const perturbation of ['original', ...PERTURBATIONS]) {
      const rows = judged(perturbation);
      assert.equal(rows.length, 2 * 5, perturbation);
      for (const { images, setAside } of rows) assert.equal(images + setAside, 1);
    }
  });

  it('brings all of them to one visibility, and says so', () => {
    assert.deepEqual(
      results.poison?.map(({ name }) => name),
      PERTURBATIONS,
    );
    for (const { name, meanDssim } of results.poison ?? []) {
      assert.ok((meanDssim ?? 0) >= 0.99 * 0.02 && (meanDssim ?? 1) <= 0.02, `${name}: ${meanDssim}`);
    }
    assert.match(results.headline.join(' '), /They are equally visible: DSSIM 0\.0(199|200)\./);
  });

  it('knows which judge an attack looked into', () => {
    for (const attack of ['fawkes', 'lowkey', 'pgd']) {
      for (const { judge, whiteBox } of judged(attack)) assert.equal(whiteBox, judge === 'face-recognition', judge);
    }
    for (const { whiteBox } of judged('noise')) assert.equal(whiteBox, false);
  });

  it('is what the page of evidence is written of', () => {
    const page = evidencePage({ own: results, even: results }, { template: 'experiments/x.yaml', minutes: 1 });
    for (const heading of ['The answer', 'What was made', 'At one visibility', 'Controls', 'Fawkes', 'LowKey']) {
      assert.ok(page.includes(`\n## ${heading}\n`), heading);
    }
    assert.match(page, /\| judge \| as saved \| `jpeg75` \| `half` \| `soft` \| `median3` \|/);
    assert.match(page, /\| `face-recognition` ▪ \|/);
    assert.doesNotMatch(page, /undefined|NaN/);
  });
});
