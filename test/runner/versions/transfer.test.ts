import assert from 'node:assert/strict';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lookUp } from '../../../server/src/protocol/results/look-up.js';
import type { Results } from '../../../server/src/protocol/results.js';
import { COLOUR_MODEL, colourEncoder, writeColour } from '../../support/colours.js';
import { lookalike, runToResults } from '../../support/command-line.js';
import { purifier } from '../../support/purifiers.js';
import { randomVectors } from '../../support/random-vectors.js';
import { newWorkspace } from '../../support/workspace.js';

const FMR = 0.05;
/** What each version adds to the red of a photograph. */
const MOVED = { original: 0, far: 40, near: 1, 'original+wash': -30, 'far+wash': 10, 'near+wash': -29 };
/** The other judge is shown pixels of half the range: its distances are a quarter. */
const HALVED = COLOUR_MODEL.replace('name: colour', 'name: halved').replaceAll(
  '0.00392156862745098',
  '0.00784313725490196',
);

const EXPERIMENT = `
dataset: {use: folder, root: faces}
queries: {sample: 14, seed: 5}
embed: {models: [${COLOUR_MODEL}, ${HALVED}]}
poison:
  far: {use: precomputed, folder: far}
  near: {use: precomputed, folder: near}
countermeasures: {wash: {use: onnx, file: wash.onnx}}
transfer: {judges: [halved, colour], fmr: ${FMR}}
expect: [transfer.far+wash.halved.matched >= 0%, transfer.original.colour.top1 <= 100%]
`;

/** A photograph by whose it is and how red. */
interface Photograph {
  readonly id: string;
  readonly identity: string;
  readonly red: number;
}

