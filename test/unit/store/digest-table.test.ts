import assert from 'node:assert/strict';
import { appendFile, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { canonicalJson } from '../../../server/src/protocol/canonical-json.js';
import { DigestTable } from '../../../server/src/store/cache/digest-table.js';
import { FileTable } from '../../../server/src/store/cache/file-table.js';
import { keyOf, sha256 } from '../../../server/src/store/files.js';
import { temporaryFolder } from '../../support/run-folder.js';

/** Many of these differ in one digit alone, wherever it stands: what is looked up by a part of them would meet. */
const digest = fc
  .tuple(fc.integer({ min: 0, max: 63 }), fc.constantFrom(...'0123456789abcdef'))
  .map(([at, digit]) => `${'0'.repeat(at)}${digit}${'0'.repeat(63 - at)}`);

describe('A table of digests', () => {
  it('numbers each in the order in which they came, as a map does, and gives it back', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(digest, fc.nat().map(String).map(sha256)), { maxLength: 400 }), (digests) => {
        const [table, map] = [new DigestTable(), new Map<string, number>()];
        for (const one of digests) {
          assert.equal(table.find(one), map.get(one) ?? -1);
          if (!map.has(one)) map.set(one, map.size);
          assert.equal(table.add(one), map.get(one));
        }
        assert.equal(table.size, map.size);
        for (const [one, n] of map) assert.deepEqual([table.find(one), table.at(n)], [n, one]);
      }),
      { seed: 11, numRuns: 100 },
    );
  });

  it('has no number for a text that is no digest, and takes none', () => {
    const table = new DigestTable();
    table.add(sha256('a photograph'));
    for (const text of [
      '',
      'a photograph',
      sha256('a photograph').slice(1),
      `${sha256('a photograph')}0`,
      'g'.repeat(64),
    ]) {
      assert.equal(table.find(text), -1);
      assert.throws(() => table.add(text), RangeError);
    }
  });
});

describe('The key of a long list', () => {
  it('is that of its text as a whole, wherever its parts end', () => {
    for (const length of [0, 1, 4095, 4096, 4097, 8192, 10_000]) {
      const list = Array.from({ length }, (_, n) => [n, sha256(String(n)), { z: null, a: 'é' }]);
      assert.equal(keyOf(list), sha256(canonicalJson(list)).slice(0, 32), String(length));
    }
  });
});

describe('The table of files', () => {
  const folder = temporaryFolder();
  const PAST = new Date('2026-01-01T00:00:00.5Z');

  it('remembers the newest of each file, and is written anew where most of it is of the past', async () => {
    const [file, names] = [join(folder(), 'files.jsonl'), ['a', 'b', 'c']];
    const first = await FileTable.open(file);
    for (let round = 0; round < 100; round++) {
      for (const name of names) {
        const path = join(folder(), name);
        await writeFile(path, `${name} of round ${round}`);
        await utimes(path, PAST, new Date(PAST.getTime() + round));
        assert.equal(await first.hash(path), sha256(`${name} of round ${round}`));
      }
      await first.flush();
    }
    await appendFile(file, '\nthe end of a line that was cut sho');
    const lines = async () => (await readFile(file, 'utf8')).split('\n').filter(Boolean).length;
    const before = await lines();
    const table = await FileTable.open(file);
    for (const name of names) assert.equal(table.known(join(folder(), name)), sha256(`${name} of round 99`));
    const after = await lines();
    assert.deepEqual([before, after], [301, 3]);
    const again = await FileTable.open(file);
    for (const name of names) assert.equal(again.known(join(folder(), name)), sha256(`${name} of round 99`));
  });
});
