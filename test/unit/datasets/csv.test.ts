import assert from 'node:assert/strict';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { csv } from '../../../server/src/plugins/datasets/csv.js';
import { filesOnDisk } from '../../../server/src/plugins/files.js';
import { identities, listed, refused, writeFiles, writeImages } from '../../support/dataset-files.js';
import { temporaryFolder } from '../../support/run-folder.js';

const TABLE = 'image,identity\nana/1.jpg,Ana\nana/2.jpg,Ana\nbo.png,Bo\n';
const PEOPLE = { 'ana/1.jpg': 'Ana', 'ana/2.jpg': 'Ana', 'bo.png': 'Bo' };

describe('dataset csv', () => {
  const folder = temporaryFolder();
  const file = () => join(folder(), 'faces.csv');

  async function write(table: string | Buffer, images: readonly string[] = Object.keys(PEOPLE)) {
    await writeImages(folder(), images);
    await writeFiles(folder(), { 'faces.csv': table });
  }
  const listing = (more = {}) => listed('csv', { file: file(), ...more });

  async function assertRefused(code: string, says: RegExp, more = {}) {
    const { code: found, message, hint } = await refused('csv', { file: file(), ...more });
    assert.equal(found, code, message);
    assert.ok(message.startsWith(file()), message);
    assert.match(message, says);
    assert.ok(hint);
  }

  it('takes a row for an image, its path relative to the table', async () => {
    await write(TABLE);
    const found = await listing();
    assert.deepEqual(identities(found), PEOPLE);
    assert.equal(found.images[0].file, join(folder(), 'ana', '1.jpg'));
    assert.deepEqual(found.missing, []);
  });

  it('knows whose no image is where no column says it', async () => {
    await write('image\nana/1.jpg\nbo.png\n');
    assert.deepEqual(identities(await listing({ identities: 'none' })), { 'ana/1.jpg': null, 'bo.png': null });
  });

  it('refuses a column that is named twice, and another delimiter, which it names', async () => {
    await write('image,identity,identity\nana/1.jpg,X,Ana\n');
    await assertRefused('csv-column-twice', /two columns "identity"/);
    for (const delimiter of [';', '\t', '|']) {
      await write(TABLE.replaceAll(',', delimiter));
      const { hint } = await refused('csv', { file: file() });
      assert.ok(hint?.includes(`delimiter: "${delimiter === '\t' ? 'tab' : delimiter}"`), hint);
    }
  });

  describe('is checked while it is written', () => {
    const problems = async (more = {}) => {
      const params = csv.params.parse({ file: file(), ...more });
      return (await csv.inspect?.(params, filesOnDisk)) ?? [];
    };

    it('as in order where one of its images is there', async () => {
      for (const encoding of ['utf8', 'utf16le'] as const) {
        await write(Buffer.from(`\uFEFF${TABLE}`, encoding), ['bo.png']);
        assert.deepEqual(await problems(), []);
      }
    });

    // What a table's paths may be instead of paths to files, and the words that tell it.
    for (const [path, says] of [
      ['https://example.org/A/1.png', /is an address/],
      ['file:///data/A/1.png', /is an address/],
      ['~/A/1.png', /"~" is not expanded/],
      ['gone/1.png', /there is no .*gone\/1\.png/],
      ...(process.platform === 'win32' ? [] : [['..\\A\\1.png', /Windows’ "\\"/] as const]),
    ] as const) {
      it(`as a run would refuse it, where its paths are like ${path}`, async () => {
        await write(`image,identity\n${path},Ana\n${path.replace('1', '2')},Ana\n`, []);
        const [problem, ...more] = await problems();
        assert.match(problem.message, says);
        assert.deepEqual([problem.severity, problem.specPath, more], ['error', ['file'], []]);
        await assertRefused('csv-images-missing', says);
      });
    }

    it('as doubtful where its first rows lead nowhere and it has others', async () => {
      const rows = Array.from({ length: 50 }, (_, n) => `gone/${n}.png,Ana`).join('\n');
      await write(`image,identity\n${rows}\nbo.png,Bo\n`);
      const [problem] = await problems();
      assert.equal(problem.severity, 'warning');
      assert.match(problem.message, /none of the first 20 images/);
      assert.equal((await listing()).images.length, 1);
    });

    it('as separated by another character, which is to be written', async () => {
      await write(TABLE.replaceAll(',', '\t'));
      const [problem, ...more] = await problems();
      assert.deepEqual([problem.specPath, problem.write, more], [['delimiter'], 'tab', []]);
      assert.deepEqual(await problems({ delimiter: 'tab' }), []);
    });

    it('as a table with a column twice', async () => {
      await write('image,image,identity\n1.png,2.png,Ana\n');
      assert.match((await problems())[0].message, /two columns "image"/);
    });
  });

  it('reads the columns and the delimiter that it is told', async () => {
    await write('split;path;who\ntrain;bo.png;Bo\n');
    assert.deepEqual(identities(await listing({ image: 'path', identity: 'who', delimiter: ';' })), { 'bo.png': 'Bo' });
    await write(TABLE.replaceAll(',', '\t'));
    for (const delimiter of ['\t', '\\t', 'tab']) assert.deepEqual(identities(await listing({ delimiter })), PEOPLE);
  });

  for (const [what, table] of Object.entries({
    'a byte order mark': `\uFEFF${TABLE}`,
    'lines that end as on Windows': TABLE.replaceAll('\n', '\r\n'),
    'lines that end now so, now so': TABLE.replace('\n', '\r\n'),
    'quotes around everything': TABLE.replaceAll(/[^,\n]+/g, '"$&"'),
    'blanks and empty lines': `${TABLE.replaceAll(',', ' ,  ').replaceAll('\n', '\n\n')}\n`,
    'no line break at the end': TABLE.trimEnd(),
    'a row twice': `${TABLE}bo.png,Bo\n`,
    'a row twice, the path written in two ways': `${TABLE}./ana/../bo.png,Bo\n`,
    'UTF-16 without a mark': Buffer.from(TABLE, 'utf16le'),
    'UTF-16, its high bytes first': Buffer.from(`\uFEFF${TABLE}`, 'utf16le').swap16(),
    'UTF-16 letters, as spreadsheets write them': Buffer.from(`\uFEFF${TABLE}`, 'utf16le'),
  })) {
    it(`reads a table with ${what}`, async () => {
      await write(table);
      const found = await listing();
      assert.deepEqual(identities(found), PEOPLE);
      assert.equal(found.images.length, 3);
      assert.deepEqual(found.missing, []);
    });
  }

  it('knows an image by its path from the table, wherever it lies', async () => {
    await writeImages(join(folder(), 'archive'), ['1.jpg']);
    await writeImages(folder(), ['tables/2.jpg']);
    const [one, two] = [join(folder(), 'archive/1.jpg'), join(folder(), 'tables/2.jpg')];
    await writeFiles(folder(), { 'tables/t.csv': `image,identity\n${one},Ana\n${two},Bo\n2.jpg,Bo\n` });
    const found = await listed('csv', { file: join(folder(), 'tables/t.csv') });
    assert.deepEqual(identities(found), { '../archive/1.jpg': 'Ana', '2.jpg': 'Bo' });
    assert.equal(found.images.length, 2);
  });

  it('takes an empty identity for none', async () => {
    await write('image,identity\nbo.png,\n');
    assert.deepEqual(identities(await listing()), { 'bo.png': null });
  });

  it('gives names as they read, whichever way the disk and the table store an accent', async () => {
    const names = ['José "Pepe" O’Neill, 1.jpg', '山田 太郎/写真.png', 'żółw.jpg'];
    for (const [inTable, onDisk] of [
      ['NFC', 'NFD'],
      ['NFD', 'NFC'],
    ] as const) {
      const rows = names.map((name) => `"${name.normalize(inTable).replaceAll('"', '""')}","José"`.normalize(inTable));
      await write(
        `image,identity\n${rows.join('\n')}\n`,
        names.map((name) => name.normalize(onDisk)),
      );
      const found = await listing();
      assert.deepEqual(found.missing, []);
      assert.deepEqual(identities(found), Object.fromEntries(names.map((name) => [name.normalize('NFC'), 'José'])));
      for (const { file } of found.images) await access(file);
    }
  });

  it('counts and names as missing what is not there, or is a folder', async () => {
    await write(`${TABLE}gone.jpg,Ana\nana,Ana\n`, ['ana/1.jpg', 'bo.png']);
    const found = await listing();
    assert.deepEqual(identities(found), { 'ana/1.jpg': 'Ana', 'bo.png': 'Bo' });
    assert.deepEqual(found.missing, ['ana/2.jpg', 'gone.jpg', 'ana']);
  });

  describe('refuses, naming the file and what to do,', () => {
    it('a table that is not there, or is a folder', async () => {
      await assertRefused('csv-unreadable', /ENOENT/);
      await writeFiles(folder(), { 'faces.csv/a.txt': '' });
      await assertRefused('csv-unreadable', /EISDIR/);
    });

    for (const [what, table] of [
      ['nothing', ''],
      ['a header alone', 'image,identity\n'],
      ['blank lines', '\n\n'],
    ]) {
      it(`a table with ${what}`, async () => {
        await write(table);
        await assertRefused('csv-empty', /no row/);
      });
    }

    it('a table without the columns, and says which it has', async () => {
      await write(TABLE.replace('identity', 'person'));
      await assertRefused('csv-column', /no column "identity"; it has image, person/);
      await assertRefused('csv-column', /no column "path"/, { image: 'path', identity: 'person' });
    });

    it('a table with another delimiter', async () => {
      await write(TABLE.replaceAll(',', ';'));
      await assertRefused('csv-column', /no column "image"; it has image;identity/);
    });

    it('a row that is cut short', async () => {
      await write(`${TABLE}ana`);
      await assertRefused('csv-unreadable', /line 5/);
    });

    it('a quote that does not end', async () => {
      await write(`${TABLE}"ana/1.jpg,Ana\n`);
      await assertRefused('csv-unreadable', /Quote Not Closed/);
    });

    it('a row without an image', async () => {
      await write('image,identity\nbo.png,Bo\n,Ana\n');
      await assertRefused('csv-row', /faces\.csv:3 names no image/);
    });

    it('an image with two identities', async () => {
      await write(`${TABLE}./bo.png,Ana\n`);
      await assertRefused('csv-contradiction', /faces\.csv:5 names \.\/bo\.png again/);
    });

    it('an image whose identity is now there, now not', async () => {
      await write(`${TABLE}bo.png,\n`);
      await assertRefused('csv-contradiction', /faces\.csv:5/);
    });
  });
});
