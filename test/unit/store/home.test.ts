import assert from 'node:assert/strict';
import { chmod, lstat, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ProblemError } from '../../../server/src/protocol/errors.js';
import { createHome, HOME_NAME } from '../../../server/src/store/home.js';
import { purgeHome } from '../../../server/src/store/purge.js';
import { newRunRecord, writeRunRecord } from '../../../server/src/store/run-folder/run-record.js';
import { temporaryFolder } from '../../support/run-folder.js';

const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);
const namesIn = (folder: string) => readdir(folder).then((names) => names.sort());

describe('The private folder', () => {
  const folder = temporaryFolder();
  const home = () => join(folder(), HOME_NAME);

  it('is its owner’s alone, and ignored by git', async () => {
    await createHome(home());
    assert.equal(await modeOf(home()), '700');
    assert.equal(await readFile(join(home(), '.gitignore'), 'utf8'), '*\n');
  });

  for (const { what, ignore } of [
    { what: 'is open to all', ignore: '*\n' },
    { what: 'comes with a list that ignores nothing', ignore: '# nothing\n' },
    { what: 'comes without a list', ignore: undefined },
  ]) {
    it(`is put right where it ${what}`, async () => {
      await mkdir(home());
      await chmod(home(), 0o755);
      if (ignore !== undefined) await writeFile(join(home(), '.gitignore'), ignore);
      await createHome(home());
      assert.equal(await modeOf(home()), '700');
      assert.equal(await readFile(join(home(), '.gitignore'), 'utf8'), '*\n');
    });
  }

  it('may be a link to another disk, which is put right and purged as well', async () => {
    const disk = join(folder(), 'disk');
    await mkdir(join(disk, 'cache'), { recursive: true });
    await chmod(disk, 0o755);
    await symlink(disk, home());
    await createHome(home());
    assert.equal(await modeOf(disk), '700');
    assert.deepEqual(await purgeHome(home()), { ok: true, value: { removed: [home(), disk], left: [] } });
    assert.deepEqual(await namesIn(folder()), []);
  });

  for (const { what, target } of [
    { what: 'the repository around it', target: '.' },
    { what: 'somebody’s photographs', target: 'photographs' },
  ]) {
    it(`is neither used nor purged where it is a link to ${what}`, async () => {
      await mkdir(join(folder(), 'photographs'));
      await writeFile(join(folder(), 'photographs/1.jpg'), '');
      await symlink(target, home());
      const before = await modeOf(join(folder(), target));
      await assert.rejects(createHome(home()), (error) => {
        return error instanceof ProblemError && error.problem.code === 'home-unfit';
      });
      const purged = await purgeHome(home());
      assert.equal(!purged.ok && purged.problem.code, 'home-unfit');
      assert.deepEqual(await namesIn(folder()), [HOME_NAME, 'photographs']);
      assert.deepEqual(await namesIn(join(folder(), 'photographs')), ['1.jpg']);
      assert.equal(await modeOf(join(folder(), target)), before);
    });
  }

  for (const what of ['a file', 'a link to nothing']) {
    it(`is refused where it is ${what}`, async () => {
      if (what === 'a file') await writeFile(home(), '');
      else await symlink('nothing', home());
      await assert.rejects(createHome(home()), (error) => {
        return error instanceof ProblemError && error.problem.message.startsWith(home());
      });
    });
  }

  it('is not purged while a run in it goes on', async () => {
    await createHome(home());
    const run = join(home(), 'runs/one');
    await mkdir(run, { recursive: true });
    const record = newRunRecord('one', { file: '/a.experiment.yaml', startedBy: 'terminal', set: [] });
    await writeRunRecord(run, record);
    const purged = await purgeHome(home());
    assert.equal(!purged.ok && purged.problem.code, 'run-going-on');
    await writeRunRecord(run, { ...record, status: 'done' });
    assert.ok((await purgeHome(home())).ok);
    assert.deepEqual(await namesIn(folder()), []);
  });

  it('is purged without what links in it lead to, which is said', async () => {
    await createHome(home());
    const disk = join(folder(), 'disk');
    await mkdir(disk);
    await writeFile(join(disk, 'kept'), '');
    await symlink(disk, join(home(), 'cache'));
    const dry = await purgeHome(home(), { dryRun: true });
    assert.ok((await lstat(home())).isDirectory());
    assert.deepEqual(await purgeHome(home()), dry);
    assert.deepEqual(dry, { ok: true, value: { removed: [home()], left: [disk] } });
    assert.deepEqual([await namesIn(folder()), await namesIn(disk)], [['disk'], ['kept']]);
  });
});
