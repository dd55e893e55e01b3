import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { csv } from '../../../server/src/plugins/datasets/csv.js';
import { folder } from '../../../server/src/plugins/datasets/folder.js';
import { filesOnDisk } from '../../../server/src/plugins/files.js';
import { IDENTITY_PATTERN, identityByPattern } from '../../../server/src/plugins/inspection/identity-pattern.js';
import { identities, listed, refused, writeImages } from '../../support/dataset-files.js';
import { temporaryFolder } from '../../support/run-folder.js';

describe('Whose an image is, by a pattern', () => {
  for (const [pattern, id, identity] of [
    ['{folder[-1]}', 'train/Ana/1.jpg', 'Ana'],
    ['{folder[0]}', 'train/Ana/1.jpg', 'train'],
    ['{folder[1]}', 'train/Ana/1.jpg', 'Ana'],
    ['{folder[-2]}-{folder[-1]}', 'train/Ana/1.jpg', 'train-Ana'],
    ['{folder[2]}', 'train/Ana/1.jpg', null],
    ['{folder[-1]}', '1.jpg', null],
    ['{name[0]}', 'shard 3/n0012_0007.crop.png', 'n0012'],
    ['{name[-1]}', 'n0012_0007.crop.png', '0007.crop'],
    ['{name}', 'Zoë_1.png', 'Zoë_1'],
    ['{name[0]}', '_1.png', null],
  ] as const) {
    it(`${pattern} of ${id} is ${identity ?? 'nobody'}`, () => assert.equal(identityByPattern(pattern, id), identity));
  }

  it('is the folder at every depth, counted from either end', () => {
    const name = fc.string({ minLength: 1, maxLength: 8 }).filter((text) => !/[/\0]/.test(text));
    fc.assert(
      fc.property(fc.array(name, { minLength: 1, maxLength: 6 }), name, fc.nat(), (folders, file, place) => {
        const id = [...folders, file].join('/');
        const at = place % folders.length;
        assert.equal(identityByPattern(`{folder[${at}]}`, id), folders[at]);
        assert.equal(identityByPattern(`{folder[${at - folders.length}]}`, id), folders[at]);
        assert.equal(identityByPattern(`{folder[${folders.length}]}`, id), null);
      }),
      { seed: 11 },
    );
  });

  it('is written with parts of a path alone', () => {
    for (const good of ['{folder[-1]}', 'p{name[0]}', '{folder[0]}/{name}']) assert.match(good, IDENTITY_PATTERN);
    for (const bad of ['{folder}', '{person}', '{folder[x]}', '{name', 'a}'])
      assert.doesNotMatch(bad, IDENTITY_PATTERN);
  });
});

describe('dataset folder with a pattern for identities', () => {
  const root = temporaryFolder();
  const params = (identity: string) => folder.params.parse({ root: root(), identity });

  it('knows people below train, val and test, and of each person the images of all', async () => {
    await writeImages(root(), ['train/Ana/1.jpg', 'train/Bo/1.jpg', 'val/Ana/2.jpg', 'val/empty/x.txt']);
    const found = await listed('folder', { root: root(), identity: '{folder[-1]}' });
    assert.deepEqual(identities(found), { 'train/Ana/1.jpg': 'Ana', 'train/Bo/1.jpg': 'Bo', 'val/Ana/2.jpg': 'Ana' });
    assert.deepEqual([found.missing, found.problems ?? []], [[], []]);
  });

  it('knows people of files side by side, and says of whom it does not', async () => {
    await writeImages(root(), ['12_1.jpg', '12_2.jpg', '7_1.jpg', '_3.jpg']);
    const found = await listed('folder', { root: root(), identity: '{name[0]}' });
    assert.deepEqual(identities(found), { '12_1.jpg': '12', '12_2.jpg': '12', '7_1.jpg': '7', '_3.jpg': null });
    assert.match(found.problems?.[0].message ?? '', /fits 3 of 4 images; the others have no identity, _3\.jpg first/);
  });

  it('refuses one that fits nothing, with the parts that there are, while typing and in a run', async () => {
    await writeImages(root(), ['a/Ana/1.jpg']);
    const problem = await refused('folder', { root: root(), identity: '{folder[2]}' });
    assert.equal(problem.code, 'identity-pattern');
    assert.match(problem.hint ?? '', /\{folder\[0\]\} = a, \{folder\[1\]\} = Ana/);
    const [seen] = await folder.inspect!(params('{folder[2]}'), filesOnDisk);
    assert.deepEqual([seen.code, seen.severity, seen.specPath], ['files-unfit', undefined, ['identity']]);
  });

  it('warns of one that gives a single identity, and of none that gives several', async () => {
    await writeImages(root(), ['train/Ana/1.jpg', 'train/Bo/1.jpg']);
    const [seen] = await folder.inspect!(params('{folder[0]}'), filesOnDisk);
    assert.deepEqual([seen.severity, /one identity, train/.test(seen.message)], ['warning', true]);
    assert.deepEqual(await folder.inspect!(params('{folder[-1]}'), filesOnDisk), []);
    const found = await listed('folder', { root: root(), identity: '{folder[0]}' });
    assert.equal(found.problems?.[0].code, 'identity-pattern');
  });
});

describe('dataset csv with a pattern for identities', () => {
  const root = temporaryFolder();

  it('takes them from the paths, where the table has no column of them', async () => {
    await mkdir(join(root(), 'train'), { recursive: true });
    await writeImages(root(), ['train/Ana/1.jpg', 'train/Bo/1.jpg']);
    await writeFile(join(root(), 'list.csv'), 'path\ntrain/Ana/1.jpg\ntrain/Bo/1.jpg\n');
    const params = { file: join(root(), 'list.csv'), image: 'path', identity: '{folder[-1]}' };
    assert.deepEqual(identities(await listed('csv', params)), { 'train/Ana/1.jpg': 'Ana', 'train/Bo/1.jpg': 'Bo' });
    assert.deepEqual(await csv.inspect!(csv.params.parse(params), filesOnDisk), []);
    const problem = await refused('csv', { ...params, identity: '{folder[5]}' });
    assert.equal(problem.code, 'identity-pattern');
  });
});
