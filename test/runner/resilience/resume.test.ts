import assert from 'node:assert/strict';
import { readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Results } from '../../../server/src/protocol/results.js';
import { figuresOf, lookalike, runToResults } from '../../support/command-line.js';
import { FULL } from '../../support/full.js';
import { momentIn, watchedWrites, writesIn } from '../../support/kill-at-write.js';
import { writeFaces, writeSmallExperiment } from '../../support/small-experiment.js';
import { copyWorkspace, newWorkspace } from '../../support/workspace.js';

/** Two shards a model, of portraits that the run draws itself, or of images that are there. */
const KILLS_BY_STAGE = [
  { dataset: '{use: synthetic, identities: 43, images: 3, size: 96}', kills: { datasets: 2 } },
  {
    dataset: '{use: folder, root: faces}',
    kills: { embeddings: 4, indexes: 1, neighbours: 2, runs: 1 },
  },
];

for (const { dataset, kills } of KILLS_BY_STAGE) {
  describe(`A run over ${dataset} that is killed`, () => {
    let original: string;
    let experiment: string;
    let expected: Results;
    let writes: string[];

    before(async () => {
      original = await newWorkspace();
      await writeFaces(join(original, 'faces'), 43, 3);
      await writeSmallExperiment(original, dataset);
      const reference = await copyWorkspace(original);
      const log = join(reference, 'writes.txt');
      expected = await runToResults(join(reference, 'small.experiment.yaml'), [], { env: watchedWrites(log) });
      writes = await writesIn(log);
      await rm(reference, { recursive: true });
    });

    beforeEach(async () => {
      experiment = join(await copyWorkspace(original), 'small.experiment.yaml');
    });
    afterEach(() => rm(dirname(experiment), { recursive: true, force: true }));
    after(() => rm(original, { recursive: true, force: true }));

    for (const [stage, sampled] of Object.entries(kills)) {
      const moments = FULL ? 10 * sampled : sampled;
      for (let n = 0; n < moments; n++) {
        it(`in the middle of a write to ${stage} (${n + 1} of ${moments}) goes on, and gives the same results`, async () => {
          const moment = momentIn(writes, stage, (n + 0.5) / moments);
          const log = join(dirname(experiment), 'writes.txt');
          const killed = await lookalike(['run', experiment, '--progress', 'none'], {
            env: watchedWrites(log, moment),
          });
          assert.equal(killed.code, 1);
          assert.match(killed.stderr, /error runner-crashed The runner was killed by SIGKILL/);

          const finished = await shardsOn(experiment);
          const resumed = await runToResults(experiment);
          assert.deepEqual(figuresOf(resumed), figuresOf(expected));
          assert.equal(shardsComputed(resumed), shardsComputed(expected) - finished);
        });
      }
    }
  });
}

/** A shard is there when its `.jsonl` is. */
async function shardsOn(experiment: string): Promise<number> {
  const folder = join(dirname(experiment), '.lookalike/cache/embeddings');
  const files = await readdir(folder, { recursive: true }).catch(() => [] as string[]);
  return files.filter((file) => file.endsWith('.jsonl')).length;
}

function shardsComputed(results: Results): number {
  return results.stages.reduce((sum, stage) => sum + (stage.shardsComputed ?? 0), 0);
}
