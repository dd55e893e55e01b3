import assert from 'node:assert/strict';
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Results } from '../../server/src/protocol/results.js';
import { proportion } from '../../server/src/statistics/proportion.js';
import { decodeNpy } from '../../server/src/store/npy.js';
import { queryRecordSchema } from '../../server/src/store/run-folder/query-record.js';
import { COLOUR_MODEL, writeColour, writePeople } from '../support/colours.js';
import { figuresOf, lookalike, runToResults } from '../support/command-line.js';
import { copyWorkspace, newWorkspace } from '../support/workspace.js';

/** Photographs by how red they are: a person's are within 6 of each other; the last four are alone. */
const PEOPLE = { ana: [10, 12, 14, 16], bo: [50, 52, 54, 56], cy: [240], di: [241], ed: [243], fi: [244] };

/**
 * `far` moves everybody by 40: Ana's photographs become as red as Bo's and find these, Bo's find nobody nearer than
 * Bo's own. `near` moves nobody far.
 */
const EXPERIMENT = `
dataset: {use: folder, root: faces}
embed: {models: [${COLOUR_MODEL}]}
threshold: {percentile: 100}
poison:
  far: {use: precomputed, folder: far}
  near: {use: precomputed, folder: near}
retrieve: {use: local, results: 3}
robustness: {minValid: 3}
expect: [robustness.withValid.far <= 50%]
`;

