import assert from 'node:assert/strict';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { Precomputed } from '../../../server/src/compute/perturbations/precomputed.js';
import { precomputed } from '../../../server/src/plugins/perturbations/precomputed.js';
import { temporaryFolder } from '../../support/run-folder.js';
import { patchwork } from '../../support/small-experiment.js';

describe('perturbation precomputed', () => {
  const folder = temporaryFolder();
  const image = (id: string) => ({ id, file: `/data/${id}`, identity: null });

  async function holds(name: string, bytes?: Buffer): Promise<void> {
    await mkdir(dirname(join(folder(), name)), { recursive: true });
    await writeFile(join(folder(), name), bytes ?? (await patchwork(1, 1)));
  }

  async function look(id: string, pattern?: string) {
    const loaded = await precomputed.load({ folder: folder(), pattern }, { folder: '', threads: 1 });
    assert.ok(loaded.ok);
    const found = await loaded.value.perturb([image(id)], {
      signal: new AbortController().signal,
      progress: () => undefined,
    });
    assert.ok(found.ok);
    return found.value[0];
  }

  for (const { name, id } of [
    { name: '000001_cloaked.png', id: '000001.jpg' },
    { name: '000001_attacked.png', id: '000001.jpg' },
    { name: 'ana/1_perturbed.png', id: 'ana/1.jpg' },
    { name: 'ana/1.png', id: 'ana/1.jpg' },
    { name: 'ana/1.jpg.png', id: 'ana/1.jpg' },
    { name: 'ana/1.png', id: 'ana/1.png' },
  ]) {
    it(`finds ${name} for ${id}`, async () => {
      await holds(name);
      assert.equal((await look(id)).kind, 'perturbed');
    });
  }

  it('looks where a pattern says, and nowhere else', async () => {
    await holds('1-cloak.png');
    await holds('ana/2_cloaked.png');
    assert.equal((await look('ana/1.jpg', '{name}-cloak.png')).kind, 'perturbed');
    assert.equal((await look('ana/2.jpg', '{name}-cloak.png')).kind, 'failed');
  });

  it('gives a PNG as it is, and the pixels of another format as PNG', async () => {
    const picture = await patchwork(1, 1);
    await holds('a_cloaked.png', picture);
    const kept = await look('a.jpg');
    assert.ok(kept.kind === 'perturbed');
    assert.deepEqual(Buffer.from(kept.png), picture);
    await holds('b.webp', await sharp(picture).webp({ lossless: true }).toBuffer());
    const converted = await look('b.webp');
    assert.ok(converted.kind === 'perturbed');
    const pixels = (bytes: Uint8Array) => sharp(bytes).removeAlpha().raw().toBuffer();
    assert.deepEqual(await pixels(converted.png), await pixels(picture));
  });

  it('says of one that is missing what it looked for', async () => {
    const outcome = await look('ana/1.jpg');
    assert.ok(outcome.kind === 'failed');
    assert.equal(outcome.problem.code, 'perturbed-missing');
    assert.match(outcome.problem.message, /ana\/1_cloaked\.png/);
  });

  it('says of a file that is no image which it is', async () => {
    await holds('a_cloaked.png', Buffer.from('no image'));
    const outcome = await look('a.jpg');
    assert.ok(outcome.kind === 'failed');
    assert.equal(outcome.problem.code, 'image-unreadable');
    assert.match(outcome.problem.message, /a_cloaked\.png/);
  });

  it('does not follow an id out of its folder', async () => {
    await holds('outside/secret.png');
    await mkdir(join(folder(), 'inside'));
    const inside = new Precomputed(join(folder(), 'inside'), ['{id}']);
    assert.equal(await inside.stampOf(image('../outside/secret.png')), 'missing');
  });

  it('stamps a photograph by the file that it found, so that another one counts', async () => {
    const found = new Precomputed(folder(), ['{stem}_cloaked.png']);
    assert.equal(await found.stampOf(image('a.jpg')), 'missing');
    await holds('a_cloaked.png');
    const before = await found.stampOf(image('a.jpg'));
    await holds('new.png', await patchwork(2, 2));
    await rename(join(folder(), 'new.png'), join(folder(), 'a_cloaked.png'));
    assert.notEqual(await found.stampOf(image('a.jpg')), before);
  });
});
