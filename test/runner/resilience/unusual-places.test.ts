import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lookalike } from '../../support/command-line.js';
import { newWorkspace } from '../../support/workspace.js';

describe('What is no usual file or folder', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await newWorkspace();
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('is not waited for where an experiment is a pipe that nobody writes to', async function () {
    if (process.platform === 'win32') this.skip();
    const pipe = join(folder, 'piped.experiment.yaml');
    execFileSync('mkfifo', [pipe]);
    for (const command of ['check', 'plan', 'run', 'serve']) {
      const { code, stderr } = await lookalike([command, pipe]);
      assert.equal(code, 2);
      assert.match(stderr, /error file-unreadable .*piped\.experiment\.yaml is a pipe or a device/);
    }
  });

  it('is emptied, and said to be mounted, where the private folder is a disk (skipped where none can be mounted: Linux, as root)', async function () {
    const home = join(folder, '.lookalike');
    await mkdir(home);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', home], { stdio: 'ignore' });
    } catch {
      this.skip();
    }
    try {
      await mkdir(join(home, 'cache'));
      await writeFile(join(home, 'cache/embeddings'), 'private');
      const { code, stderr } = await lookalike(['purge'], { cwd: folder });
      assert.equal(code, 1);
      assert.match(
        stderr,
        /error purge-incomplete .*\.lookalike cannot be removed: EBUSY.*\n {2}It is mounted, or in use/,
      );
      assert.doesNotMatch(stderr, /\n\s+at /);
      assert.deepEqual(await readdir(home), []);
    } finally {
      execFileSync('umount', [home]);
    }
    assert.equal((await lookalike(['purge'], { cwd: folder })).code, 0);
    assert.equal(existsSync(home), false);
  });
});