describe('Transfer, on photographs whose distances are known', () => {
  const people = twelvePeople();
  let folder: string;
  let experiment: string;
  let results: Results;
  let queried: Photograph[];

  before(async function () {
    this.timeout(300_000);
    folder = await newWorkspace();
    experiment = join(folder, 'transfer.experiment.yaml');
    await mkdir(join(folder, 'faces'));
    await writeFile(join(folder, 'colour.onnx'), colourEncoder());
    await writeFile(join(folder, 'wash.onnx'), purifier({ shift: [-30 / 255, 0, 0] }));
    await writeFile(experiment, EXPERIMENT);
    for (const { id, red } of people) {
      await writeColour(join(folder, 'faces', id), red);
      await writeColour(join(folder, 'far', id.replace('.png', '_cloaked.png')), red + 40);
      await writeColour(join(folder, 'near', id.replace('.png', '_cloaked.png')), red + 1);
    }
    results = await runToResults(experiment, ['--out', join(folder, 'run')]);
    const lines = (await readFile(join(folder, 'run/queries.jsonl'), 'utf8')).trim().split('\n');
    const ids = new Set(lines.map((line) => JSON.parse(line).id));
    queried = people.filter(({ id }) => ids.has(id));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('sets each judge’s threshold by people of whom nobody is queried', () => {
    const { threshold, actualFmr, pairs } = byDefinition(people, queried);
    for (const { judge, ...row } of results.transfer ?? []) {
      assert.ok(near(row.threshold, judge === 'colour' ? threshold : threshold / 4), `${judge}: ${row.threshold}`);
      assert.deepEqual([row.fmr, row.actualFmr, row.impostorPairs, row.setAside], [FMR, actualFmr, pairs, 0]);
    }
  });

  it('counts for each version and judge who is matched and who is nearest', () => {
    const { threshold } = byDefinition(people, queried);
    const rows = (results.transfer ?? []).map((row) => [
      ...[row.perturbation, row.countermeasure, row.judge, row.images, row.noFace],
      ...[row.matched.count, row.matched.of, row.matchedAll, row.top1.count, row.top1.of],
    ]);
    const expected = Object.entries(MOVED).flatMap(([version, moved]) => {
      const [perturbation, countermeasure = null] = version.split('+');
      const { matched, top1 } = counted(people, queried, moved, threshold);
      const of = queried.length;
      return ['halved', 'colour'].map((judge) => [
        ...[perturbation, countermeasure, judge, of, 0],
        ...[matched, of, matched / of, top1, of],
      ]);
    });
    assert.deepEqual(rows, expected);
    const found = new Set(rows.map((row) => row[5]));
    assert.ok(found.size > 2, 'versions differ in who is matched');
  });

  it('tells how far each version moves, in the judge’s own distance between two images of one person', () => {
    const distances = people.flatMap((a, n) =>
      people.slice(n + 1).flatMap((b) => (a.identity === b.identity ? Math.abs(a.red - b.red) : [])),
    );
    for (const { perturbation, countermeasure, shift } of results.transfer ?? []) {
      const name = countermeasure === null ? perturbation : `${perturbation}+${countermeasure}`;
      const moved = MOVED[name as keyof typeof MOVED];
      assert.ok(near(shift, Math.abs(moved) / median(distances)), `${name}: ${shift}`);
    }
  });

  it('is found by version and judge in an expectation, and in a sentence of the finding', () => {
    const row = results.transfer?.find(({ perturbation, countermeasure, judge }) => {
      return perturbation === 'far' && countermeasure === 'wash' && judge === 'halved';
    });
    assert.equal(lookUp(results, ['transfer', 'far+wash', 'halved', 'matched']), row?.matched.rate);
    assert.equal(results.expect[0]?.actual, row?.matched.rate);
    assert.match(results.headline.join(' '), /far: \w+ \(box unknown\) still matches \d.* % of queries/);
  });

  it('judges half of the people where all are queried, and says so', async () => {
    const { transfer, warnings = [] } = await runToResults(experiment, ['--set', 'queries={}', '--set', 'expect=[]']);
    assert.ok(warnings.some(({ code }) => code === 'queries-set-aside'));
    for (const { images, setAside } of transfer ?? []) assert.deepEqual([images, setAside], [24, 24]);
  });

  it('refuses a false match rate that its pairs cannot measure, and a judge that is not embedded', async () => {
    const low = await lookalike(['run', experiment, '--set', 'transfer.fmr=0.00001']);
    assert.equal(low.code, 1);
    assert.match(low.stderr, /fmr-too-small/);
    const unknown = await lookalike(['run', experiment, '--set', 'transfer.judges=[halved, color]']);
    assert.equal(unknown.code, 2);
    assert.match(unknown.stderr, /unknown-model .*No model is named "color"/);
  });
});

/** Four photographs of each of twelve, no two of which are as red; some people are much like one another. */
function twelvePeople(): Photograph[] {
  const taken = new Set<number>();
  return Array.from({ length: 48 }, (_, n) => {
    const person = Math.floor(n / 4);
    const [centre = 0] = randomVectors(1, 1, 77 + person).data;
    const [away = 0] = randomVectors(1, 1, 1000 + n).data;
    let red = Math.round(Math.min(205, Math.max(35, 120 + 40 * centre + 7 * away)));
    while (taken.has(red)) red += 1;
    taken.add(red);
    const identity = `person-${String(person).padStart(2, '0')}`;
    return { id: `${identity}/${n % 4}.png`, identity, red };
  });
}

/** The threshold by its definition: the largest distance at which no larger share of impostor pairs match. */
function byDefinition(people: readonly Photograph[], queried: readonly Photograph[]) {
  const asked = new Set(queried.map(({ identity }) => identity));
  const spared = people.filter(({ identity }) => !asked.has(identity));
  const pairs = spared.flatMap((a, n) =>
    spared.slice(n + 1).map((b) => ({ same: a.identity === b.identity, distance: (a.red - b.red) ** 2 })),
  );
  const impostors = pairs.filter(({ same }) => !same).map(({ distance }) => distance);
  const rateAt = (t: number) => impostors.filter((distance) => distance <= t).length / impostors.length;
  const fitting = pairs.map(({ distance }) => distance).filter((t) => rateAt(t) <= FMR);
  const threshold = Math.max(...fitting);
  return { threshold, actualFmr: rateAt(threshold), pairs: impostors.length };
}

function counted(people: readonly Photograph[], queried: readonly Photograph[], moved: number, threshold: number) {
  let [matched, top1] = [0, 0];
  for (const query of queried) {
    const others = people.filter(({ id }) => id !== query.id);
    const far = others.map(({ red, identity }) => ({ identity, distance: (red - query.red - moved) ** 2 }));
    const nearest = far.reduce((best, one) => (one.distance < best.distance ? one : best));
    if (nearest.identity === query.identity) top1 += 1;
    if (far.some(({ identity, distance }) => identity === query.identity && distance <= threshold)) matched += 1;
  }
  return { matched, top1 };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1
    ? (sorted[Math.floor(middle)] ?? 0)
    : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

function near(a: number | null | undefined, b: number): boolean {
  return typeof a === 'number' && Math.abs(a - b) < 1e-4 * Math.max(1, b);
}
