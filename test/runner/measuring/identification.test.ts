import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { writeColourExperiment } from '../../support/colours.js';
import { lookalike, runToResults } from '../../support/command-line.js';
import { newWorkspace } from '../../support/workspace.js';

/** By how red they are: either of Bo's images lies between Ana's. */
const PEOPLE = { ana: [10, 20], bo: [14, 16], cy: [100, 103], di: [200, 204] };

describe('A run that identifies', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await newWorkspace();
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const experiment = (people: Readonly<Record<string, readonly number[]>>, lines: string) =>
    writeColourExperiment(folder, people, lines);

  it('gives the rates that can be worked out by hand, and takes them in expectations', async () => {
    const expected = ['cmc.2 >= 100%', 'cmc@2 >= 100%', 'cmc.1.count == 3', 'enrolled == 4', 'probes == 4'];
    const lines = expected.map((text) => `  - identification.colour.${text}\n`).join('');
    const file = await experiment(PEOPLE, `identification: {ranks: [1, 2], unknown: 0}\nexpect:\n${lines}`);
    const { identification, expect } = await runToResults(file);
    const [{ cmc, at, curve, failedToEnrol, left }] = identification ?? assert.fail();
    // Whichever images are enrolled: Ana's is 10 from the other and 6 from Bo's at the most, Bo's 2 and 4 at the least.
    assert.deepEqual([cmc[1]?.count, cmc[1]?.of, cmc[2]?.rate], [3, 4, 1]);
    assert.deepEqual([at, curve, failedToEnrol, left], [[], [0.75, 1, 1, 1], 0, 0]);
    assert.ok(expect.every(({ ok }) => ok));
  });

  it('misses whoever is further from the own image than strangers are', async () => {
    const far = { ana: [10, 14], bo: [100, 104], cy: [150, 154], di: [220, 224] };
    const lines =
      'identification: {unknown: 0.5, ranks: [1], fpir: [0.25]}\nexpect: [identification.colour.fnir@0.25 == 0]';
    const { identification, expect } = await runToResults(await experiment(far, lines));
    const [{ at, enrolled, probes, unknownProbes }] = identification ?? assert.fail();
    assert.deepEqual([enrolled, probes, unknownProbes], [2, 2, 4]);
    // Own images are at 16, those of others at 42² or more, and one of four may match.
    const [{ threshold, actualFpir, fnir }] = at;
    assert.ok((threshold ?? 0) >= 42 ** 2 && actualFpir === 0.25 && fnir.rate === 0);
    assert.equal(expect[0].ok, true);
  });

  for (const [what, people, lines, says] of [
    ['one identity', { ana: [10, 12, 14] }, '{unknown: 0.5}', 'No identity can be enrolled'],
    ['one image of each identity', { ana: [10], bo: [50] }, '{unknown: 0}', 'No image of an enrolled identity is left'],
    ['an unknown share that is nobody', { ana: [1, 2], bo: [5, 6] }, '{unknown: 0.2}', 'Nobody is left unknown'],
  ] as const) {
    it(`ends with a reason where there is ${what}`, async () => {
      const file = await experiment(people, `identification: ${lines}`);
      const { code, stderr } = await lookalike(['run', file, '--progress', 'none']);
      assert.equal(code, 1);
      assert.match(stderr, new RegExp(`identification-nobody ${says}`));
    });
  }
});
