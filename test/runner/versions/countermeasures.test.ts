import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { resultsSchema } from '../../../server/src/protocol/results.js';
import { COLOUR_MODEL, writeColour, writePeople } from '../../support/colours.js';
import { figuresOf, lookalike, runToResults } from '../../support/command-line.js';
import { purifier } from '../../support/purifiers.js';
import { copyWorkspace, newWorkspace } from '../../support/workspace.js';

/** Photographs by how red they are: a person's are within 6 of each other; the last four are alone. */
const PEOPLE = { ana: [50, 52, 54, 56], bo: [90, 92, 94, 96], cy: [240], di: [241], ed: [243], fi: [244] };

/** `far` moves everybody's red by 40, `near` by 1; `wash` takes 40 off the red. */
const EXPERIMENT = `
dataset: {use: folder, root: faces}
embed: {models: [${COLOUR_MODEL}]}
threshold: {percentile: 100}
poison:
  far: {use: precomputed, folder: far}
  near: {use: precomputed, folder: near}
countermeasures:
  wash: {use: onnx, file: wash.onnx}
  still: {use: median, size: 3}
retrieve: {use: local, results: 3}
robustness: {minValid: 3}
expect: [robustness.withValid.far+wash >= 100%, countermeasures.original+wash.top1 == 50%]
`;

