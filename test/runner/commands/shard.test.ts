import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { resultsSchema } from '../../../server/src/protocol/results.js';
import { computedFiles } from '../../support/cluster/shard-files.js';
import { COLOUR_MODEL, writePeople } from '../../support/colours.js';
import { figuresOf, lookalike, runToResults } from '../../support/command-line.js';
import { copyWorkspace, newWorkspace } from '../../support/workspace.js';

const ENTRY = new URL('../../../bin/lookalike.mjs', import.meta.url).pathname;

const PEOPLE = { ana: [50, 52, 54, 56], bo: [90, 92, 94, 96], cy: [240], di: [241] };
const EXPERIMENT = `
dataset: {use: folder, root: faces}
embed: {models: [${COLOUR_MODEL}]}
threshold: {percentile: 100}
poison:
  far: {use: precomputed, folder: far}
countermeasures:
  still: {use: median, size: 3}
retrieve: {use: local, results: 3}
robustness: {minValid: 3}
`;

const file = (workspace: string) => join(workspace, 'known.experiment.yaml');

describe('executor manual', function () {
  this.timeout(300_000);
  const opened: string[] = [];
  let original: string;

  before(async () => {
    original = await newWorkspace();
    opened.push(original);
    await writePeople(join(original, 'faces'), PEOPLE);
    await writePeople(join(original, 'far'), PEOPLE, { moved: 40, suffix: '_cloaked' });
    await writeFile(file(original), EXPERIMENT);
  });
  after(() => Promise.all(opened.map((workspace) => rm(workspace, { recursive: true, force: true }))));

  const open = async () => {
    const workspace = await copyWorkspace(original);
    opened.push(workspace);
    return workspace;
  };

  it('waits for shards that others compute, and gives what a local run does', async () => {
    const [here, there] = [await open(), await open()];
    const local = figuresOf(await runToResults(file(here)));
    const computing = new Map<string, Promise<void>>();
    const { code, stdout, stderr } = await lookalike(
      ['run', file(there), '--executor', 'manual', '--executor-set', 'pairs=40', '--json', '--progress', 'json'],
      {
        onProgress(said, child) {
          for (const [, plan = ''] of said.matchAll(/of the plan ([^"]+)"/g)) {
            if (computing.has(plan)) continue;
            // Nobody else computes: without it the run would wait for ever.
            const computed = computeAll(plan).catch((error) => {
              child.kill('SIGINT');
              throw error;
            });
            computing.set(plan, computed);
          }
        },
      },
    );
    assert.equal(code, 0, stderr);
    await Promise.all(computing.values());
    // Photographs, and two versions of them that are made: each is made, but the photographs, and embedded.
    const searches = [...computing.keys()].filter((plan) => plan.includes('/searches/'));
    assert.ok(computing.size >= 5 + searches.length && searches.length >= 2, [...computing.keys()].join(' '));
    const figures = figuresOf(resultsSchema.parse(JSON.parse(stdout)));
    assert.deepEqual(comparable(figures), comparable(local));
    // Folders of what `precomputed` gave are called by where it lies, which is another place here.
    const bytes = async (workspace: string) => Object.values(await computedFiles(workspace)).sort();
    assert.deepEqual(await bytes(there), await bytes(here));
  });
});

describe('lookalike shard', () => {
  it('says what is wrong with a plan, a number and an executor', async () => {
    const folder = await newWorkspace();
    try {
      const missing = await lookalike(['shard', join(folder, 'nowhere'), '--index', '0']);
      assert.equal(missing.code, 2);
      assert.match(missing.stderr, /error plan-missing/);
      await writeFile(join(folder, 'plan.json'), '{"format": 99}');
      assert.match((await lookalike(['shard', folder, '--index', '0'])).stderr, /error plan-unusable/);
      assert.match((await lookalike(['shard', folder, '--index', '-1'])).stderr, /whole number/);
      await writeFile(join(folder, 'x.experiment.yaml'), 'dataset: synthetic\nembed: {models: [face-recognition]}\n');
      const run = (...more: string[]) => lookalike(['run', join(folder, 'x.experiment.yaml'), ...more]);
      assert.match((await run('--executor', 'slrum')).stderr, /error executor-unknown .*did you mean "slurm"/);
      const odd = await run('--executor', 'slurm', '--executor-set', 'partitoin=gpu');
      assert.match(odd.stderr, /error executor-invalid .*did you mean "partition"/);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

/** As `docs/clusters.md` says: two at once or, of a search, all by one process, which opens each part once. */
async function computeAll(plan: string): Promise<void> {
  const shards = (await readdir(plan)).filter((name) => /^\d+\.json$/.test(name)).length;
  if (plan.includes('/searches/')) {
    const { code, stderr } = await lookalike(['shard', plan, '--index', '0', '--count', String(2 * shards)]);
    assert.equal(code, 0, stderr);
    return;
  }
  const line = `seq 0 ${shards - 1} | xargs --max-procs 2 --replace={} '${process.execPath}' '${ENTRY}' shard '${plan}' --threads 1 --index {}`;
  const ended = once(spawn('bash', ['-c', line], { stdio: 'ignore' }), 'exit');
  assert.deepEqual(await ended, [0, null]);
}

/** All but how long it took, and that it waited for somebody. */
function comparable({ warnings, ...figures }: ReturnType<typeof figuresOf>): unknown {
  const others = warnings.filter(({ code }) => code !== 'shards-wanted');
  return JSON.parse(
    JSON.stringify({ ...figures, warnings: others }, (key, value) => (key === 'seconds' ? null : value)),
  );
}
