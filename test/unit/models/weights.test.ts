import assert from 'node:assert/strict';
import { appendFile, cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { requireWeights, WEIGHTS_FOLDER } from '../../../server/src/compute/faces/weights.js';

describe('the face networks’ weights', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lookalike-weights-'));
    await cp(WEIGHTS_FOLDER, folder, { recursive: true });
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('are those that the networks were tested with', async () => {
    assert.deepEqual(await requireWeights(), { ok: true, value: undefined });
    assert.deepEqual(await requireWeights(folder), { ok: true, value: undefined });
  });

  for (const [how, change] of Object.entries({
    'has one other byte': async (file: string) => {
      const bytes = await readFile(file);
      bytes[bytes.length >> 1] ^= 1;
      await writeFile(file, bytes);
    },
    'is longer': (file: string) => appendFile(file, ' '),
    'is empty': (file: string) => writeFile(file, ''),
    'is gone': (file: string) => rm(file),
  })) {
    it(`are refused by name where any one of the files ${how}`, async () => {
      const needed = (await readdir(folder)).filter((name) =>
        /^(ssd|tiny_face_d|face_landmark_68_m|face_rec)/.test(name),
      );
      assert.equal(needed.length, 8);
      for (const name of needed) {
        const original = await readFile(join(folder, name));
        await change(join(folder, name));
        const checked = await requireWeights(folder);
        assert.equal(checked.ok, false);
        const { code, message } = (checked as Extract<typeof checked, { ok: false }>).problem;
        assert.equal(code, 'weights-changed');
        assert.ok(message.includes(join(folder, name)), message);
        await writeFile(join(folder, name), original);
      }
    });
  }
});
