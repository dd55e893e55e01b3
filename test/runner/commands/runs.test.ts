import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Results } from '../../../server/src/protocol/results.js';
import type { FoldedTable } from '../../../server/src/protocol/runs/table/fold.js';
import type { RunComparison } from '../../../server/src/protocol/runs/table/run-comparison.js';
import type { RunTable } from '../../../server/src/protocol/runs/table/run-row.js';
import { holm } from '../../../server/src/statistics/differences.js';
import { newRunRecord, writeRunRecord } from '../../../server/src/store/run-folder/run-record.js';
import { figuresOf, lookalike } from '../../support/command-line.js';
import { parsedBySchema } from '../../support/json-schemas.js';
import { writeFaces, writeSmallExperiment } from '../../support/small-experiment.js';
import { newWorkspace } from '../../support/workspace.js';

describe('lookalike runs', () => {
  let folder: string;
  let experiment: string;
  const documents: Results[] = [];

  /** What the command prints in the workspace; it must end with `code`. */
  async function runs(args: readonly string[], code = 0): Promise<{ stdout: string; stderr: string }> {
    const ended = await lookalike(['runs', ...args], { cwd: folder });
    assert.equal(ended.code, code, ended.stderr);
    return ended;
  }

  async function runOnce(...set: string[]): Promise<void> {
    const args = set.flatMap((one) => ['--set', one]);
    const { code, stdout, stderr } = await lookalike(['run', experiment, '--json', '--progress', 'none', ...args]);
    assert.equal(code, 0, stderr);
    documents.push(JSON.parse(stdout));
  }

  before(async () => {
    folder = await newWorkspace();
    await writeFaces(join(folder, 'faces'), 6, 3);
    experiment = await writeSmallExperiment(folder);
    await runOnce();
    await runOnce('queries.sample=9', 'queries.seed=1');
    await runOnce('queries.sample=9', 'queries.seed=2');
  });
  after(() => rm(folder, { recursive: true, force: true }));

  async function list(...args: string[]): Promise<RunTable> {
    return parsedBySchema<RunTable>((await runs(['list', '--json', ...args])).stdout, 'runs');
  }

  describe('list', () => {
    it('shows a row a run, the newest first, with the settings that differ and the figures that matter', async () => {
      const { stdout } = await runs([]);
      const [head] = stdout.split('\n').filter((line) => line.includes('started'));
      for (const word of ['queries.sample', 'queries.seed', 'first top-1', 'second top-1'])
        assert.ok(head.includes(word), head);
      assert.ok(!head.includes('dataset') && !head.includes('index'), head);
      const places = documents.map(({ run }) => stdout.indexOf(run.id));
      assert.ok(places[0] > places[1] && places[1] > places[2] && places[2] >= 0);
    });

    it('prints with --json what its schema says, with the figures of each run’s results', async () => {
      const { runs: rows } = await list();
      assert.deepEqual(
        rows.map(({ id }) => id),
        documents.map(({ run }) => run.id).reverse(),
      );
      for (const row of rows) {
        const { accuracy = [] } = documents.find(({ run }) => run.id === row.id) ?? assert.fail(row.id);
        for (const { model, top } of accuracy) {
          const { rate, ci95, ci95ByIdentity } = top['1'];
          assert.deepEqual(row.figures[`accuracy.${model}.top1`], {
            value: rate,
            interval: ci95ByIdentity ?? ci95,
          });
        }
      }
    });

    it('finds every run in the index that the runs themselves wrote', async () => {
      const index = await readFile(join(folder, '.lookalike/runs/index.jsonl'), 'utf8');
      for (const { run } of documents) assert.ok(index.includes(run.id));
    });

    it('sorts and filters by settings and figures', async () => {
      const sorted = await list('--sort', '-queries.seed', '--where', 'queries.sample == 9');
      assert.deepEqual(
        sorted.runs.map(({ settings }) => settings['queries.seed']),
        [2, 1],
      );
      const none = await list('--where', 'accuracy.first.top1 > 100%');
      assert.deepEqual(none.runs, []);
      const one = await list('--limit', '1');
      assert.equal(one.runs.length, 1);
    });

    it('refuses a path that no run has, and what is no condition', async () => {
      for (const [args, code] of [
        [['--sort', 'queries.sead'], 'runs-path-unknown'],
        [['--where', 'acuracy.first.top1 > 0'], 'runs-path-unknown'],
        [['--where', 'status = done'], 'runs-condition'],
        [['--columns', 'lunch'], 'runs-path-unknown'],
      ] as const) {
        assert.match((await runs(['list', ...args], 2)).stderr, new RegExp(`error ${code}`));
      }
      const { stderr } = await runs(['list', '--sort', 'verification.first.auc'], 2);
      assert.match(
        stderr,
        /verification\.first\.auc is a figure that the list of runs does not keep.*runs diff --all/s,
      );
    });

    it('prints values in full as --csv, and no name as a formula', async () => {
      const note = '=HYPERLINK("http://example.com","x")\nand | more';
      await runs(['note', documents[0].run.id, note]);
      const { stdout } = await runs(['list', '--csv', '--columns', 'id', 'accuracy.first.top1', 'note']);
      const [head, ...lines] = stdout.trimEnd().split('\r\n');
      assert.equal(head, 'id,accuracy.first.top1,accuracy.first.top1 from,accuracy.first.top1 to,note');
      const oldest = lines.slice(2).join('\n');
      assert.ok(oldest.includes(`,"'=HYPERLINK(""http://example.com"",""x"")`), oldest);
      assert.equal(Number(oldest.split(',')[1]), documents[0].accuracy?.[0].top['1'].rate);
      const { stdout: md } = await runs(['list', '--md', '--columns', 'id', 'note']);
      assert.ok(md.includes('and \\| more |'), md);
      await runs(['note', documents[0].run.id, '']);
    });

    it('folds runs that differ in a seed alone into mean and spread', async () => {
      const { stdout } = await runs(['list', '--fold', '--json', '--where', 'queries.sample == 9']);
      const folded = parsedBySchema<FoldedTable>(stdout, 'runs-folded');
      assert.deepEqual(folded.over, ['queries.seed']);
      const rates = documents.slice(1).map(({ accuracy }) => accuracy?.[0].top['1'].rate ?? Number.NaN);
      const { mean, runs: count } = folded.rows[0].figures['accuracy.first.top1'];
      assert.equal(count, 2);
      assert.ok(Math.abs(mean - (rates[0] + rates[1]) / 2) < 1e-12);
    });

    it('shows the runs of a sweep together, with what its axes set', async () => {
      const swept = join(folder, 'swept.experiment.yaml');
      const text = await readFile(experiment, 'utf8');
      await writeFile(swept, `${text}queries: {sample: 9}\nmatrix: {queries.seed: [3, 4]}\n`);
      const ran = await lookalike(['run', swept, '--json', '--progress', 'none']);
      assert.equal(ran.code, 0, ran.stderr);
      const { sweep } = JSON.parse(ran.stdout);
      const { runs: rows } = await list('--where', `sweep == ${sweep.id}`, '--sort', 'queries.seed');
      assert.deepEqual(
        rows.map(({ settings, variant }) => [settings['queries.seed'], variant]),
        [3, 4].map((seed) => [seed, { 'queries.seed': seed }]),
      );
      const { stdout } = await runs([]);
      const [title] = stdout.split('\n').filter((line) => line.includes(sweep.id));
      assert.ok(title.includes('swept.experiment.yaml'), stdout);
      const below = stdout.slice(stdout.indexOf(title)).split(/\n\n/)[0];
      for (const { id } of rows) assert.ok(below.includes(id), below);
      assert.ok(!below.includes(documents[0].run.id));
      await runs(['remove', ...rows.map(({ id }) => id), '--yes']);
    });

    it('says so where there is no run', async () => {
      const empty = await newWorkspace();
      const { code, stdout, stderr } = await lookalike(['runs'], { cwd: empty });
      assert.deepEqual([code, stdout], [0, '']);
      assert.match(stderr, /has no run/);
      await rm(empty, { recursive: true });
    });
  });

  describe('show', () => {
    it('takes the beginning of an id, and prints the results document with --json', async () => {
      const { run } = documents[0];
      const { stdout } = await runs(['show', run.id, '--json']);
      assert.deepEqual(parsedBySchema(stdout, 'results'), documents[0]);
      assert.equal((await runs(['show', run.id.slice(0, -1)])).stdout, (await runs(['show', run.id])).stdout);
      assert.equal((await runs(['show', join(folder, '.lookalike/runs', run.id)])).stdout.includes('Small'), true);
    });

    it('refuses the beginning of several ids, and that of none', async () => {
      assert.match((await runs(['show', documents[0].run.id.slice(0, 4)], 2)).stderr, /error run-ambiguous/);
      for (const unknown of ['nobody', '', '..', '../cache']) {
        assert.match((await runs(['show', unknown], 2)).stderr, /error run-unknown/, unknown);
      }
    });
  });

  describe('diff', () => {
    it('leads with the settings that differ, then has every figure with its difference, and the queries', async () => {
      const [a, b] = documents.slice(1);
      const { stdout } = await runs(['diff', a.run.id, b.run.id, '--json']);
      const compared = parsedBySchema<RunComparison>(stdout, 'runs-diff');
      assert.deepEqual(compared.settings, [{ path: 'queries.seed', values: [1, 2] }]);
      const figures = compared.sections.flatMap((section) => section.figures);
      const top = figures.find(({ path }) => path === 'accuracy.first.top1') ?? assert.fail();
      const rates = [a, b].map(({ accuracy }) => accuracy?.[0].top['1'].rate ?? Number.NaN);
      assert.deepEqual([top.values, top.deltas], [rates, [rates[1] - rates[0]]]);
      const text = (await runs(['diff', a.run.id, b.run.id])).stdout;
      assert.ok(text.indexOf('queries.seed') < text.indexOf('Accuracy'), text);
      assert.deepEqual(
        compared.runs.map(({ label }) => label),
        ['seed=1', 'seed=2'],
      );
    });

    it('tests a figure that counts verdicts on the very queries that both runs judged', async () => {
      const [a, b] = documents;
      const { stdout } = await runs(['diff', a.run.id, b.run.id, '--json']);
      const { sections, queries } = parsedBySchema<RunComparison>(stdout, 'runs-diff');
      const tested = sections.flatMap(({ figures }) => figures).filter(({ tests }) => tests[0] !== null);
      assert.deepEqual(
        tested.map(({ path }) => path),
        ['accuracy.first.top1', 'accuracy.first.top5', 'accuracy.second.top1', 'accuracy.second.top5'],
      );
      const verdicts = tested.map(({ tests }) => queries[tests[0] ?? -1]);
      assert.deepEqual(
        verdicts.map((one) => [one?.verdict, one?.model]),
        [
          ['top-1', 'first'],
          ['top-5', 'first'],
          ['top-1', 'second'],
          ['top-5', 'second'],
        ],
      );
    });

    it('says so instead of a test where two runs share no query, though other photographs are called the same', async () => {
      const [a] = documents;
      await writeFaces(join(folder, 'others'), 4, 3, 2);
      await runOnce('dataset.root=others');
      const other = documents.pop() ?? assert.fail();
      const { stdout } = await runs(['diff', a.run.id, other.run.id, '--json']);
      const { queries, untested, sections } = parsedBySchema<RunComparison>(stdout, 'runs-diff');
      assert.deepEqual(
        untested.map(({ run }) => run),
        [other.run.id],
      );
      assert.ok(
        queries.length > 0 &&
          queries.every(({ both, p, difference }) => both === 0 && p === null && difference === null),
      );
      assert.ok(sections.every(({ figures }) => figures.every(({ tests }) => tests[0] === null)));
      assert.match(
        (await runs(['diff', a.run.id, other.run.id])).stdout,
        /Nothing is tested of B against A: the two have no/,
      );
      await runs(['remove', other.run.id, '--yes']);
    });

    it('counts the queries that were judged otherwise, as the two runs’ own records have them', async () => {
      const [a, b] = documents;
      const { stdout } = await runs(['diff', a.run.id, b.run.id, '--json']);
      const { queries } = parsedBySchema<RunComparison>(stdout, 'runs-diff');
      const hits = await Promise.all([a, b].map(({ run }) => hitsOf(join(folder, '.lookalike/runs', run.id))));
      const both = [...hits[1].keys()].filter((id) => hits[0].has(id));
      const verdict = queries.find((one) => one.model === 'second' && one.verdict === 'top-1') ?? assert.fail();
      assert.equal(verdict.both, both.length);
      assert.equal(verdict.unpaired, hits[0].size - both.length);
      const changed = both.filter((id) => hits[0].get(id) !== hits[1].get(id));
      assert.equal(verdict.gained + verdict.lost, changed.length);
      const share = (of: Map<string, boolean>) => both.filter((id) => of.get(id)).length / both.length;
      assert.ok(Math.abs((verdict.difference ?? Number.NaN) - (share(hits[1]) - share(hits[0]))) < 1e-12);
      const alone = queries.flatMap(({ pByIdentityAlone }) => pByIdentityAlone ?? []);
      assert.deepEqual(
        queries.flatMap(({ pByIdentity }) => pByIdentity ?? []),
        holm(alone),
      );
    });

    it('finds no difference between a run and itself', async () => {
      const { run } = documents[0];
      const { stdout } = await runs(['diff', run.id, run.id]);
      assert.match(stdout, /\n\nNo setting differs\.\n\n\d+ figures are the same/);
      assert.match(stdout, /Every query was judged alike/);
    });

    it('needs two runs', async () => {
      assert.match((await runs(['diff', documents[0].run.id], 2)).stderr, /error invalid-argument/);
    });
  });

  describe('rerun', () => {
    it('runs what the run was of, with what was set then, though the file has changed since', async () => {
      const text = await readFile(experiment, 'utf8');
      await writeFile(experiment, 'name: Another\ndataset: synthetic\n');
      const { stdout } = await runs(['rerun', documents[2].run.id, '--json', '--progress', 'none']);
      await writeFile(experiment, text);
      const again: Results = JSON.parse(stdout);
      assert.notEqual(again.run.id, documents[2].run.id);
      assert.deepEqual(again.run.set, documents[2].run.set);
      assert.deepEqual(figuresOf(again), figuresOf(documents[2]));
      await runs(['remove', again.run.id, '--yes']);
    });

    it('refuses a text that is not what was run', async () => {
      const spec = join(folder, '.lookalike/runs', documents[0].run.id, 'spec.yaml');
      const text = await readFile(spec, 'utf8');
      await writeFile(spec, `${text}threshold:\n`);
      assert.match((await runs(['rerun', documents[0].run.id], 2)).stderr, /error run-text-unusable/);
      await writeFile(spec, text);
    });
  });

  describe('note', () => {
    it('keeps a note and a star beside the run, and leaves what the run wrote as it is', async () => {
      const { id } = documents[1].run;
      const place = join(folder, '.lookalike/runs', id);
      const before = await readFile(join(place, 'results.json'));
      await runs(['note', id, 'Lighting as in the hall — 夜', '--star']);
      const [row] = (await list('--where', 'star == true')).runs;
      assert.deepEqual([row.id, row.note, row.star], [id, 'Lighting as in the hall — 夜', true]);
      await runs(['note', id, '--no-star']);
      assert.equal((await runs(['note', id])).stdout, 'Lighting as in the hall — 夜\n');
      assert.deepEqual(await readFile(join(place, 'results.json')), before);
      await runs(['note', id, '']);
      assert.equal((await runs(['note', id])).stdout, '\n');
    });

    it('names a note that was altered, and takes a new one', async () => {
      const { id } = documents[1].run;
      await runs(['note', id, 'mine']);
      await writeFile(join(folder, '.lookalike/runs', id, 'note.json'), '{"note": "theirs"}');
      assert.match((await runs(['note', id], 1)).stderr, /error note-unreadable/);
      await runs(['note', id, '']);
      assert.equal((await runs(['note', id])).stdout, '\n');
    });
  });

  describe('remove', () => {
    it('asks, and removes nothing where nobody can be asked', async () => {
      const { id } = documents[0].run;
      const { stdout, stderr } = await runs(['remove', id], 2);
      assert.match(stderr, /error confirmation-needed/);
      assert.match(stdout, new RegExp(`${id}: Small, .* done, \\d+ files`));
      assert.ok(existsSync(join(folder, '.lookalike/runs', id, 'results.json')));
    });

    it('refuses a run that goes on, and then removes none of the others', async () => {
      const live = join(folder, '.lookalike/runs/20990101-000000-cccccc');
      const { id } = documents[0].run;
      const record = newRunRecord('20990101-000000-cccccc', { file: experiment, startedBy: 'terminal', set: [] });
      await mkdir(live);
      await writeRunRecord(live, record);
      assert.match((await runs(['remove', id, '2099', '--yes'], 2)).stderr, /error run-folder-busy/);
      assert.ok(existsSync(join(folder, '.lookalike/runs', id)));
      assert.equal((await list('--where', 'status == running')).runs.length, 1);
      await rm(live, { recursive: true });
    });

    it('removes what is named, says so, and the list goes without it', async () => {
      const ids = documents.slice(1).map(({ run }) => run.id);
      const { stdout } = await runs(['remove', ...ids, '--yes']);
      for (const id of ids) assert.match(stdout, new RegExp(`removed .*${id}`));
      assert.deepEqual(
        (await list()).runs.map(({ id }) => id),
        [documents[0].run.id],
      );
    });
  });
});

/** By query: whether the nearest image to it is of its identity, by the second model. */
async function hitsOf(run: string): Promise<Map<string, boolean>> {
  const lines = (await readFile(join(run, 'queries.jsonl'), 'utf8')).trimEnd().split('\n');
  const records = lines.map((line) => JSON.parse(line));
  return new Map(records.map(({ id, models }) => [id, models.second.original.hits['1']]));
}
