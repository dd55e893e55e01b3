import assert from 'node:assert/strict';
import { access, mkdir, rename, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { celeba } from '../../../server/src/plugins/datasets/celeba.js';
import { filesOnDisk } from '../../../server/src/plugins/files.js';
import { identities, listed, refused, whileClosed, writeFiles, writeImages } from '../../support/dataset-files.js';
import { temporaryFolder } from '../../support/run-folder.js';

const FOUR = ['000001.jpg', '000002.jpg', '000003.jpg', '000004.jpg'];
const IDENTITY = '000001.jpg 2880\n000002.jpg 2937\n000003.jpg 2880\n000004.jpg 8692\n';
const PARTITION = '000001.jpg 0\n000002.jpg 1\n000003.jpg 2\n000004.jpg 0\n';

describe('dataset celeba', () => {
  const root = temporaryFolder();
  const params = (more = {}) => ({ root: root(), ...more });

  async function write(
    files: Record<string, string | Buffer> = {},
    images: readonly string[] = FOUR,
    folder = 'img_align_celeba',
  ) {
    await writeImages(join(root(), folder), images);
    await writeFiles(root(), { 'identity_CelebA.txt': IDENTITY, ...files });
  }
  const ids = async (more = {}) => (await listed('celeba', params(more))).images.map(({ id }) => id);

  const inspected = async (more = {}) => (await celeba.inspect?.(celeba.params.parse(params(more)), filesOnDisk)) ?? [];

  describe('reads', () => {
    it('the official files', async () => {
      await write();
      const listing = await listed('celeba', params());
      assert.deepEqual(identities(listing), {
        '000001.jpg': '2880',
        '000002.jpg': '2937',
        '000003.jpg': '2880',
        '000004.jpg': '8692',
      });
      assert.deepEqual(listing.missing, []);
      assert.equal(listing.images[2].file, join(root(), 'img_align_celeba', '000003.jpg'));
    });

    for (const folder of ['img_align_celeba', 'img_align_celeba/img_align_celeba', 'img_celeba', 'images']) {
      it(`images in ${folder}/`, async () => {
        await write({}, FOUR, folder);
        const { images } = await listed('celeba', params());
        assert.equal(images[0].file, join(root(), folder, '000001.jpg'));
      });
    }

    it('the folders as they are published', async () => {
      await writeImages(join(root(), 'Img/img_align_celeba'), FOUR);
      const files = { 'Anno/identity_CelebA.txt': IDENTITY, 'Eval/list_eval_partition.txt': PARTITION };
      await writeFiles(root(), files);
      assert.deepEqual(await ids({ partition: 'test' }), ['000003.jpg']);
      assert.deepEqual(await inspected({ partition: 'test' }), []);
    });

    for (const [what, image] of [
      ['PNG files', (name: string) => name.replace('.jpg', '.png')],
      ['endings in capitals', (name: string) => name.replace('.jpg', '.JPG')],
      ['JPEG files by their other ending', (name: string) => name.replace('.jpg', '.jpeg')],
    ] as const) {
      it(`${what} beside a table that says .jpg, under the table’s names`, async () => {
        await write({}, FOUR.map(image));
        const { images, missing } = await listed('celeba', params());
        assert.deepEqual([images.map(({ id }) => id), missing], [FOUR, []]);
        assert.equal(images[0].file, join(root(), 'img_align_celeba', image(FOUR[0])));
        assert.deepEqual(await inspected(), []);
      });
    }

    it('a table with a column of row numbers, as pandas saves it', async () => {
      const rows = IDENTITY.trim()
        .split('\n')
        .map((line, n) => `${n},${line.replace(' ', ',')}`);
      const text = `,image_id,identity\n${rows.join('\n')}\n`;
      await write({ 'identity_CelebA.txt': text });
      assert.deepEqual(await ids(), FOUR);
      assert.deepEqual(await inspected(), []);
    });

    it('UTF-16', async () => {
      await write({ 'identity_CelebA.txt': Buffer.from(`\uFEFF${IDENTITY}`, 'utf16le') });
      assert.deepEqual(await ids(), FOUR);
      assert.deepEqual(await inspected(), []);
    });

    it('images and identities from where the file says', async () => {
      await writeFiles(join(root(), 'elsewhere'), { 'people.txt': IDENTITY });
      await writeImages(join(root(), 'photographs'), FOUR);
      const where = { images: join(root(), 'photographs'), identities: join(root(), 'elsewhere/people.txt') };
      assert.deepEqual(await ids(where), FOUR);
    });

    it('each part of the official split', async () => {
      await write({ 'list_eval_partition.txt': PARTITION });
      assert.deepEqual(await ids({ partition: 'train' }), ['000001.jpg', '000004.jpg']);
      assert.deepEqual(await ids({ partition: 'val' }), ['000002.jpg']);
      assert.deepEqual(await ids({ partition: 'test' }), ['000003.jpg']);
      assert.deepEqual(await ids({ partition: 'all' }), FOUR);
    });

    it('Kaggle’s copies, which are CSV with a header', async () => {
      await writeImages(join(root(), 'img_align_celeba'), FOUR);
      await writeFiles(root(), {
        'identity_CelebA.csv': `image_id,identity\r\n${IDENTITY.replaceAll(' ', ',').replaceAll('\n', '\r\n')}`,
        'list_eval_partition.csv': `"image_id","partition"\n"000001.jpg","0"\n"000002.jpg","1"\n"000003.jpg","2"\n"000004.jpg", 0\n`,
      });
      assert.deepEqual(await ids(), FOUR);
      assert.deepEqual(await ids({ partition: 'train' }), ['000001.jpg', '000004.jpg']);
    });

    for (const [what, text] of Object.entries({
      'several spaces': IDENTITY.replaceAll(' ', '    '),
      tabs: IDENTITY.replaceAll(' ', '\t'),
      'spaces around': IDENTITY.replaceAll(/^|$/gm, '  '),
      'lines that end as on Windows': IDENTITY.replaceAll('\n', '\r\n'),
      'a byte order mark': `\uFEFF${IDENTITY}`,
      'all of them at once': `\uFEFF${IDENTITY.replaceAll(' ', ' \t  ').replaceAll('\n', ' \r\n')}\r\n\r\n`,
      'no line break at the end': IDENTITY.trimEnd(),
      'a line twice': `${IDENTITY}000002.jpg 2937\n`,
    })) {
      it(`an identity file with ${what}`, async () => {
        await write({ 'identity_CelebA.txt': text });
        const listing = await listed('celeba', params());
        assert.deepEqual(Object.values(identities(listing)), ['2880', '2937', '2880', '8692']);
        assert.deepEqual(listing.missing, []);
      });
    }

    it('names with spaces, quotes and letters of any language, whichever way an accent is stored', async () => {
      const names = ['Ana María 1.jpg', 'O’Brien "Bob" 2.jpg', '山田 太郎.png', 'Łukasz.JPEG'];
      await write(
        { 'identity_CelebA.txt': names.map((name, n) => `${name.normalize('NFC')} ${n}\n`).join('') },
        names.map((name) => name.normalize('NFD')),
      );
      const { images, missing } = await listed('celeba', params());
      assert.deepEqual(missing, []);
      assert.deepEqual(
        images.map(({ id, identity }) => [id, identity]),
        names.map((name, n) => [name.normalize('NFC'), String(n)]),
      );
      for (const { file } of images) await access(file);
    });

    it('202,599 lines', async () => {
      const lines = Array.from(
        { length: 202_599 },
        (_, n) => `${String(n + 1).padStart(6, '0')}.jpg ${1 + (n % 10_177)}\n`,
      );
      await write({ 'identity_CelebA.txt': lines.join('') });
      const { images, missing } = await listed('celeba', params());
      assert.deepEqual([images.length, missing.length], [4, 202_595]);
    });
  });

  describe('counts and names as missing', () => {
    it('images that the identity file names and the folder does not hold', async () => {
      await write({}, ['000001.jpg', '000004.jpg', '999999.jpg']);
      const listing = await listed('celeba', params());
      assert.deepEqual(Object.keys(identities(listing)), ['000001.jpg', '000004.jpg']);
      assert.deepEqual(listing.missing, ['000002.jpg', '000003.jpg']);
    });

    it('of a part of the split only its own', async () => {
      await write({ 'list_eval_partition.txt': PARTITION }, ['000001.jpg']);
      const { images, missing } = await listed('celeba', params({ partition: 'train' }));
      assert.deepEqual([images.length, missing], [1, ['000004.jpg']]);
    });

    it('an identity’s images when it has none', async () => {
      await write({}, ['000001.jpg', '000002.jpg', '000003.jpg']);
      const listing = await listed('celeba', params());
      assert.ok(!Object.values(identities(listing)).includes('8692'));
      assert.deepEqual(listing.missing, ['000004.jpg']);
    });

    it('all of them, in an empty folder', async () => {
      await mkdir(join(root(), 'images'));
      await writeFiles(root(), { 'identity_CelebA.txt': IDENTITY });
      assert.deepEqual(await listed('celeba', params()), { images: [], missing: FOUR });
    });
  });

  describe('refuses, naming the file and what to do,', () => {
    async function assertRefused(code: string, place: string, more = {}) {
      const { code: found, message, hint } = await refused('celeba', params(more));
      assert.equal(found, code, message);
      assert.ok(message.startsWith(join(root(), place)) || message.includes(` ${join(root(), place)}`), message);
      assert.ok(hint);
    }

    it('a root without images, or without identities', async () => {
      await writeFiles(root(), { 'identity_CelebA.txt': IDENTITY });
      await assertRefused('celeba-images-missing', '');
      await mkdir(join(root(), 'images'));
      await rename(join(root(), 'identity_CelebA.txt'), join(root(), 'identity.txt'));
      await assertRefused('celeba-identities-missing', '');
    });

    it('images and identities that are not where the file says', async () => {
      await write();
      await assertRefused('celeba-identities-missing', 'no.txt', { identities: join(root(), 'no.txt') });
      await assertRefused('celeba-images-missing', 'no', { images: join(root(), 'no') });
    });

    it('a file in place of the folder of images, and a folder in place of the identity file', async () => {
      await writeFiles(root(), { images: 'a file', 'identity_CelebA.txt/a.txt': '' });
      await assertRefused('celeba-images-missing', '');
      await writeImages(join(root(), 'img_celeba'), FOUR);
      await assertRefused('celeba-identities-missing', '');
    });

    it('a root that is not there', async () => {
      const { code, message } = await refused('celeba', { root: join(root(), 'gone') });
      assert.equal(code, 'folder-unreadable');
      assert.match(message, /gone/);
    });

    it('a part of the split without the partition file', async () => {
      await write();
      await assertRefused('celeba-partition-missing', '', { partition: 'test' });
    });

    it('a partition file that does not know an image', async () => {
      await write({ 'list_eval_partition.txt': PARTITION.replace(/^000003.*\n/m, '') });
      await assertRefused('celeba-partition-incomplete', 'list_eval_partition.txt', { partition: 'test' });
    });

    it('a partition file that holds identities', async () => {
      await write({ 'list_eval_partition.txt': IDENTITY });
      await assertRefused('celeba-format', 'list_eval_partition.txt:1', { partition: 'test' });
    });

    it('images of another archive, naming one of either', async () => {
      await write({}, ['a.jpg', 'b.jpg']);
      const { code, message } = await refused('celeba', params());
      assert.equal(code, 'celeba-names');
      for (const says of [message, (await inspected())[0].message]) assert.match(says, /000001\.jpg.*a\.jpg/);
    });

    it('what the system says of a process, of which it quotes nothing (on Linux)', async function () {
      if (process.platform !== 'linux') this.skip();
      await write();
      const of = { ...params(), identities: '/proc/self/environ' };
      const { message } = await refused('celeba', of);
      assert.match(message, /no plain file/);
      assert.equal(await filesOnDisk.kindOf('/proc/self/environ'), undefined);
      assert.equal(await filesOnDisk.readStart('/proc/self/environ', 100), undefined);
      await symlink('/proc/self/environ', join(root(), 'link.txt'));
      assert.equal(await filesOnDisk.kindOf(join(root(), 'link.txt')), undefined);
    });

    it('an image with two identities', async () => {
      await write({ 'identity_CelebA.txt': `${IDENTITY}000002.jpg 2938\n` });
      await assertRefused('celeba-contradiction', 'identity_CelebA.txt:5');
    });

    for (const [what, line, text] of [
      ['the list of attributes', 1, '202599\n5_o_Clock_Shadow Arched_Eyebrows\n000001.jpg -1  1\n'],
      ['the list of landmarks', 1, '000001.jpg 69 109 106 113 77 142 73 152 108 154\n'],
      ['Kaggle’s list of attributes', 2, 'image_id,Male,Young\n000001.jpg,-1,1\n'],
      ['JSON', 1, '{"000001.jpg": 2880}\n'],
      ['names of people', 1, '000001.jpg Ana\n'],
      ['a wrong first line that is no header', 1, '000001.jpg,Ana\n000002.jpg,7\n'],
      ['a line cut short', 2, '000001.jpg 2880\n000002.jp'],
      ['an identity that is not whole', 2, '000001.jpg 2880\n000002.jpg 29.5\n'],
    ] as const) {
      it(`an identity file that holds ${what}`, async () => {
        await write({ 'identity_CelebA.txt': text });
        await assertRefused('celeba-format', `identity_CelebA.txt:${line}`);
      });
    }

    for (const [what, text] of [
      ['nothing', ''],
      ['blank lines', '\n \n\n'],
      ['a header alone', 'image_id,identity\n'],
    ]) {
      it(`an identity file that holds ${what}`, async () => {
        await write({ 'identity_CelebA.txt': text });
        await assertRefused('celeba-format', 'identity_CelebA.txt');
      });
    }

    it('a link that leads to itself', async () => {
      await writeFiles(root(), { 'identity_CelebA.txt': IDENTITY });
      await symlink(join(root(), 'images'), join(root(), 'images'));
      await assertRefused('celeba-images-missing', '');
    });
  });

  describe('where rights count (skipped on Windows)', () => {
    before(function () {
      if (process.platform === 'win32') this.skip();
    });

    it('says which folder of images cannot be read', async () => {
      await write();
      const folder = join(root(), 'img_align_celeba');
      const { code, message } = await whileClosed(folder, [root()], () => refused('celeba', params()));
      assert.equal(code, 'folder-unreadable');
      assert.match(message, /img_align_celeba: EACCES/);
    });

    it('says that the root cannot be read rather than that it lacks something', async () => {
      await write();
      const { code, message } = await whileClosed(root(), [], () => refused('celeba', params()));
      assert.equal(code, 'folder-unreadable');
      assert.match(message, /EACCES/);
    });
  });
});
