import assert from 'node:assert/strict';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import {
  fittingPattern,
  perturbedNames,
  USUAL_NAMES,
} from '../../../server/src/compute/perturbations/perturbed-names.js';
import { Precomputed } from '../../../server/src/compute/perturbations/precomputed.js';
import { precomputed } from '../../../server/src/plugins/perturbations/precomputed.js';
import { temporaryFolder } from '../../support/run-folder.js';
import { patchwork } from '../../support/small-experiment.js';

describe('perturbation precomputed', () => {
  const folder = temporaryFolder();
  const image = (id: string) => ({ id, file: `/data/${id}`, identity: null, hash: '' });

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

  describe('beside the photographs themselves', () => {
    const WAYS = {
      'in one folder with them': { originals: '.', versions: '{stem}_cloaked.png' },
      'with copies of them under their own names': {
        originals: 'elsewhere',
        copies: true,
        versions: '{stem}_cloaked.png',
      },
      'under their own names': { originals: 'elsewhere', versions: '{stem}.png' },
    };
    for (const [way, { originals, versions, ...more }] of Object.entries(WAYS)) {
      it(`takes versions ${way}, and no original for one`, async () => {
        const ids = ['a/1', 'a/2', 'b/1', 'b/2', 'c/1'].map((stem) => `${stem}.png`);
        const perturbed = new Set(['a/2.png', 'c/1.png']);
        const images = [];
        for (const [n, id] of ids.entries()) {
          const file = join(folder(), originals, id);
          await holds(join(originals, id), await patchwork(n + 1, 1));
          images.push({ id, file, identity: null, hash: `${n}` });
          if ('copies' in more) await holds(id, await patchwork(n + 1, 1));
          if (perturbed.has(id)) await holds(versions.replace('{stem}', id.slice(0, -4)), await patchwork(n + 1, 2));
        }
        const plugin = new Precomputed(folder(), USUAL_NAMES);
        await plugin.expect(images);
        const made = await plugin.perturb(images);
        assert.ok(made.ok);
        const found = ids.filter((_, n) => made.value[n].kind === 'perturbed');
        assert.deepEqual(found, [...perturbed]);
        for (const outcome of made.value) {
          if (outcome.kind === 'failed') assert.equal(outcome.problem.code, 'perturbed-missing');
        }
      });
    }
  });

  it('takes one file for one photograph, or for copies of it, and refuses it for different ones', async () => {
    for (const name of ['1_cloaked.png', '2_cloaked.png', '3_cloaked.png']) await holds(name);
    const images = [
      { ...image('ana/1.png'), hash: 'one' },
      { ...image('bo/1.png'), hash: 'another' },
      { ...image('ana/2.png'), hash: 'two' },
      { ...image('bo/2.png'), hash: 'two' },
      { ...image('ana/3.png'), hash: 'three' },
    ];
    const plugin = new Precomputed(folder(), ['{name}_cloaked.png']);
    await plugin.expect(images);
    const made = await plugin.perturb(images);
    assert.ok(made.ok);
    assert.deepEqual(
      made.value.map((outcome) => (outcome.kind === 'failed' ? outcome.problem.code : outcome.kind)),
      ['perturbed-ambiguous', 'perturbed-ambiguous', 'perturbed', 'perturbed', 'perturbed'],
    );
  });

  for (const { names, pattern } of [
    {
      names: ['ana/1_low_cloaked.png', 'ana/2_low_cloaked.png', 'bo/1_mid_cloaked.png'],
      pattern: '{stem}_low_cloaked.png',
    },
    { names: ['ana/1_cloaked.jpg'], pattern: '{stem}_cloaked.jpg' },
    { names: ['out/1-x.png', 'out/2-x.png'], pattern: 'out/{name}-x.png' },
    { names: ['ana/12_cloaked.png', 'ana/1 (adv).png'], pattern: '{stem} (adv).png' },
  ]) {
    it(`says of ${names.join(', ')} that ${pattern} fits`, () => {
      const ids = ['ana/1.png', 'ana/2.png', 'bo/1.png'];
      assert.equal(fittingPattern(names, ids)?.pattern, pattern);
      for (const id of ids.slice(0, 1)) assert.ok(names.includes(perturbedNames(id, [pattern])[0]));
    });
  }

  it('says of names that are none of the photographs’ that none fits', () => {
    assert.equal(fittingPattern(['x.png', '10_cloaked.png'], ['1.png']), undefined);
  });
});
