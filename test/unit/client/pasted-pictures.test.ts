import assert from 'node:assert/strict';
import { existsSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, sep } from 'node:path';
import { PastedPictures } from '../../../client/src/panels/pasted-pictures.js';

describe('pictures that are pasted', () => {
  it('are files of their owner’s alone, under a name that leads nowhere, for as long as the panel is there', async () => {
    const pictures = new PastedPictures();
    const names = [
      'image.png',
      'image.png',
      '../../etc/passwd',
      'C:\\ana\\bo.png',
      '',
      '..',
      'a\u0000b.png',
      'ж'.repeat(400),
    ];
    const files = await Promise.all(names.map((name) => pictures.keep(name, Buffer.from(name))));
    const folder = dirname(dirname(files[0] ?? ''));
    for (const [n, file] of files.entries()) {
      assert.equal(await readFile(file, 'utf8'), names[n]);
      assert.equal(dirname(dirname(file)), folder, file);
      assert.ok(!file.includes(`..${sep}`));
      if (process.platform !== 'win32') assert.equal(statSync(file).mode & 0o77, 0);
    }
    assert.equal(new Set(files).size, names.length);
    assert.equal(basename(files[0] ?? ''), 'image.png');
    await pictures.dispose();
    assert.equal(existsSync(folder), false);
  });
});
