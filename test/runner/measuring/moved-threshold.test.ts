import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Moving } from '../../../client/webview/panel/threshold/moving.js';
import { numbersOf } from '../../../client/webview/panel/threshold/npy.js';
import type { Results } from '../../../server/src/protocol/results.js';
import { findVerifierFiles } from '../../../server/src/store/run-folder/verifier-files.js';
import { COLOUR_MODEL, colourEncoder, writeColour } from '../../support/colours.js';
import { runToResults } from '../../support/command-line.js';
import { FULL } from '../../support/full.js';
import { newWorkspace } from '../../support/workspace.js';

/** Four photographs a person, near to one another by how red they are, and people near to one another too. */
const PEOPLE = FULL ? 250 : 12;
/** Of their 16 rows of pixels. */
const LOW = 2;
/** A face is looked for in every photograph of two perturbations: in a minute, where nothing else runs. */
const LONGEST_MS = FULL ? 1_800_000 : 120_000;

/** What the slider of a panel has of a run. */
async function movingOf(folder: string): Promise<Moving> {
  const found = (await findVerifierFiles(folder)) ?? assert.fail();
  const arrays = await Promise.all([found.judged, found.genuine, found.ends].map((file) => readFile(file)));
  const [judged, distances, ends] = arrays.map(numbersOf);
  if (!(judged instanceof Float64Array && distances instanceof Float64Array && ends instanceof Int32Array)) {
    return assert.fail();
  }
  return new Moving({ about: found.about, judged, genuine: { distances, ends } });
}

function counts({ robustness }: Results) {
  const { eligible, withValid, all } = robustness ?? assert.fail();
  const versions = Object.entries(withValid).map(([version, { count, of }]) => [version, count, of]);
  return { eligible, versions, all: [all.count, all.of] };
}

function countsAt(moving: Moving, value: number) {
  const place = moving.values.indexOf(value);
  assert.ok(place >= 0, `${value} is no place of the slider`);
  const { robustness } = moving.at(place);
  const { eligible, withValid, all } = robustness ?? assert.fail();
  const versions = [...withValid].map(([version, { count, of }]) => [version, count, of]);
  return { eligible, versions, all: [all?.count, all?.of] };
}

describe('A run’s threshold, moved', () => {
  let folder: string;
  let experiment: string;
  const run = async (threshold: string) => {
    const out = join(folder, `run-${threshold.replace(/\W+/g, '-')}`);
    return { out, results: await runToResults(experiment, ['--set', `threshold=${threshold}`, '--out', out]) };
  };

  before(async function () {
    this.timeout(LONGEST_MS);
    folder = await newWorkspace();
    experiment = join(folder, 'moved.experiment.yaml');
    await writeFile(join(folder, 'colour.onnx'), colourEncoder());
    for (let person = 0; person < PEOPLE; person++) {
      for (const [n, shade] of [0, 2, 3, 7].entries()) {
        const red = ((person * 37) % 150) + shade * (1 + (person % 3));
        const name = join(`p${String(person).padStart(3, '0')}`, String(n));
        await writeColour(join(folder, 'faces', `${name}.png`), red, person, LOW);
        await writeColour(join(folder, 'far', `${name}_cloaked.png`), red + 30, person, LOW);
        await writeColour(join(folder, 'near', `${name}_cloaked.png`), red + 1, person, LOW);
      }
    }
    const poison = '{far: {use: precomputed, folder: far}, near: {use: precomputed, folder: near}}';
    await writeFile(
      experiment,
      `dataset: {use: folder, root: faces}\nembed: {models: [${COLOUR_MODEL}]}\nthreshold: {percentile: 95}\n` +
        `poison: ${poison}\nretrieve: {use: local, results: 8}\nrobustness: {minValid: 2}\n`,
    );
  });
  after(() => rm(folder, { recursive: true, force: true }));

  for (const [form, first, other] of [
    ['percentile', 95, 60],
    ['distance', 4, 49],
    ['fmr', 0.02, 0.1],
  ] as const) {
    it(`gives at its own ${form} the run’s figures, and at another one those of a run with that`, async function () {
      this.timeout(LONGEST_MS);
      const [own, moved] = [await run(`{${form}: ${first}}`), await run(`{${form}: ${other}}`)];
      const moving = await movingOf(own.out);
      assert.equal(moving.form, form);
      assert.equal(moving.values[moving.own], first);
      assert.deepEqual(countsAt(moving, first), counts(own.results));
      // The places of a distance are those of its range, and the run's own.
      const about = { ...moving.sent.about, value: form === 'distance' ? other : first };
      assert.deepEqual(countsAt(new Moving({ ...moving.sent, about }), other), counts(moved.results));
      assert.notDeepEqual(counts(own.results), counts(moved.results));
    });
  }
});
