import assert from 'node:assert/strict';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Results } from '../../../server/src/protocol/results.js';
import { sha256 } from '../../../server/src/store/files.js';
import { COLOUR_MODEL, writePeople } from '../../support/colours.js';
import { figuresOf, lookalike, runToResults } from '../../support/command-line.js';
import { FULL } from '../../support/full.js';
import { momentIn, watchedWrites, writesIn } from '../../support/kill-at-write.js';
import { copyWorkspace, newWorkspace } from '../../support/workspace.js';

const PEOPLE = { ana: [10, 12, 14, 16], bo: [50, 52, 54, 56] };
const KILLS_BY_STAGE = {
  thresholds: 1,
  perturbed: FULL ? 10 : 1,
  judged: 1,
  protection: 1,
  neighbours: 1,
  validity: 1,
  run: 1,
};
const EXPERIMENT = `
dataset: {use: folder, root: faces}
embed: {models: [${COLOUR_MODEL}]}
threshold:
poison:
  far: {use: precomputed, folder: far}
  hidden: {use: precomputed, folder: far, target: gallery, split: 0.5, users: 2}
retrieve: {use: local, results: 3}
robustness: {minValid: 1}
`;

describe('A run of perturbations that is killed', () => {
  let original: string;
  let expected: Results;
  let expectedFiles: Record<string, string>;
  let writes: string[];

  before(async () => {
    original = await newWorkspace();
    await writeFile(join(original, 'known.experiment.yaml'), EXPERIMENT);
    await writePeople(join(original, 'faces'), PEOPLE);
    await writePeople(join(original, 'far'), PEOPLE, { moved: 40, suffix: '_cloaked' });
    const reference = await copyWorkspace(original);
    const log = join(reference, 'writes.txt');
    const args = ['--out', join(reference, 'run')];
    expected = await runToResults(join(reference, 'known.experiment.yaml'), args, { env: watchedWrites(log) });
    expectedFiles = await contentOf(join(reference, 'run'));
    writes = await writesIn(log);
    await rm(reference, { recursive: true });
  });
  after(() => rm(original, { recursive: true, force: true }));

  for (const [stage, kills] of Object.entries(KILLS_BY_STAGE)) {
    for (let n = 0; n < kills; n++) {
      it(`in the middle of a write to ${stage} (${n + 1} of ${kills}) goes on with the photograph in hand, and ends with the same files`, async () => {
        const folder = await copyWorkspace(original);
        const experiment = join(folder, 'known.experiment.yaml');
        const moment = momentIn(writes, stage, (n + 0.5) / kills);
        const env = watchedWrites(join(folder, 'writes.txt'), moment);
        const killed = await lookalike(['run', experiment, '--progress', 'none'], { env });
        assert.match(killed.stderr, /error runner-crashed The runner was killed by SIGKILL/);

        const finished = await recordsIn(folder);
        const again = join(folder, 'again.txt');
        const args = ['--out', join(folder, 'run')];
        const resumed = await runToResults(experiment, args, { env: watchedWrites(again) });
        const { poison, ...figures } = figuresOf(resumed);
        const { poison: expectedPoison, ...expectedFigures } = figuresOf(expected);
        assert.deepEqual(figures, expectedFigures);
        assert.deepEqual(poison?.map(withoutSeconds), expectedPoison?.map(withoutSeconds));
        assert.deepEqual(await contentOf(join(folder, 'run')), expectedFiles);
        assert.equal(perturbedIn(await writesIn(again)), perturbedIn(writes) - finished);
        await rm(folder, { recursive: true, force: true });
      });
    }
  }
});

function withoutSeconds<T extends { seconds: number }>({ seconds: _, ...rest }: T) {
  return rest;
}

/** How many perturbed photographs were written: each under a temporary name, `NAME.RANDOM.tmp`, and renamed. */
function perturbedIn(writes: readonly string[]): number {
  const perturbed = writes.filter((file) => /perturbed\/.*\.png/.test(file));
  return new Set(perturbed.map((file) => file.replace(/\.[0-9a-f]+\.tmp$/, ''))).size;
}

/** Photographs that were finished: a record is written last. */
async function recordsIn(folder: string): Promise<number> {
  const cache = join(folder, '.lookalike/cache/perturbed');
  const files = await readdir(cache, { recursive: true }).catch(() => [] as string[]);
  return files.filter((file) => file.endsWith('.json')).length;
}

async function contentOf(folder: string): Promise<Record<string, string>> {
  const files = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.png')).sort();
  const hashes = await Promise.all(files.map(async (name) => [name, sha256(await readFile(join(folder, name)))]));
  return Object.fromEntries(hashes);
}
