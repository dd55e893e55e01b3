import assert from 'node:assert/strict';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { COLOUR_MODEL, colourEncoder, writeColour } from '../../support/colours.js';
import { runToResults } from '../../support/command-line.js';
import { newWorkspace } from '../../support/workspace.js';

/**
 * Two people are looked for. Of each the gallery has four photographs, each nearer to the next than that is to the one
 * before, and a stranger's a little nearer than the first: two results are that stranger and the first photograph.
 */
const QUERIED = { ana: [100], bo: [200] };
const GALLERY = { ana: [104, 107, 109, 110], bo: [204, 207, 209, 210], cy: [97, 197] };

const EXPERIMENT = `
dataset: {use: folder, root: faces}
gallery: {use: folder, root: gallery}
embed: {models: [${COLOUR_MODEL}]}
threshold: {distance: 144}
poison:
  near: {use: precomputed, folder: near}
  gone: {use: precomputed, folder: gone}
retrieve: {use: local, results: 2}
robustness: {minValid: 1, trackers: [static, dynamic]}
`;

describe('Trackers, on photographs whose distances are known', () => {
  let folder: string;
  let experiment: string;

  before(async () => {
    folder = await newWorkspace();
    experiment = join(folder, 'trackers.experiment.yaml');
    await mkdir(join(folder, 'faces'));
    await writeFile(join(folder, 'colour.onnx'), colourEncoder());
    await writeFile(experiment, EXPERIMENT);
    await writeAll('faces', QUERIED);
    await writeAll('gallery', GALLERY);
    await writeAll('near', QUERIED, 1, '_cloaked');
    await writeAll('gone', QUERIED, 40, '_cloaked');
  });
  after(() => rm(folder, { recursive: true, force: true }));

  async function writeAll(to: string, people: Readonly<Record<string, readonly number[]>>, moved = 0, suffix = '') {
    for (const [name, reds] of Object.entries(people)) {
      for (const red of reds) await writeColour(join(folder, to, name, `${red}${suffix}.png`), red + moved);
    }
  }

  it('find one photograph of four by one search, and all of them by searching again with each that is valid', async () => {
    const { robustness } = await runToResults(experiment);
    const said = Object.entries(robustness?.trackers ?? {}).map(([tracker, { withValid }]) => {
      const versions = Object.entries(withValid).map(([name, found]) => [
        ...[name, found.count, found.of, found.meanValid],
        ...[found.reached.count, found.reached.of, found.precision, found.rounds, found.cut],
      ]);
      return [tracker, versions];
    });
    assert.deepEqual(Object.fromEntries(said), {
      static: [
        ['original', 2, 2, 2, 2, 8, 0.5, 0, 0],
        ['near', 2, 2, 2, 2, 8, 0.5, 0, 0],
        ['gone', 2, 2, 2, 4, 8, 1, 0, 0],
      ],
      // The stranger's photograph is searched with too; that of the last round finds nobody new. A photograph that is
      // moved by 40 finds the two that are farthest, and these each other.
      dynamic: [
        ['original', 2, 2, 5, 8, 8, 0.8, 4, 0],
        ['near', 2, 2, 5, 8, 8, 0.8, 4, 0],
        ['gone', 2, 2, 2, 4, 8, 1, 1, 0],
      ],
    });
    const { original } = robustness?.trackers?.static?.withValid ?? {};
    assert.equal(original?.rate, robustness?.withValid.original?.rate);
  });

  it('search again no more often than they may, and count who is cut short', async () => {
    const { robustness } = await runToResults(experiment, ['--set', 'robustness.rounds=2']);
    const { original, gone } = robustness?.trackers?.dynamic?.withValid ?? {};
    assert.deepEqual([original?.reached.count, original?.rounds, original?.cut], [6, 2, 2]);
    assert.deepEqual([gone?.reached.count, gone?.rounds, gone?.cut], [4, 1, 0]);
  });

  it('may be expected of', async () => {
    const expect = 'expect=["robustness.trackers.dynamic.withValid.near.reached >= 100%"]';
    const { expect: [judged] = [] } = await runToResults(experiment, ['--set', expect]);
    assert.deepEqual([judged?.actual, judged?.ok], [1, true]);
  });
});
