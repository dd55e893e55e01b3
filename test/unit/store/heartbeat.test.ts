import assert from 'node:assert/strict';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beat, isBeating } from '../../../server/src/store/run-folder/control-files.js';

describe('The heartbeat of a run', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lookalike-heartbeat-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('says that it lives', async () => {
    assert.equal(await isBeating(folder), false);
    assert.equal(await beat(folder), true);
    assert.equal(await isBeating(folder), true);
  });

  it('ends no run where it cannot be written', async () => {
    await symlink('heartbeat', join(folder, 'heartbeat'));
    assert.equal(await beat(folder), true);
  });

  it('tells of a folder that is gone', async () => {
    await rm(folder, { recursive: true });
    assert.equal(await beat(folder), false);
  });
});
