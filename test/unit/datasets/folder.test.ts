import assert from 'node:assert/strict';
import { access, mkdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { folder } from '../../../server/src/plugins/datasets/folder.js';
import { filesOnDisk } from '../../../server/src/plugins/files.js';
import { findPlugin } from '../../../server/src/plugins/registry.js';
import { countEndings, IMAGE_ENDINGS } from '../../../server/src/protocol/images/image-endings.js';
import { identities, listed, refused, whileClosed, writeFiles, writeImages } from '../../support/dataset-files.js';
import { temporaryFolder } from '../../support/run-folder.js';

describe('dataset folder', () => {
  const place = temporaryFolder();
  /** The data set's root has neighbours, which are none of its images. */
  const root = () => join(place(), 'people');
  const listing = () => listed('folder', { root: root() });

  beforeEach(() => mkdir(root()));

  it('takes each folder for one identity, as LFW and VGGFace2 are laid out', async () => {
    await writeImages(root(), ['Ana_Lima/Ana_Lima_0001.jpg', 'Ana_Lima/Ana_Lima_0002.jpg', 'n000001/0019_01.jpg']);
    const found = await listing();
    assert.deepEqual(identities(found), {
      'Ana_Lima/Ana_Lima_0001.jpg': 'Ana_Lima',
      'Ana_Lima/Ana_Lima_0002.jpg': 'Ana_Lima',
      'n000001/0019_01.jpg': 'n000001',
    });
    assert.equal(found.images[2].file, join(root(), 'n000001', '0019_01.jpg'));
    assert.deepEqual(found.missing, []);
  });

  it('goes by the topmost folder, and knows no identity of images beside it', async () => {
    await writeImages(root(), ['Ana/2019/summer/1.jpg', 'stranger.png']);
    assert.deepEqual(identities(await listing()), { 'Ana/2019/summer/1.jpg': 'Ana', 'stranger.png': null });
  });

  it('lists images of every format, and no other or hidden file', async () => {
    const images = ['1.jpg', '2.JPEG', '3.png', '4.webp', '5.avif', '6.gif', '7.tif', '8.tiff'].map(
      (name) => `Ana/${name}`,
    );
    await writeImages(root(), [...images, 'Ana/Thumbs.db', 'Ana/._1.jpg', '.git/1.jpg', 'readme.txt', 'Ana/jpg']);
    const found = await listing();
    assert.deepEqual(Object.keys(identities(found)), images);
    assert.deepEqual(found.missing, []);
  });

  it('gives names as they read, whichever way the disk stores an accent', async () => {
    const names = ['José "Pepe" O’Neill/photo 1.jpg', '山田 太郎/写真.png', 'Łukasz/żółw.jpg', 'Ана/ё.jpg'];
    await writeImages(
      root(),
      names.map((name) => name.normalize('NFD')),
    );
    const found = await listing();
    const expected = names.map((name) => name.normalize('NFC'));
    assert.deepEqual(identities(found), Object.fromEntries(expected.map((name) => [name, name.split('/')[0]])));
    for (const { file } of found.images) await access(file);
  });

  it('joins the folders of one name that is stored in two ways', async () => {
    await writeImages(root(), ['José/1.jpg'.normalize('NFC'), 'José/2.jpg'.normalize('NFD')]);
    const found = await listing();
    assert.deepEqual(identities(found), { 'José/1.jpg': 'José', 'José/2.jpg': 'José' });
  });

  it('gives the same order however the files came', async () => {
    const paths = ['b/2.jpg', 'a/10.jpg', 'b/1.jpg', 'a/9.jpg'];
    await writeImages(root(), paths);
    assert.deepEqual(Object.keys(identities(await listing())), [...paths].sort());
  });

  describe('with links (skipped on Windows)', () => {
    before(function () {
      if (process.platform === 'win32') this.skip();
    });

    it('follows one to a folder or an image elsewhere', async () => {
      await writeImages(place(), ['archive/Bo/1.jpg', 'archive/loose.jpg']);
      await mkdir(join(root(), 'Ana'));
      await symlink(join(place(), 'archive/Bo'), join(root(), 'Bo'));
      await symlink('../../archive/loose.jpg', join(root(), 'Ana', '1.jpg'));
      assert.deepEqual(identities(await listing()), { 'Ana/1.jpg': 'Ana', 'Bo/1.jpg': 'Bo' });
    });

    it('ends where one leads to a folder around it, and leaves out what stands beside the root', async () => {
      await writeImages(root(), ['Ana/1.jpg', 'Ana/deep/2.jpg']);
      await writeImages(place(), ['neighbours/Zoe/1.jpg']);
      await symlink('..', join(root(), 'Ana', 'parent'));
      await symlink('../..', join(root(), 'Ana', 'deep', 'up'));
      await symlink('..', join(root(), 'outside'));
      await symlink('.', join(root(), 'Ana', 'self'));
      const found = await listing();
      assert.deepEqual(identities(found), { 'Ana/1.jpg': 'Ana', 'Ana/deep/2.jpg': 'Ana' });
      assert.deepEqual(found.missing, ['outside/']);
    });

    it('ends where folders link to one another, each image once and under its own folder’s name', async () => {
      await writeImages(root(), ['Ana/1.jpg', 'Zoe/1.jpg']);
      await symlink('../Zoe', join(root(), 'Ana', 'friend'));
      await symlink('../Ana', join(root(), 'Zoe', 'friend'));
      await symlink('Zoe', join(root(), 'Also Zoe'));
      const found = await listing();
      assert.deepEqual(identities(found), { 'Ana/1.jpg': 'Ana', 'Zoe/1.jpg': 'Zoe' });
      assert.deepEqual(found.missing, ['Also Zoe/']);
    });

    it('ends where two folders elsewhere link to one another', async () => {
      await writeImages(place(), ['x/1.jpg', 'y/2.jpg']);
      await symlink('../y', join(place(), 'x', 'y'));
      await symlink('../x', join(place(), 'y', 'x'));
      await symlink('../x', join(root(), 'X'));
      assert.deepEqual(identities(await listing()), { 'X/1.jpg': 'X', 'X/y/2.jpg': 'X' });
    });

    it('counts as missing those that lead nowhere', async () => {
      await writeImages(root(), ['Ana/1.jpg']);
      await symlink('gone.jpg', join(root(), 'Ana', '2.jpg'));
      await symlink('3.jpg', join(root(), 'Ana', '3.jpg'));
      await symlink('/no/such/folder', join(root(), 'Bo'));
      const found = await listing();
      assert.deepEqual(identities(found), { 'Ana/1.jpg': 'Ana' });
      assert.deepEqual(found.missing, ['Ana/2.jpg', 'Ana/3.jpg', 'Bo']);
    });

    it('reads its root through one', async () => {
      await writeImages(root(), ['Ana/1.jpg']);
      await symlink('people', join(place(), 'link'));
      const { images } = await listed('folder', { root: join(place(), 'link') });
      assert.deepEqual(
        images.map(({ id }) => id),
        ['Ana/1.jpg'],
      );
    });
  });

  it('counts an identity without images as missing', async () => {
    await writeFiles(root(), { 'Ana/1.jpg': 'an image', 'Bo/notes.txt': 'no image' });
    await mkdir(join(root(), 'Mei', 'empty'), { recursive: true });
    const found = await listing();
    assert.deepEqual(identities(found), { 'Ana/1.jpg': 'Ana' });
    assert.deepEqual(found.missing, ['Bo/', 'Mei/']);
  });

  it('reads every ending of a photograph’s format, in any case, and names the files that it passes over', async () => {
    const read = IMAGE_ENDINGS.flatMap((ending) => [`ana/1.${ending}`, `ana/2.${ending.toUpperCase()}`]);
    const passed = ['ana/3.bmp', 'ana/4.HEIC', 'bo/5.pgm', 'bo/6.ppm', 'bo/7', 'bo/8.jpg_large', 'bo/c.d/9.cr2'];
    const beside = [
      'LICENSE',
      'readme.md',
      'people.csv',
      'ana/meta.json',
      'ana/.hidden.bmp',
      'bo/points.npy',
      'bo/a.txt',
    ];
    await writeImages(root(), [...read, ...passed, ...beside]);
    const listing = await listed('folder', { root: root() });
    assert.deepEqual(listing.images.map(({ id }) => id).sort(), read.sort());
    assert.deepEqual([...(listing.passedOver ?? [])].sort(), passed);
    assert.deepEqual(countEndings(['a.BMP', 'b.bmp', 'c', 'd.e/f', 'x.y.heic']), { '.bmp': 2, none: 2, '.heic': 1 });
  });

  it('knows whose no image is where its folders name no people', async () => {
    await writeImages(root(), ['00000/1.png', '00001/2.png', '3.png']);
    await mkdir(join(root(), '00002'));
    const listing = await listed('folder', { root: root(), identities: 'none' });
    assert.deepEqual(identities(listing), { '00000/1.png': null, '00001/2.png': null, '3.png': null });
    assert.deepEqual(listing.missing, []);
  });

  it('is empty where its folder is', async () => {
    assert.deepEqual(await listing(), { images: [], missing: [], passedOver: [] });
  });

  it('refuses two files that have one name', async () => {
    const paths = ['NFC', 'NFD'].map((form) => 'Ana/é.jpg'.normalize(form));
    await writeImages(root(), paths);
    const { code, message, hint } = await refused('folder', { root: root() });
    assert.equal(code, 'folder-ambiguous');
    for (const path of paths) assert.ok(message.includes(join(root(), path)), message);
    assert.match(hint ?? '', /Rename/);
  });

  it('says which root is not there, or is a file', async () => {
    await writeFiles(place(), { 'a-file': '' });
    for (const [name, reason] of [
      ['gone', /ENOENT/],
      ['a-file', /ENOTDIR/],
    ] as const) {
      const { code, message, hint } = await refused('folder', { root: join(place(), name) });
      assert.equal(code, 'folder-unreadable');
      assert.ok(message.startsWith(join(place(), name)), message);
      assert.match(message, reason);
      assert.ok(hint);
    }
  });

  describe('where rights count (skipped on Windows)', () => {
    before(function () {
      if (process.platform === 'win32') this.skip();
    });

    it('says which folder cannot be read, and lists nothing as if it were not there', async () => {
      await writeImages(root(), ['Ana/1.jpg', 'Bo/1.jpg']);
      const closed = join(root(), 'Bo');
      const { code, message } = await whileClosed(closed, [place(), root(), join(root(), 'Ana')], () =>
        refused('folder', { root: root() }),
      );
      assert.equal(code, 'folder-unreadable');
      assert.ok(message.startsWith(`${closed}: EACCES`), message);
    });
  });

  it('stops when it is cancelled', async () => {
    const loaded = await findPlugin('dataset', 'folder')?.load({ root: root() } as never, { folder: '', threads: 1 });
    assert.ok(loaded?.ok);
    const context = { folder: '', signal: AbortSignal.abort(), progress: () => {} };
    await assert.rejects(loaded.value.list(context), { name: 'AbortError' });
  });

  describe('is checked while it is written', () => {
    const problems = async (more = {}) =>
      ((await folder.inspect?.(folder.params.parse({ root: root(), ...more }), filesOnDisk)) ?? []).map(
        ({ severity = 'error', message }) => `${severity} ${message}`,
      );
    const people = (...of: string[]) => of.flatMap((name) => [`${name}/1.png`, `${name}/2.png`]);

    it('as in order where topmost folders hold images, of one person too, and of people with sessions', async () => {
      for (const paths of [
        people('ana', 'bo'),
        people('ana'),
        people('a/1', 'b/1'),
        people(...'abcd'.split('').map((a) => `${a}/1`)),
      ]) {
        await rm(root(), { recursive: true });
        await writeImages(root(), paths);
        assert.deepEqual(await problems(), []);
      }
    });

    for (const parts of [['people'], ['train', 'test'], ['train', 'val', 'test']]) {
      it(`as a level too high, where its people are in ${parts.join(' and ')}`, async () => {
        await writeImages(root(), [...parts.flatMap((part) => people(`${part}/ana`, `${part}/bo`)), 'black.png']);
        const [problem, ...more] = await problems();
        assert.match(problem, new RegExp(`^warning .* are the people in ${parts.toSorted()[0]}/`));
        assert.deepEqual(more, []);
        assert.deepEqual(await problems({ identities: 'none' }), []);
      });
    }

    it('as of nobody, where its photographs stand side by side, but for a gallery that names nobody', async () => {
      await rm(root(), { recursive: true });
      await writeImages(root(), ['1.png', '2.jpg']);
      const [problem, ...more] = await problems();
      assert.match(problem, /^warning .* nobody knows who is on them/);
      assert.deepEqual([more, await problems({ identities: 'none' })], [[], []]);
    });

    it('as passing files over, which it counts by their ending, and as an error where there are no others', async () => {
      await writeImages(root(), ['ana/1.bmp', 'ana/2.bmp', 'ana/3.heic', 'ana/4', 'ana/notes.txt']);
      const [none] = await problems();
      assert.match(none, /^error .*holds no image that is read: 2 \.bmp, 1 \.heic, 1 without an ending/);
      await writeImages(root(), ['ana/5.jfif']);
      const [some] = await problems();
      assert.match(some, /^warning .*passed over, 2 \.bmp, 1 \.heic, 1 without an ending/);
    });
  });
});
