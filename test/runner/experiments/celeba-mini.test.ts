import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FaceRecogniser } from '../../../server/src/compute/faces/recogniser.js';
import type { Results } from '../../../server/src/protocol/results.js';
import { CELEBA_MINI, needsCelebaMini, PEER_DESCRIPTORS } from '../../support/celeba-mini.js';
import { runToResults } from '../../support/command-line.js';
import { newWorkspace } from '../../support/workspace.js';

const EXPERIMENT = `
name: Real faces
dataset: {use: celeba, root: ${JSON.stringify(CELEBA_MINI)}}
embed:
  models:
    - face-recognition
    - {use: face-recognition, name: mirrored, mirror: true}
accuracy: {top: [1, 5]}
verification: {fmr: [0.01, 0.001]}
`;

describe('Real faces: 510 photographs of 51 people (skipped where celeba-mini is absent)', () => {
  let folder: string;
  let results: Results;

  before(async function () {
    needsCelebaMini.call(this);
    this.timeout(300_000);
    folder = await newWorkspace();
    await writeFile(join(folder, 'real.experiment.yaml'), EXPERIMENT);
    results = await runToResults(join(folder, 'real.experiment.yaml'), ['--out', join(folder, 'run')]);
  });
  after(() => folder && rm(folder, { recursive: true }));

  const rateOf = (model: string, top: number) => {
    const found = results.accuracy?.find((entry) => entry.model === model)?.top[top];
    return found?.rate ?? Number.NaN;
  };

  it('finds at least 506 faces', () => {
    assert.equal(results.images.total, 510);
    assert.ok(results.images.noFace <= 4, `${results.images.noFace} without a face`);
  });

  it('recognises at least 95.2 % at rank 1 and 97.2 % within rank 5', () => {
    assert.ok(rateOf('face-recognition', 1) >= 0.952, `top-1 is ${rateOf('face-recognition', 1)}`);
    assert.ok(rateOf('face-recognition', 5) >= 0.972, `top-5 is ${rateOf('face-recognition', 5)}`);
  });

  it('recognises at least 95.8 % when chip and mirror image are averaged', () => {
    assert.ok(rateOf('mirrored', 1) >= 0.958, `top-1 is ${rateOf('mirrored', 1)}`);
  });

  it('shows no gain in top-1 of averaging, and one of the true match rate', () => {
    const [difference] = results.differences?.filter(({ name }) => name === 'accuracy/mirrored') ?? [];
    assert.ok((difference?.pByIdentityAlone ?? 0) > 0.05, JSON.stringify(difference));
    const [plain, mirrored] = ['face-recognition', 'mirrored'].map((model) => {
      const { at = [] } = results.verification?.find((one) => one.model === model) ?? {};
      return at.map(({ tmr }) => tmr.rate ?? Number.NaN);
    });
    for (const [n, rate] of plain.entries()) assert.ok(mirrored[n] > rate, `${mirrored} beside ${plain}`);
  });

  it('describes faces as face-api does, to a median distance of 0.12, with its alignment', async function () {
    if (!existsSync(PEER_DESCRIPTORS)) this.skip();
    const options = { detector: 'ssd', minConfidence: 0.3, maxSide: 2048, align: 'face-api', mirror: false } as const;
    const recogniser = await FaceRecogniser.load(options, join(folder, 'graphs'), 2);
    const distances: number[] = [];
    for (const { image, descriptor } of await peerDescriptors()) {
      const prepared = await recogniser.prepare(await readFile(join(CELEBA_MINI, 'images', image)));
      assert.ok(prepared.ok);
      const [own] = await recogniser.embed([prepared.value]);
      if (own) distances.push(Math.hypot(...own.map((value, n) => value - descriptor[n])));
    }
    await recogniser.close();
    assert.ok(distances.length >= 500, `${distances.length} in common`);
    const median = distances.sort((a, b) => a - b)[distances.length >> 1];
    assert.ok(median <= 0.12, `the median is ${median}`);
  });
});

async function peerDescriptors(): Promise<{ image: string; descriptor: number[] }[]> {
  const lines = (await readFile(PEER_DESCRIPTORS, 'utf8')).trim().split('\n');
  return lines.map((line) => JSON.parse(line)).filter(({ descriptor }) => descriptor);
}
