import assert from 'node:assert/strict';
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { percentile } from '../../server/src/statistics/percentile.js';
import { COLOUR_MODEL, writeColour, writePeople } from '../support/colours.js';
import { lookalike, runToResults } from '../support/command-line.js';
import { randomVectors } from '../support/random-vectors.js';
import { newWorkspace } from '../support/workspace.js';

const PEOPLE = { ana: [10, 12, 14], bo: [15, 52, 54], cy: [240] };

interface Generated {
  /** With its folder and without its ending. */
  readonly id: string;
  readonly person: string;
  readonly red: number;
}

/** Reds of which no two differ by as much as two others (Mian and Chowla): no two distances are equal. */
const REDS = [1, 2, 4, 8, 13, 21, 31, 45, 66, 81, 97, 123, 148, 182, 204, 252];

/** Four people with four photographs each, of which some are there two or three times; in the order of their ids. */
async function writeWithCopies(root: string, seed: number): Promise<Generated[]> {
  const { data } = randomVectors(16, 2, seed);
  const order = [...REDS.keys()].sort((a, b) => data[2 * a] - data[2 * b]);
  const photographs = order.flatMap((at, n): Generated[] => {
    const person = `person-${n % 4}`;
    const copies = data[2 * at + 1] > 0.5 ? 3 : data[2 * at + 1] > 0 ? 2 : 1;
    return Array.from({ length: copies }, (_, copy) => ({
      person,
      red: REDS[at],
      id: `${person}/${REDS[at]}-${copy}`,
    }));
  });
  for (const { id, red } of photographs) await writeColour(join(root, `${id}.png`), red);
  return photographs.sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** By the definitions: a photograph's copies are itself, for whoever asks. */
function countedPlainly(photographs: readonly Generated[]) {
  const apart = (a: Generated, b: Generated) => (a.red - b.red) ** 2;
  const othersOf = (query: Generated) =>
    photographs.filter(({ red }) => red !== query.red).sort((a, b) => apart(query, a) - apart(query, b));
  const isNear = (query: Generated, result: Generated) => {
    const own = othersOf(query).filter(({ person }) => person === query.person);
    return (
      apart(query, result) <=
      percentile(
        own.map((other) => apart(query, other)),
        60,
      )
    );
  };
  const found = new Map(photographs.map((query) => [query, othersOf(query).slice(0, 3)]));
  const eligible = photographs.filter((query) => found.get(query)?.some((result) => isNear(query, result)));
  const strangersOf = (query: Generated) => photographs.filter(({ person }) => person !== query.person);
  const shares = eligible.map((query) => {
    const finds = (stranger: Generated) =>
      found.get(stranger)?.some((result) => result.red !== query.red && isNear(query, result));
    return strangersOf(query).filter(finds).length / strangersOf(query).length;
  });
  return {
    hits: (depth: number) =>
      photographs.filter((query) =>
        othersOf(query)
          .slice(0, depth)
          .some(({ person }) => person === query.person),
      ).length,
    eligible: eligible.length,
    control: shares.reduce((sum, share) => sum + share, 0) / shares.length,
    strangers: photographs.map((query) => strangersOf(query).length),
  };
}

describe('Photographs that are there more than once', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await newWorkspace();
    await writePeople(join(folder, 'faces'), PEOPLE);
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function experiment(lines: string): Promise<string> {
    const file = join(folder, 'copies.experiment.yaml');
    const embed = `embed: {models: [${COLOUR_MODEL}]}`;
    await writeFile(file, `name: copies\ndataset: {use: folder, root: faces}\n${embed}\n${lines}\n`);
    return file;
  }

  async function copyOf(from: string, to: string): Promise<void> {
    await mkdir(dirname(join(folder, to)), { recursive: true });
    await copyFile(join(folder, from), join(folder, to));
  }

  it('change neither accuracy nor thresholds where every one is doubled, and are counted', async () => {
    const file = await experiment('accuracy: {top: [1]}\nthreshold: {percentile: 100}');
    const once = await runToResults(file);
    for (const [name, reds] of Object.entries(PEOPLE)) {
      for (const red of reds) await copyOf(`faces/${name}/${red}.png`, `faces/${name}/${red}-again.png`);
    }
    const twice = await runToResults(file);
    assert.deepEqual([once.images.copies, twice.images.copies], [0, 7]);
    const [before, after] = [once, twice].map(({ accuracy }) => accuracy?.[0].top[1]);
    assert.deepEqual([after?.hits, after?.of], [2 * (before?.hits ?? 0), 2 * (before?.of ?? 0)]);
    assert.deepEqual([after?.rate, after?.ratePaired], [before?.rate, before?.ratePaired]);
    assert.equal(twice.threshold?.median, once.threshold?.median);
    assert.equal(twice.threshold?.excluded, 2);
    const { stdout } = await lookalike(['run', file, '--progress', 'none']);
    assert.match(stdout, /images 14 · identities 3 · copies 7/);
  });

  it('of one photograph alone are no pair: there is neither a hit nor a threshold', async () => {
    const file = await experiment('accuracy: {top: [1]}');
    for (const name of ['ana', 'bo']) await rm(join(folder, 'faces', name), { recursive: true });
    await writeColour(join(folder, 'faces/di/90.png'), 90);
    for (const name of ['cy/240', 'di/90']) await copyOf(`faces/${name}.png`, `faces/${name}-again.png`);
    const { accuracy } = await runToResults(file);
    assert.deepEqual([accuracy?.[0].top[1].hits, accuracy?.[0].top[1].ratePaired], [0, null]);
    const { code, stderr } = await lookalike(['run', file, '--set', 'threshold.percentile=95']);
    assert.equal(code, 1);
    assert.match(stderr, /threshold-no-pairs No identity has two different photographs/);
  });

  it('count alike before and after a perturbation that changes nothing', async () => {
    const file = await experiment(
      'accuracy: {top: [1]}\nthreshold: {percentile: 95}\npoison: {same: {use: precomputed, folder: same}}',
    );
    await copyOf('faces/ana/10.png', 'faces/ana/10-again.png');
    for (const name of ['ana/10', 'ana/10-again', 'ana/12', 'ana/14', 'bo/15', 'bo/52', 'bo/54']) {
      await copyOf(`faces/${name}.png`, `same/${name}_cloaked.png`);
    }
    const { accuracy, poison } = await runToResults(file);
    assert.equal(poison?.[0].top1, accuracy?.[0].top[1].ratePaired);
  });

  for (const seed of [1, 2, 3]) {
    it(`are the query itself for every figure, in a generated data set (${seed})`, async function () {
      this.timeout(300_000);
      const photographs = await writeWithCopies(join(folder, 'generated'), seed);
      const file = await experiment(
        `accuracy: {top: [1, 2]}
index: hnsw
threshold: {percentile: 60}
poison:
  same: {use: precomputed, folder: same}
retrieve: {use: local, results: 3}
robustness: {minValid: 1}`,
      );
      for (const { id } of photographs) await copyOf(`generated/${id}.png`, `same/${id}_cloaked.png`);
      const results = await runToResults(file, ['--set', 'dataset.root=generated', '--out', join(folder, 'run')]);
      const plain = countedPlainly(photographs);
      const { accuracy, poison, robustness, index } = results;
      const { 1: first, 2: second } = accuracy?.[0].top ?? {};
      assert.deepEqual([first?.hits, second?.hits], [plain.hits(1), plain.hits(2)]);
      assert.equal(poison?.[0].top1, first?.ratePaired);
      assert.deepEqual([robustness?.eligible, robustness?.withValid.same.count], [plain.eligible, plain.eligible]);
      const { rate, of } = robustness?.control ?? assert.fail();
      assert.equal(of, plain.eligible);
      assert.ok(Math.abs((rate ?? 0) - plain.control) < 1e-12, `${rate} for ${plain.control}`);
      // So few are all found: what is left out is left out of both sides.
      assert.deepEqual([index?.[0].recall, index?.[0].recallAt], [1, 3]);
      const records = (await readFile(join(folder, 'run/queries.jsonl'), 'utf8')).trim().split('\n');
      const kept = records.map((line) => JSON.parse(line).control);
      assert.deepEqual(
        kept.map((control) => control?.of ?? null),
        plain.strangers,
      );
    });
  }

  it('under two people are named, with both files and both people', async () => {
    await copyOf('faces/ana/10.png', 'faces/bo/10.png');
    const { warnings } = await runToResults(await experiment('accuracy: {top: [1]}'));
    assert.deepEqual(
      warnings?.map(({ code }) => code),
      ['identities-contradict'],
    );
    assert.match(warnings?.[0].message ?? '', /ana\/10\.png of ana is bo\/10\.png of bo/);
  });

  it('leave a person without a partner out of `ratePaired` where the other picture cannot be read', async () => {
    await writeFile(join(folder, 'faces/cy/241.png'), 'no picture');
    const { accuracy, images } = await runToResults(await experiment('accuracy: {top: [1]}'));
    assert.equal(images.unreadable, 1);
    const top1 = accuracy?.[0].top[1];
    // Of seven with an embedding Cy's has no other: what is right is right of six.
    assert.equal(top1?.ratePaired, (top1?.hits ?? 0) / 6);
  });
});

describe('A gallery whose folders name no people', () => {
  let folder: string;
  before(async () => {
    folder = await newWorkspace();
    await writePeople(join(folder, 'faces'), PEOPLE);
    await writePeople(join(folder, 'shards'), { '00000': [11, 53], '00001': [13, 241] });
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('has no precision, and is said to, unless `identities: none` says it first', async () => {
    const file = join(folder, 'gallery.experiment.yaml');
    await writeFile(
      file,
      `name: gallery
dataset: {use: folder, root: faces}
gallery: {use: folder, root: shards}
embed: {models: [${COLOUR_MODEL}]}
threshold: {percentile: 100}
retrieve: {use: local, results: 2}
robustness: {minValid: 1}
`,
    );
    const taken = await runToResults(file);
    const said = await runToResults(file, ['--set', 'gallery.identities=none']);
    assert.deepEqual(
      [taken, said].map(({ warnings = [] }) => warnings.map(({ code }) => code)),
      [['gallery-identities-unknown'], []],
    );
    for (const { robustness } of [taken, said]) {
      assert.ok((robustness?.eligible ?? 0) > 0);
      assert.equal(robustness?.withValid.original.precision, null);
    }
  });
});
