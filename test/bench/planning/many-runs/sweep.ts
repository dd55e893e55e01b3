import { strict as assert } from 'node:assert';
import { rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Results } from '../../../../server/src/protocol/results.js';
import { sweepDocumentSchema } from '../../../../server/src/protocol/runs/sweep.js';
import { figuresOf, lookalike, runToResults } from '../../../support/command-line.js';
import { newWorkspace } from '../../../support/workspace.js';
import { figure, note, type Section, secondsOf, table } from '../../measure.js';

const FILE = 'modes-and-seeds.experiment.yaml';
const MODES = ['low', 'mid', 'high'];
const SEEDS = [1, 2, 3];
const QUERIES = 4;

const EXPERIMENT = `name: Modes and seeds
dataset: {use: synthetic, identities: 12, images: 5, seed: 7}
queries: {sample: ${QUERIES}, seed: 1}
embed: {models: [face-recognition]}
index: flat
accuracy: {top: [1, 5]}
threshold: {percentile: 95, model: face-recognition}
poison:
  fawkes: {use: fawkes, mode: mid}
retrieve: {use: local, results: 10}
robustness: {minValid: 3}
`;
const MATRIX = `matrix:
  poison.fawkes.mode: [${MODES}]
  queries.seed: [${SEEDS}]
`;

/** A matrix of Fawkes' modes and seeds of queries, beside a run of its own for each of its variants, which finds nothing computed. */
export async function benchSweep(): Promise<Section> {
  const files: string[] = [];
  const experimentOf = async (text: string) => {
    const file = join(await newWorkspace(), FILE);
    await writeFile(file, text);
    files.push(file);
    return file;
  };
  try {
    const together = await experimentOf(EXPERIMENT + MATRIX);
    let swept: readonly Results[] = [];
    const sweep = await secondsOf(async () => {
      const { code, stdout, stderr } = await lookalike(['run', together, '--json', '--progress', 'none']);
      assert.equal(code, 0, stderr);
      swept = sweepDocumentSchema.parse(JSON.parse(stdout)).runs;
    });
    note(`sweep: ${figure(sweep)} s`);
    const alone: number[] = [];
    let equal = 0;
    for (const results of swept) {
      const file = await experimentOf(EXPERIMENT);
      const set = Object.entries(results.run.variant ?? {}).flatMap(([path, value]) => ['--set', `${path}=${value}`]);
      let own: Results | undefined;
      alone.push(
        await secondsOf(async () => {
          own = await runToResults(file, set);
        }),
      );
      const difference = differenceOf(results, own as Results);
      if (difference === undefined) equal++;
      note(`${set.join(' ')}: ${figure(alone.at(-1) as number)} s, ${difference ?? 'equal'}`);
    }
    const sum = alone.reduce((sum, one) => sum + one, 0);
    const rows = [
      ['one sweep', `${figure(sweep)} s`],
      [`${alone.length} runs, each with \`--set\` and an empty cache`, `${figure(sum)} s`],
      ['the sweep needs', `${figure(sweep / sum)} of it`],
      [
        'variants whose results, but for seconds, are those of their own run to the last digit',
        `${equal} of ${alone.length}`,
      ],
    ];
    const body = `Fawkes in ${MODES.length} modes by ${SEEDS.length} seeds of ${QUERIES} queries, on 60 drawn portraits; one after the other, once.

${table(['what', 'figure'], rows)}`;
    return { name: 'sweep', title: 'A sweep beside runs of its variants', body };
  } finally {
    for (const file of files) await rm(dirname(file), { recursive: true, force: true });
  }
}

/** In what two results differ, apart from what the clock said. */
function differenceOf(...results: readonly [Results, Results]): string | undefined {
  const [one, other] = results.map((of) =>
    JSON.parse(JSON.stringify(figuresOf(of), (key, value) => (key === 'seconds' ? undefined : value))),
  );
  try {
    assert.deepEqual(one, other);
    return undefined;
  } catch (error) {
    return String(error);
  }
}