describe('Robustness, on photographs whose distances are known', () => {
  let original: string;
  let folder: string;
  let experiment: string;

  before(async () => {
    original = await newWorkspace();
    await writeFile(join(original, 'known.experiment.yaml'), EXPERIMENT);
    await writePeople(join(original, 'faces'), PEOPLE);
    await writePeople(join(original, 'far'), { ana: PEOPLE.ana, bo: PEOPLE.bo }, { moved: 40, suffix: '_cloaked' });
    await writePeople(join(original, 'near'), PEOPLE, { moved: 1, suffix: '_attacked' });
    await runToResults(join(original, 'known.experiment.yaml'));
  });
  after(() => rm(original, { recursive: true, force: true }));

  beforeEach(async () => {
    folder = await copyWorkspace(original);
    experiment = join(folder, 'known.experiment.yaml');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('gives the counts that can be worked out by hand', async () => {
    const { threshold, poison, retrieve, robustness } = await runToResults(experiment);
    // 36 for a person's outer photographs, 16 for the inner ones.
    assert.deepEqual([threshold?.queries, threshold?.excluded, threshold?.median], [8, 4, 26]);
    assert.deepEqual([poison?.[0].images, poison?.[0].meanShift, poison?.[0].top1], [8, 40, 0.5]);
    assert.deepEqual([poison?.[1].images, poison?.[1].meanShift, poison?.[1].top1], [12, 1, 1]);
    assert.deepEqual(retrieve?.returned.original, { total: 36, mean: 3, min: 3, merged: 0 });
    assert.deepEqual(retrieve?.returned.far, { total: 24, mean: 3, min: 3, merged: 0 });
    assert.ok(robustness);
    assert.deepEqual([robustness.queries, robustness.eligible], [12, 8]);
    const { original, far, near } = robustness.withValid;
    assert.deepEqual([original.count, original.of, original.precision], [8, 8, 1]);
    assert.deepEqual([far.count, far.of, far.rate, far.precision, far.apart], [4, 8, 0.5, 1, 0]);
    assert.deepEqual([near.count, near.of], [8, 8]);
    assert.deepEqual([robustness.all.count, robustness.all.of], [4, 8]);
    // Nobody finds anything of another one's as near as their own photographs are; each has 4 or 8 strangers.
    const { of, strangers, rate, ci95ByIdentity, byIdentity } = robustness.control;
    assert.deepEqual([of, strangers, rate, byIdentity], [8, 8 * (4 + 4), 0, 'wilson']);
    assert.deepEqual(ci95ByIdentity, proportion(0, 2).ci95);
    assert.deepEqual([far.excess, far.rightPerson, near.rightPerson], [0.5, 0.5, 1]);
  });

  it('compares each version with the originals, on the same queries', async () => {
    const { differences = [] } = await runToResults(experiment);
    const rows = differences.map(({ name, n, discordant, difference, p, pByIdentityAlone, pByIdentity }) => {
      return [name, n, discordant, difference, p, pByIdentityAlone, pByIdentity];
    });
    // Of 4 discordant queries, all Ana’s, none changes to the other side: 2 of 16, and Ana by herself says nothing.
    assert.deepEqual(rows, [
      ['poison/far', 8, 4, -0.5, 0.125, 1, 1],
      ['poison/near', 8, 0, 0, 1, 1, 1],
      ['robustness/far', 8, 4, -0.5, 0.125, 1, 1],
      ['robustness/near', 8, 0, 0, 1, 1, 1],
    ]);
    assert.deepEqual(
      differences.map(({ pHolm }) => pHolm),
      [0.5, 1, 0.5, 1],
    );
  });

  it('keeps of each query how many strangers would have found somebody', async () => {
    await runToResults(experiment, ['--out', join(folder, 'run'), '--set', 'threshold.percentile=100']);
    const text = await readFile(join(folder, 'run/queries.jsonl'), 'utf8');
    const records = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.deepEqual(
      records.map(({ identity, control }) => [identity, control]).filter(([identity]) => identity === 'ana'),
      PEOPLE.ana.map(() => ['ana', { count: 0, of: 8 }]),
    );
    assert.deepEqual(records.find(({ identity }) => identity === 'cy').control, null);
  });

  it('judges in plain distances where these are asked for, and counts the same', async () => {
    const { threshold, robustness } = await runToResults(experiment, ['--set', 'threshold.unit=l2']);
    assert.deepEqual([threshold?.unit, threshold?.median], ['l2', 5]);
    assert.deepEqual([robustness?.eligible, robustness?.withValid.far.count], [8, 4]);
  });

  it('counts as valid what lies exactly at the threshold', async () => {
    const all = await runToResults(experiment, ['--set', 'robustness.minValid=3']);
    assert.equal(all.robustness?.eligible, 8);
    const median = await runToResults(experiment, [
      '--set',
      'threshold.percentile=50',
      '--set',
      'robustness.minValid=2',
    ]);
    assert.equal(median.robustness?.eligible, 8);
    const none = await runToResults(experiment, ['--set', 'threshold.percentile=49', '--set', 'robustness.minValid=2']);
    assert.equal(none.robustness?.eligible, 4);
  });

  it('keeps photographs without a perturbed version apart from the protected ones', async () => {
    await rm(join(folder, 'far/ana'), { recursive: true });
    const { robustness } = await runToResults(experiment, ['--set', 'expect=[]']);
    const { far } = robustness?.withValid ?? {};
    assert.deepEqual([far?.count, far?.of, far?.apart], [4, 4, 4]);
    assert.deepEqual([robustness?.all.count, robustness?.all.of], [4, 4]);
  });

  it('retrieves and embeds nothing again when another number of valid results is asked for', async () => {
    const first = await runToResults(experiment);
    const again = await runToResults(experiment);
    assert.deepEqual(figuresOf(again), figuresOf(first));
    const other = await runToResults(experiment, ['--set', 'robustness.minValid=1']);
    for (const { stages } of [again, other]) {
      assert.deepEqual(
        stages.filter(({ cached }) => !cached).map(({ name }) => name),
        ['dataset'],
      );
    }
  });

  it('keeps what each query found: neighbours, and how many of them are valid', async () => {
    await runToResults(experiment, ['--out', join(folder, 'run')]);
    const lines = async (name: string) =>
      (await readFile(join(folder, 'run', name), 'utf8'))
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
    const images = await lines('images.jsonl');
    const query = (await lines('queries.jsonl')).find(({ id }) => id === 'ana/10.png');
    const { far, original } = query.models.colour;
    assert.deepEqual([original.returned, original.valid, far.returned, far.valid, far.shift], [3, 3, 3, 0, 40]);
    const found = decodeNpy(await readFile(join(folder, 'run/neighbours-colour-far.ids.npy')));
    const own = [...(found?.data ?? [])].slice(3 * far.row, 3 * far.row + 3);
    const ids = own.map((line) => images[line].id);
    assert.deepEqual(ids.sort(), ['bo/50.png', 'bo/52.png', 'bo/54.png']);
    // From the original, not from the perturbed photograph that found them: the squares of 40, 42 and 44.
    assert.deepEqual(far.judgedDistances.sort(), [1600, 1764, 1936]);
  });

  it('keeps of each result how far it lies from the original, by which another threshold could be judged', async () => {
    await runToResults(experiment, ['--out', join(folder, 'run')]);
    const text = await readFile(join(folder, 'run/queries.jsonl'), 'utf8');
    let judged = 0;
    for (const line of text.trim().split('\n')) {
      const { threshold, models } = queryRecordSchema.parse(JSON.parse(line));
      for (const { judgedDistances, validAt, valid, returned } of Object.values(models.colour)) {
        if (!judgedDistances) continue;
        const within = judgedDistances.flatMap((distance, n) =>
          distance !== null && distance <= (threshold ?? -1) ? n : [],
        );
        assert.deepEqual([within, within.length, judgedDistances.length], [validAt, valid, returned]);
        judged++;
      }
    }
    assert.equal(judged, 8 + 4 + 4 + 8, 'Those of ana and bo with a threshold, as three versions');
  });

  it('is shown in a report, into which no photograph of somebody is put', async () => {
    await runToResults(experiment, ['--out', join(folder, 'run'), '--html']).catch(() => undefined);
    const { code, stdout } = await lookalike(['report', join(folder, 'run')]);
    assert.equal(code, 0);
    assert.match(await readFile(stdout.trim(), 'utf8'), /"withValid":\{"original"/);
    assert.ok(!(await readdir(join(folder, 'run'))).includes('thumbnails.json'));
  });

  describe('with people’s galleries perturbed, one at a time', () => {
    const target = (use: string) => {
      const gallery = `poison={far: {use: precomputed, folder: ${use}, target: gallery, split: 0.5, users: 2}}`;
      return ['--set', gallery, '--set', 'expect=[]'];
    };

    it('says how often they are not recognised on clean photographs', async () => {
      // Moved by 190, nobody's photographs are near their own any more; moved by 1, everybody's still are.
      const { ana, bo } = PEOPLE;
      await writePeople(join(folder, 'away'), { ana, bo }, { moved: 190, suffix: '_cloaked' });
      const { poison, robustness } = await runToResults(experiment, target('away'));
      const [away] = poison ?? [];
      assert.deepEqual([away.target, away.images, away.meanShift, away.protection?.nn], ['gallery', 4, 190, 1]);
      assert.deepEqual(Object.keys(robustness?.withValid ?? {}), ['original']);
      const near = (await runToResults(experiment, target('near'))).poison?.[0];
      assert.deepEqual([near?.images, near?.protection], [4, { nn: 0, linear: 0 }]);
    });

    it('draws the same people and photographs for the same seed, and others for another', async () => {
      const drawn = async (more: string) => {
        await runToResults(experiment, [...target(`far${more}`), '--out', join(folder, 'run')]);
        return (await readdir(join(folder, 'run/far'), { recursive: true })).sort();
      };
      const first = await drawn(', seed: 3');
      assert.deepEqual(await drawn(', seed: 3'), first);
      assert.notDeepEqual(await drawn(', seed: 4'), first);
    });
  });

  describe('retrieval local, with a gallery of its own', () => {
    const gallery = ['--set', 'gallery={use: folder, root: web}', '--set', 'expect=[]'];

    beforeEach(() => writePeople(join(folder, 'web'), { ana: [11, 13, 15], unknown: [53, 57] }));

    it('searches that, and nothing else', async () => {
      const { retrieve, robustness } = await runToResults(experiment, gallery);
      assert.deepEqual(retrieve?.returned.original, { total: 36, mean: 3, min: 3, merged: 0 });
      assert.deepEqual([robustness?.eligible, robustness?.withValid.original.precision], [4, 1]);
    });

    it('never finds the query’s own photograph, by its id or by its content', async () => {
      await mkdir(join(folder, 'web/copies'));
      await copyFile(join(folder, 'faces/ana/10.png'), join(folder, 'web/copies/another-name.png'));
      await writeColour(join(folder, 'web/ana/10.png'), 10, 1);
      const results = await runToResults(experiment, [...gallery, '--out', join(folder, 'run')]);
      const found = await foundBy(join(folder, 'run'), 'ana/10.png', results);
      assert.deepEqual(found, ['ana/11.png', 'ana/13.png', 'ana/15.png']);
      const other = await foundBy(join(folder, 'run'), 'ana/12.png', results);
      assert.ok(other.includes('copies/another-name.png') || other.includes('ana/10.png'));
    });

    it('says that it holds nothing', async () => {
      await rm(join(folder, 'web'), { recursive: true });
      await mkdir(join(folder, 'web/nobody'), { recursive: true });
      const { code, stderr } = await lookalike(['run', experiment, '--json', ...gallery]);
      assert.equal(code, 1);
      assert.match(stderr, /error dataset-empty The gallery "folder" has no image/);
    });

    it('warns that a model does not say what near-duplicates are', async () => {
      const { stderr } = await lookalike([
        'run',
        experiment,
        '--json',
        ...gallery,
        '--set',
        'retrieve.deduplicate=true',
      ]);
      assert.match(stderr, /warning duplicates-not-merged/);
    });
  });
});

/** Ids of what the original of a query found, nearest first. */
async function foundBy(run: string, id: string, _results: Results): Promise<string[]> {
  assert.ok((await readdir(run)).includes('neighbours-colour-original.ids.npy'));
  const read = async (name: string) =>
    (await readFile(join(run, name), 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  const images = await read('images.jsonl');
  const query = (await read('queries.jsonl')).find((line) => line.id === id);
  const ids = decodeNpy(await readFile(join(run, 'neighbours-colour-original.ids.npy')));
  const k = ids?.shape[1] ?? 0;
  const row = query.models.colour.original.row;
  return [...(ids?.data ?? [])].slice(row * k, (row + 1) * k).map((line) => images[line].id);
}
