import assert from 'node:assert/strict';
import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Random } from '../../server/src/compute/random.js';
import { readRun } from '../../server/src/history/read-run.js';
import type { Problem } from '../../server/src/protocol/errors.js';
import { readQueryTable } from '../../server/src/report/query-table.js';
import { readQueryDetails } from '../../server/src/report/read-query-details.js';
import { readReport } from '../../server/src/report/write-report.js';
import { COLOUR_MODEL, writePeople } from '../support/colours.js';
import { figuresOf, lookalike, runToResults } from '../support/command-line.js';
import { DAMAGES } from '../support/damage.js';
import { FULL } from '../support/full.js';
import { momentIn, watchedWrites, writesIn } from '../support/kill-at-write.js';
import { newWorkspace } from '../support/workspace.js';

const SEEDS = FULL ? [1, 2, 3] : [1];
const FILES = [
  'run.json',
  'spec.yaml',
  'results.json',
  'checksums.jsonl',
  'images.jsonl',
  'queries.jsonl',
  'thumbnails.json',
  'neighbours-colour-original.ids.npy',
  'neighbours-colour-original.distances.npy',
];
const EXPERIMENT = `
dataset: {use: synthetic, identities: 3, images: 3, size: 96}
embed: {models: [${COLOUR_MODEL}]}
index: flat
accuracy: {top: [1]}
threshold: {percentile: 100}
retrieve: {use: local, results: 3}
robustness: {minValid: 1}
expect: [accuracy.colour.top1 >= 0]
`;