describe('Countermeasures, on photographs whose distances are known', () => {
  let original: string;
  let folder: string;
  let experiment: string;

  before(async function () {
    this.timeout(300_000);
    original = await newWorkspace();
    await writeFile(join(original, 'known.experiment.yaml'), EXPERIMENT);
    await writePeople(join(original, 'faces'), PEOPLE);
    await writePeople(join(original, 'far'), { ana: PEOPLE.ana, bo: PEOPLE.bo }, { moved: 40, suffix: '_cloaked' });
    await writePeople(join(original, 'near'), PEOPLE, { moved: 1, suffix: '_attacked' });
    await writeFile(join(original, 'wash.onnx'), purifier({ shift: [-40 / 255, 0, 0] }));
    await runToResults(join(original, 'known.experiment.yaml'));
  });
  after(() => rm(original, { recursive: true, force: true }));

  beforeEach(async () => {
    folder = await copyWorkspace(original);
    experiment = join(folder, 'known.experiment.yaml');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('give the counts that can be worked out by hand, for the originals too', async () => {
    const { countermeasures, robustness } = await runToResults(experiment);
    const byName = Object.fromEntries((countermeasures ?? []).map((entry) => [entry.name, entry]));
    assert.deepEqual(Object.keys(byName), [
      ...['original+wash', 'far+wash', 'near+wash'],
      ...['original+still', 'far+still', 'near+still'],
    ]);
    assert.deepEqual([byName['original+wash']?.medianShift, byName['original+wash']?.images], [40, 12]);
    // Bo's become as red as Ana's, and those who are alone have nobody to be found by.
    assert.deepEqual([byName['original+wash']?.top1, byName['original+wash']?.top1All], [0.5, 4 / 12]);
    assert.deepEqual([byName['far+wash']?.medianShift, byName['far+wash']?.top1], [0, 1]);
    assert.deepEqual([byName['far+still']?.medianShift, byName['far+still']?.top1], [40, 0.5]);
    const { withValid = {}, all } = robustness ?? {};
    const counts = Object.entries(withValid).map(([name, { count, of }]) => [name, count, of]);
    assert.deepEqual(counts, [
      ['original', 8, 8],
      ['far', 4, 8],
      ['near', 8, 8],
      ['original+wash', 4, 8],
      ['far+wash', 8, 8],
      ['near+wash', 4, 8],
      ['original+still', 8, 8],
      ['far+still', 4, 8],
      ['near+still', 8, 8],
    ]);
    assert.deepEqual([all?.count, all?.of, all?.versions], [4, 8, ['far', 'near']]);
  });

  it('give for each query what each version of it found', async () => {
    const out = join(folder, 'run');
    await runToResults(experiment, ['--out', out]);
    const lines = (await readFile(join(out, 'queries.jsonl'), 'utf8')).trim().split('\n');
    const bo = lines.map((line) => JSON.parse(line)).find(({ id }) => id === 'bo/90.png');
    const found = Object.entries(bo.models.colour).map(([version, part]) => [
      version,
      (part as { valid: number }).valid,
    ]);
    assert.deepEqual(Object.fromEntries(found), {
      ...{ original: 3, far: 3, near: 3, 'original+wash': 0, 'far+wash': 3, 'near+wash': 0 },
      ...{ 'original+still': 3, 'far+still': 3, 'near+still': 3 },
    });
    assert.equal((await readFile(join(out, bo.models.colour['far+wash'].file))).subarray(1, 4).toString(), 'PNG');
  });

  it('come from the cache the second time, and are made again where the network is another', async () => {
    const first = await runToResults(experiment);
    assert.equal(first.stages.find(({ name }) => name === 'countermeasures')?.cached, true);
    const again = await runToResults(experiment, ['--no-cache']);
    assert.deepEqual(figuresOf(withoutSeconds(again)), figuresOf(withoutSeconds(first)));
    await writeFile(join(folder, 'wash.onnx'), purifier({ shift: [0, 0, 0] }));
    const other = await runToResults(experiment, ['--set', 'expect=[]']);
    assert.equal(other.countermeasures?.[0]?.medianShift, 0);
    assert.equal(other.robustness?.withValid['far+wash']?.count, 4);
  });

  it('of a gallery make of its perturbed and its clean photographs what people are told apart by', async () => {
    for (const [name, reds] of Object.entries({ ana: PEOPLE.ana, bo: PEOPLE.bo })) {
      for (const red of reds) await writeColour(join(folder, 'blue', name, `${red}_cloaked.png`), red, 90);
    }
    await writeFile(join(folder, 'unblue.onnx'), purifier({ scale: [1, 1, 0] }));
    const text = `dataset: {use: folder, root: faces}
embed: {models: [${COLOUR_MODEL}]}
poison: {blue: {use: precomputed, folder: blue, target: gallery, users: 2, split: 0.5}}
countermeasures:
  unblue: {use: onnx, file: unblue.onnx, target: gallery}
  still: {use: median, target: gallery}
`;
    await writeFile(join(folder, 'gallery.experiment.yaml'), text);
    const { poison, countermeasures } = await runToResults(join(folder, 'gallery.experiment.yaml'));
    // Four photographs are in blue, 90 away; the other person's, 40 away, are nearer.
    const before = poison?.[0]?.protection;
    assert.deepEqual([poison?.[0]?.images, before?.nn], [4, 1]);
    const [unblue, still] = countermeasures ?? [];
    assert.deepEqual([unblue?.name, unblue?.target], ['blue+unblue', 'gallery']);
    assert.deepEqual(unblue?.protection, { nn: 0, linear: 0, galleryLeft: 0 });
    assert.deepEqual([still?.name, still?.protection], ['blue+still', { ...before, galleryLeft: 0 }]);
  });

  it('that take images of another size refuse them by name, and a run of which nothing comes out fails', async () => {
    await writeFile(join(folder, 'wash.onnx'), purifier({ size: 8 }));
    const { code, stdout } = await lookalike(['run', experiment, '--json']);
    const { run, countermeasures, skipped = [] } = resultsSchema.parse(JSON.parse(stdout));
    assert.deepEqual(
      [code, run.error?.code, run.error?.specPath],
      [1, 'perturbation-empty', ['countermeasures', 'wash']],
    );
    assert.deepEqual([countermeasures?.[0]?.images, countermeasures?.[0]?.leftOut], [0, { 'purifier-size': 12 }]);
    assert.match(
      skipped.find(({ code }) => code === 'purifier-size')?.message ?? '',
      /^original\+wash: .*takes 8 × 8 pixels, and the photograph has 16 × 16/,
    );
  });

  it('by an outside tool run on the user’s yes alone', async () => {
    const set = ['countermeasures={mine: {use: command, run: [cp, "{input}", "{output}"]}}', 'expect=[]'];
    const { code, stderr } = await lookalike(['run', experiment, ...set.flatMap((one) => ['--set', one])]);
    assert.equal(code, 1);
    assert.match(stderr, /permission-needed .*countermeasures\.mine \(command\) runs a program/);
  });

  it('that leave no face are told, with every photograph named, and count as lost', async function () {
    this.timeout(300_000);
    const text = `dataset: {use: synthetic, identities: 3, images: 2}
embed: {models: [face-recognition]}
countermeasures: {fog: {use: blur, sigma: 60}}
retrieve: {use: local, results: 3}
threshold: {percentile: 100}
robustness: {minValid: 1}
`;
    await writeFile(join(folder, 'fog.experiment.yaml'), text);
    const results = await runToResults(join(folder, 'fog.experiment.yaml'));
    const [fog] = results.countermeasures ?? [];
    assert.deepEqual([fog?.images, fog?.noFaceAfter, fog?.top1, fog?.top1All, fog?.medianShift], [6, 6, null, 0, null]);
    const found = results.robustness?.withValid['original+fog'];
    assert.deepEqual([found?.count, found?.of, found?.rate, found?.rateAll], [0, 0, null, 0]);
    assert.equal(results.skipped?.filter(({ message }) => message.startsWith('original+fog: ')).length, 6);
    assert.ok(results.warnings?.some(({ code }) => code === 'countermeasure-no-face'));
  });
});

function withoutSeconds(results: Awaited<ReturnType<typeof runToResults>>) {
  const strip = <T extends { seconds: number }>(all: readonly T[] | undefined) =>
    all?.map((entry) => ({ ...entry, seconds: 0 }));
  return { ...results, poison: strip(results.poison), countermeasures: strip(results.countermeasures) };
}
