import assert from 'node:assert/strict';
import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { COLOUR_MODEL, writeColour, writePeople } from '../support/colours.js';
import { lookalike, runToResults } from '../support/command-line.js';
import { newWorkspace } from '../support/workspace.js';

const PEOPLE = { ana: [10, 12, 14], bo: [15, 52, 54], cy: [240] };

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