describe('A run’s folder', () => {
  let folder: string;
  const run = () => join(folder, 'run');
  const sound = () => join(folder, 'sound');
  const other = () => join(folder, 'other');

  before(async () => {
    folder = await newWorkspace();
    await writePeople(join(folder, 'faces'), { ana: [10, 12], bo: [50, 52], cy: [90, 92] });
    const file = join(folder, 'drawn.experiment.yaml');
    await writeFile(file, EXPERIMENT);
    await runToResults(file, ['--out', sound(), '--set', 'accuracy.top=[1,2]']);
    await runToResults(file, ['--out', other(), '--set', 'dataset.seed=2']);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  beforeEach(async () => {
    await rm(run(), { recursive: true, force: true });
    await cp(sound(), run(), { recursive: true });
  });

  it('holds the files that its readers know', async () => {
    const names = await readdir(run());
    assert.deepEqual(
      FILES.filter((name) => !names.includes(name)),
      [],
    );
  });

  for (const name of FILES) {
    for (const [how, damage] of Object.entries({
      ...DAMAGES,
      'that is gone': ({ file }: Parameters<(typeof DAMAGES)[string]>[0]) => rm(file),
    })) {
      for (const seed of SEEDS) {
        it(`is shown as it was, or it is said what is not: ${name} ${how}${FULL ? ` (${seed})` : ''}`, async () => {
          const expected = await shownOf(run());
          const file = join(run(), name);
          await damage({ file, other: join(other(), name), random: new Random(seed, name, how) });
          const { problems, ...parts } = await shownOf(run());
          const missing = (Object.keys(parts) as (keyof typeof parts)[]).filter((part) => parts[part] === undefined);
          // Whose distances a threshold is of, only results say.
          if (missing.includes('figures')) expected.table = expected.table?.map((row) => ({ ...row, threshold: null }));
          for (const part of Object.keys(parts) as (keyof typeof parts)[]) {
            if (!missing.includes(part)) assert.deepEqual(parts[part], expected[part], part);
          }
          const said = problems.map(({ message }) => message).join('\n');
          if (missing.length > 0 && name !== 'spec.yaml') assert.match(said, new RegExp(name.replaceAll('.', '\\.')));
        });
      }
    }
  }

  it('is no trouble to the command line where its results are a link to a device', async () => {
    await DAMAGES['replaced by a link to a device']({
      file: join(run(), 'results.json'),
      other: '',
      random: new Random(1),
    });
    const { code, stderr } = await lookalike(['report', run()]);
    assert.equal(code, 2);
    assert.match(
      stderr,
      /^error results-unreadable .*results\.json is no file but a folder, a link, a pipe or a device/,
    );
  });

  it('without results shows its stages, and says that no figure was written down', async () => {
    await rm(join(run(), 'results.json'));
    const report = await readReport(run(), { unfinished: true });
    assert.ok(report.ok);
    const { results, queries } = report.value.data;
    assert.deepEqual(
      results.stages.map(({ name }) => name),
      ['dataset', 'embed', 'index', 'accuracy', 'threshold', 'retrieve', 'robustness'],
    );
    assert.equal(results.warnings?.[0].code, 'results-missing');
    assert.ok(queries.length > 0);
  });

  it('beside one that cannot be read is shown all the same', async () => {
    await writeFile(join(run(), 'results.json'), '{"schema": 999}');
    const report = await readReport(sound(), { compare: [run(), other()] });
    assert.ok(report.ok);
    assert.equal(report.value.data.compare.length, 1);
    assert.match(report.value.warnings[0].message, new RegExp(`${run()}/results.json`));
  });

  it('of a run that was killed while it perturbed holds what was measured before, with its queries', async () => {
    const faces = join(folder, 'killed');
    await cp(join(folder, 'faces'), join(faces, 'faces'), { recursive: true });
    await cp(join(folder, 'faces'), join(faces, 'cloaked'), { recursive: true });
    await cp(join(folder, 'colour.onnx'), join(faces, 'colour.onnx'));
    const file = join(faces, 'killed.experiment.yaml');
    const poison = "poison: {cloak: {use: precomputed, folder: cloaked, pattern: '{id}'}}";
    const text = EXPERIMENT.replace(/\{use: synthetic.*\}/, '{use: folder, root: faces}');
    await writeFile(file, text.replace('retrieve:', `${poison}\nretrieve:`));
    const log = join(faces, 'writes.txt');
    await lookalike(['run', file, '--out', join(faces, 'whole')], { env: watchedWrites(log) });
    const moment = momentIn(await writesIn(log), 'perturbed', 0.5);
    await rm(join(folder, '.lookalike'), { recursive: true });
    const out = join(faces, 'run');
    const { code } = await lookalike(['run', file, '--out', out], {
      env: watchedWrites(join(faces, 'again.txt'), moment),
    });
    assert.equal(code, 1);
    const { problems, figures, table, headline } = await shownOf(out);
    assert.equal(problems[0]?.code, 'runner-crashed');
    assert.equal(figures?.accuracy?.[0].top[1].of, 6);
    assert.deepEqual([table?.length, figures?.poison], [6, undefined]);
    assert.ok(headline);
  });

  it('holds a text that is run again as it stands, with the same results', async () => {
    const file = join(folder, 'moved/faces.experiment.yaml');
    await cp(join(folder, 'faces'), join(folder, 'moved/faces'), { recursive: true });
    await cp(join(folder, 'colour.onnx'), join(folder, 'moved/colour.onnx'));
    await writeFile(file, EXPERIMENT.replace(/\{use: synthetic.*\}/, '{use: folder, root: faces}'));
    const out = join(folder, 'elsewhere');
    const first = await runToResults(file, ['--out', out, '--set', 'retrieve.results=2']);
    const spec = join(out, 'spec.yaml');
    assert.equal((await lookalike(['check', spec])).code, 0);
    const again = await runToResults(spec);
    assert.deepEqual(figuresOf(again), figuresOf(first));
    assert.deepEqual([again.run.file, again.run.set], [file, ['retrieve.results=2']]);
    assert.equal(await readFile(spec, 'utf8'), await readFile(file, 'utf8'));
  });
});

/** All that is read of a run's folder; what cannot be is undefined, and among the problems. */
async function shownOf(folder: string) {
  const problems: Problem[] = [];
  const take = <T>(read: { ok: true; value: T } | { ok: false; problem: Problem }): T | undefined => {
    if (read.ok) return read.value;
    problems.push(read.problem);
    return undefined;
  };
  const found = await readRun(folder);
  if (found?.summary.problem) problems.push(found.summary.problem);
  const report = take(await readReport(folder, {}));
  problems.push(...(report?.warnings ?? []));
  const results = report && figuresOf(report.data.results);
  const neighbours = report && report.warnings.length === 0 ? report.data.queries : undefined;
  const table = take(await readQueryTable(folder, 'colour', 'original'));
  // Whether a result is within the threshold is not said where no results say whose it is.
  const details = take(await readQueryDetails(folder, ['0001/001.jpg']))?.map(({ threshold, ...rest }) => rest);
  const figures = results && { ...results, warnings: [] };
  return {
    problems,
    headline: found?.results && found.summary.headline,
    text: found?.text,
    figures,
    neighbours,
    table,
    details,
  };
}
