import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openNpy, readNpy } from '../../../server/src/search/folder/npy-matrix.js';
import { decodeNpy, encodeNpy } from '../../../server/src/store/npy.js';
import { type NpyText, npyBytes } from '../../support/npy-bytes.js';
import { pythonHas, runPython } from '../../support/peer-python.js';

describe('A matrix in an .npy file', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lookalike-npy-'));
  });
  after(() => rm(folder, { recursive: true }));

  async function readAll(file: string): Promise<number[]> {
    const opened = await openNpy(file);
    assert.ok(opened.ok, JSON.stringify(opened));
    const target = new Float32Array(opened.value.rows * opened.value.dimension);
    assert.ok((await readNpy(opened.value, target)).ok);
    return [...target];
  }

  it('that numpy wrote is read to the last bit, of each version and precision', async function () {
    if (!pythonHas('numpy')) this.skip();
    const script = fileURLToPath(new URL('../../support/save-npy.py', import.meta.url));
    const saved: Record<string, number[]> = JSON.parse(runPython(script, folder).toString());
    for (const kind of ['f2', 'f4']) {
      for (const version of [1, 2, 3]) {
        assert.deepEqual(await readAll(join(folder, `${kind}-${version}.npy`)), saved[kind]);
      }
    }
  });

  it('that was written here is read whole and by rows alike', async () => {
    const file = join(folder, 'ours.npy');
    const data = Float32Array.from({ length: 12 }, (_, n) => Math.cos(n));
    await writeFile(file, Buffer.concat(encodeNpy(data, [4, 3])));
    assert.deepEqual(decodeNpy(await readFile(file)), { shape: [4, 3], data });
    assert.deepEqual(await readAll(file), [...data]);
  });

  it('is read past the size of what is read at once', async () => {
    const data = Float32Array.from({ length: 3 * 100_003 }, (_, n) => Math.sin(n));
    const file = join(folder, 'long.npy');
    await writeFile(file, npyBytes(new Uint8Array(data.buffer), { shape: '(100003, 3)' }));
    assert.deepEqual(await readAll(file), [...data]);
  });

  it('is refused, with the file and why, where it is not what its header says or no matrix of floats', async () => {
    const file = join(folder, 'wrong.npy');
    const numbers = new Uint8Array(6 * 4);
    const good: NpyText = { shape: '(2, 3)' };
    const wrong: [Uint8Array, RegExp][] = [
      [Buffer.from(''), /no \.npy file/],
      [Buffer.from('PAR1, which is something else'), /no \.npy file/],
      [npyBytes(numbers, { ...good, version: 9 }), /version 9/],
      [npyBytes(numbers, good).subarray(0, 20), /header cannot have/],
      [Buffer.from('\x93NUMPY\x02\0\xff\xff\xff\x7f{', 'latin1'), /header cannot have 2147483647 bytes/],
      [npyBytes(numbers, { ...good, descr: '<f8' }), /<f8, not float16/],
      [npyBytes(numbers, { ...good, descr: '>f4' }), />f4/],
      [npyBytes(numbers, { ...good, descr: 'constructor' }), /constructor/],
      [npyBytes(numbers, { ...good, order: 'True' }), /C order/],
      [npyBytes(numbers, { shape: '(6,)' }), /shape is \(6,\)/],
      [npyBytes(numbers, { shape: '(1, 2, 3)' }), /shape/],
      [npyBytes(numbers, { shape: '(-2, 3)' }), /dictionary/],
      [npyBytes(numbers, { shape: '(2,, 3)' }), /dictionary/],
      [npyBytes(numbers, { shape: "__import__('os')" }), /dictionary/],
      [npyBytes(numbers, { shape: "(2, 3), 'shape': (9, 9)" }), /dictionary/],
      [npyBytes(numbers, { shape: '(6, 0)' }), /0 numbers/],
      [npyBytes(numbers, { shape: '(1, 999999)' }), /999999 numbers/],
      [npyBytes(numbers, { shape: '(999999999999999, 3)' }), /take \d{16}/],
      [npyBytes(numbers.subarray(1), good), /bytes; 2 vectors of 3/],
      [npyBytes(Buffer.concat([numbers, Buffer.from('x')]), good), /bytes; 2 vectors of 3/],
    ];
    for (const [bytes, why] of wrong) {
      await writeFile(file, bytes);
      const opened = await openNpy(file);
      assert.ok(!opened.ok, why.source);
      assert.equal(opened.problem.code, 'npy-invalid');
      assert.match(opened.problem.message, why);
      assert.ok(opened.problem.message.startsWith(file));
    }
    assert.equal((await openNpy(join(folder, 'gone.npy'))).ok, false);
  });

  it('that becomes shorter after it was opened is not read as zeros', async () => {
    const file = join(folder, 'shorter.npy');
    await writeFile(file, npyBytes(new Uint8Array(24), { shape: '(2, 3)' }));
    const opened = await openNpy(file);
    assert.ok(opened.ok);
    await truncate(file, opened.value.offset + 20);
    assert.equal((await readNpy(opened.value, new Float32Array(6))).ok, false);
  });
});
