import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { drawPortraits, openPerturbation, perturb, pngOf } from '../../support/attacks.js';

describe('perturbation noise', () => {
  let folder: string;
  let portraits: string[];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lookalike-noise-'));
    portraits = await drawPortraits(folder, 2, 160);
  });
  after(() => rm(folder, { recursive: true }));

  async function noisy(params: string, files = portraits): Promise<Uint8Array[]> {
    const noise = await openPerturbation(`{use: noise, ${params}}`, folder);
    try {
      return (await perturb(noise, files)).map(pngOf);
    } finally {
      await noise.close();
    }
  }

  async function changesOf(file: string, png: Uint8Array): Promise<number[]> {
    const [before, after] = await Promise.all(
      [await readFile(file), png].map((bytes) => sharp(bytes).removeAlpha().raw().toBuffer()),
    );
    return [...before].map((value, i) => after[i] - value);
  }

  it('changes values evenly between −ε and ε, in a square around the face alone', async () => {
    const [png] = await noisy('epsilon: 6', [portraits[0]]);
    const changes = await changesOf(portraits[0], png);
    const changed = changes.map((change, i) => ({ change, x: Math.floor(i / 3) % 160, y: Math.floor(i / 480) }));
    const inside = changed.filter(({ change }) => change !== 0);
    const [left, right] = [Math.min(...inside.map(({ x }) => x)), Math.max(...inside.map(({ x }) => x))];
    const [top, bottom] = [Math.min(...inside.map(({ y }) => y)), Math.max(...inside.map(({ y }) => y))];
    const square = changed.filter(({ x, y }) => x >= left && x <= right && y >= top && y <= bottom);
    assert.ok(inside.length > 0.85 * square.length, 'of a square, one value in twelve stays as it is');
    assert.ok(square.length < changes.length);
    for (const step of [-5, -3, -1, 1, 3, 5]) {
      const share = square.filter(({ change }) => change === step).length / square.length;
      assert.ok(Math.abs(share - 1 / 12) < 0.01, `${share} changed by ${step}`);
    }
    assert.ok(changes.every((change) => Math.abs(change) <= 6));
  });

  it('gives a photograph the same bytes alone as in company, and others by another seed', async () => {
    const together = await noisy('epsilon: 4');
    assert.deepEqual(await noisy('epsilon: 4', [portraits[1]]), [together[1]]);
    assert.notDeepEqual(await noisy('epsilon: 4, seed: 2', [portraits[1]]), [together[1]]);
  });
});
