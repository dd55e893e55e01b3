import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '../support/run-folder.js';

const ROOT = join(import.meta.dirname, '../..');
const PROGRAM = ['package.json', 'bin/lookalike.mjs', 'bin/start-program.mjs', 'dist/cli.cjs', 'dist/import.js'];
const ARGUMENTS = ['bin/lookalike.mjs', 'check', 'a.experiment.yaml'];

describe('What V8 compiled of the program is kept beside it', () => {
  const folder = temporaryFolder();
  const compiled = () => join(folder(), 'dist/compiled');

  beforeEach(async () => {
    for (const name of ['bin', 'dist']) await mkdir(join(folder(), name), { recursive: true });
    for (const file of PROGRAM) await copyFile(join(ROOT, file), join(folder(), file));
    await rm(compiled(), { recursive: true, force: true });
    await writeFile(join(folder(), 'a.experiment.yaml'), 'name: A\ndataset: {use: synthetic, identity: 3}\n');
  });

  function check(): { code: number | null; said: string } {
    const { status, stdout, stderr } = spawnSync(process.execPath, ARGUMENTS, { cwd: folder(), encoding: 'utf8' });
    return { code: status, said: stdout + stderr };
  }

  async function onlyFile(): Promise<string> {
    const names = await readdir(compiled());
    assert.equal(names.length, 1);
    return join(compiled(), names[0]);
  }

  it('and used at the next start, which says the same', async () => {
    const first = check();
    assert.match(first.said, /unknown-key/);
    const file = await onlyFile();
    const kept = await readFile(file);
    assert.deepEqual(check(), first);
    assert.deepEqual(await readFile(await onlyFile()), kept);
  });

  it('unless it is damaged, cut off or empty: then the program is compiled anew, and that is kept', async () => {
    const first = check();
    const file = await onlyFile();
    const kept = await readFile(file);
    const damaged = Buffer.from(kept);
    damaged.fill(0x5a, kept.length / 2, kept.length / 2 + 2000);
    for (const other of [damaged, kept.subarray(0, kept.length / 2), Buffer.alloc(0)]) {
      await writeFile(file, other);
      assert.deepEqual(check(), first);
      assert.equal((await readFile(file)).length > 100_000, true);
      assert.notDeepEqual(await readFile(file), other);
    }
  });

  it('or nothing can be written there, or not all of it (skipped on Windows)', async function () {
    await writeFile(compiled(), 'no folder');
    assert.match(check().said, /unknown-key/);
    if (process.platform === 'win32') this.skip();
    await rm(compiled());
    const small = ['-c', 'ulimit -f 64 && exec "$0" "$@"', process.execPath, ...ARGUMENTS];
    const { stderr, stdout } = spawnSync('bash', small, { cwd: folder(), encoding: 'utf8' });
    assert.match(stdout + stderr, /unknown-key/);
    assert.deepEqual(await readdir(compiled()), []);
  });
});
