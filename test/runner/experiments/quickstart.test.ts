import assert from 'node:assert/strict';
import { copyFile, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import type { Results } from '../../../server/src/protocol/results.js';
import { figuresOf, runToResults } from '../../support/command-line.js';
import { plainSearch } from '../../support/plain-search.js';
import { newWorkspace } from '../../support/workspace.js';

const LIST_LOADED = new URL('../../support/list-loaded.mjs', import.meta.url).href;
const QUICKSTART = fileURLToPath(new URL('../../../experiments/quickstart.experiment.yaml', import.meta.url));

describe('The quickstart, on portraits that are drawn', () => {
  let folder: string;
  let results: Results;
  let top1: number;

  before(async function () {
    this.timeout(300_000);
    folder = await newWorkspace();
    const file = join(folder, 'quickstart.experiment.yaml');
    await copyFile(QUICKSTART, file);
    results = await runToResults(file, ['--out', join(folder, 'run')]);
    top1 = results.accuracy?.[0].top[1].rate ?? Number.NaN;
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('has 240 images of 40 people, in at least 95 % of which a face is found', () => {
    assert.equal(results.images.total, 240);
    assert.equal(results.images.identities, 40);
    assert.ok(results.images.noFace <= 12, `${results.images.noFace} without a face`);
  });

  it('sets clip-portraits beside face recognition in one table, which knows people less well', () => {
    const rates = results.accuracy?.map(({ model, top }) => ({ model, top1: top[1].rate ?? Number.NaN }));
    assert.deepEqual(
      rates?.map(({ model }) => model),
      ['face-recognition', 'clip-portraits'],
    );
    const [faces, clip] = rates;
    assert.ok(clip.top1 > 0.3 && clip.top1 < faces.top1, `${clip.top1} of clip-portraits, ${faces.top1} of faces`);
  });

  it('asks by words what was drawn, and is answered rightly by nine of ten, of those that have it and that have not', () => {
    assert.equal(results.attributes?.model, 'clip-portraits');
    const names = results.attributes?.questions.map(({ name, balanced }) => {
      assert.ok((balanced ?? 0) >= 0.9, `${name}: ${balanced}`);
      return name;
    });
    assert.deepEqual(names, ['Male', 'Eyeglasses', 'Long_Hair', 'Full_Beard']);
  });

  it('is neither too easy nor too hard for face recognition', () => {
    assert.ok(top1 > 0.5 && top1 < 0.98, `top-1 is ${top1}`);
  });

  it('cannot be solved by comparing pixels: 32 × 32 of them score at least 20 points less', async () => {
    const pixels = await pixelAccuracy(join(folder, 'run'));
    assert.ok(pixels <= top1 - 0.2, `pixels: ${pixels}, embeddings: ${top1}`);
  });
  it('gives the same again from the cache, for which neither models nor decoders of pictures are loaded', async () => {
    const loaded = join(folder, 'loaded.txt');
    const env = { NODE_OPTIONS: `--import ${LIST_LOADED}`, LIST_LOADED_TO: loaded };
    const file = join(folder, 'quickstart.experiment.yaml');
    const again = await runToResults(file, ['--out', join(folder, 'again')], { env });
    assert.deepEqual(figuresOf(again), figuresOf(results));
    const thumbnails = (run: string) => readFile(join(folder, run, 'thumbnails.json'), 'utf8');
    assert.equal(await thumbnails('again'), await thumbnails('run'));
    const files = (await readFile(loaded, 'utf8')).split('\n');
    assert.ok(files.some((url) => url.endsWith('/dist/runner.js')));
    assert.deepEqual(
      files.filter((url) => /\/(sharp|onnxruntime-[a-z]+)\//.test(url)),
      [],
    );
  });
});

/** Top-1 accuracy where an image is described by its pixels. */
async function pixelAccuracy(run: string): Promise<number> {
  const lines = (await readFile(join(run, 'images.jsonl'), 'utf8')).trim().split('\n');
  const images: { file: string; identity: string }[] = lines.map((line) => JSON.parse(line));
  const pixels = await Promise.all(
    images.map(({ file }) => sharp(file).resize(32, 32, { fit: 'fill' }).removeAlpha().raw().toBuffer()),
  );
  const vectors = {
    data: Float32Array.from(pixels.flatMap((each) => [...each])),
    rows: images.length,
    dimension: 3072,
  };
  const itself = Int32Array.from(images.keys());
  const { ids } = plainSearch(vectors, vectors, 'l2', 1, itself);
  return images.filter(({ identity }, n) => images[ids[n]].identity === identity).length / images.length;
}
