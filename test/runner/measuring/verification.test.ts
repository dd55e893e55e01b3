import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { writeColourExperiment } from '../../support/colours.js';
import { figuresOf, lookalike, runToResults } from '../../support/command-line.js';
import { newWorkspace } from '../../support/workspace.js';

const PEOPLE = { ana: [10, 12, 14], bo: [15, 52, 54], cy: [240] };

describe('A run that verifies', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await newWorkspace();
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const experiment = (people: Readonly<Record<string, readonly number[]>>, lines: string) =>
    writeColourExperiment(folder, people, lines);

  it('counts every pair, and finds the same again in the cache and without it', async () => {
    const file = await experiment(PEOPLE, 'verification: {fmr: [0.2, 0.1]}');
    const first = await runToResults(file);
    const [{ pairs, at }] = first.verification ?? assert.fail();
    assert.deepEqual(pairs, { genuine: 6, impostor: 15, left: 0 });
    assert.deepEqual(
      at.map(({ tmr: { of } }) => of),
      [6, 6],
    );
    const [again, anew] = [await runToResults(file), await runToResults(file, ['--no-cache'])];
    const stage = again.stages.find(({ name }) => name === 'verification');
    assert.equal(stage?.cached, true);
    assert.deepEqual([figuresOf(again), figuresOf(anew)], [figuresOf(first), figuresOf(first)]);
  });

  it('judges expectations of an operating point, however its number is written', async () => {
    const lines = ['tmr@0.1 >= 0%', 'tmr@1e-1.of == 6', 'actualFmr@0.10 <= 10%', 'eer <= 100%'];
    const expected = lines.map((text) => `  - verification.colour.${text}\n`).join('');
    const file = await experiment(PEOPLE, `verification: {fmr: [0.1]}\nexpect:\n${expected}`);
    const { expect, verification } = await runToResults(file, []);
    assert.equal(verification?.[0].model, 'colour');
    assert.deepEqual(
      expect.map(({ ok }) => ok),
      [true, true, true, true],
    );
    assert.deepEqual(expect[0].actual, verification?.[0].at[0].tmr.rate);
  });

  it('says which false match rate its pairs are too few for, and the smallest that they measure', async () => {
    const file = await experiment(PEOPLE, 'verification: {fmr: [0.1, 0.01]}');
    const { warnings = [] } = await runToResults(file);
    const { message = '' } = warnings.find(({ code }) => code === 'verification-fmr-too-small') ?? {};
    assert.match(message, /15 impostor pairs, which measure no false match rate below 0\.067: at 0\.01 not one may/);
  });

  for (const [what, people, of] of [
    ['one identity', { ana: [10, 12] }, 'two people'],
    ['one image of each identity', { ana: [10], bo: [50] }, 'one person'],
  ] as const) {
    it(`ends with a reason where there is ${what}`, async () => {
      const file = await experiment(people, 'verification:');
      const { code, stderr } = await lookalike(['run', file, '--progress', 'none']);
      assert.equal(code, 1);
      assert.match(stderr, new RegExp(`verification-no-pairs No two different photographs of ${of} have`));
    });
  }
});
