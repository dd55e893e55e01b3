import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { Random } from '../../server/src/compute/random.js';
import { readModel, writeModel } from '../../server/src/onnx/read.js';
import { shippedFolder } from '../../server/src/plugins/clip/shipped-files.js';
import type { EmbeddingModel, Plugin } from '../../server/src/plugins/declare.js';
import { CLIP_FILES, clipOfPortraits } from '../../server/src/plugins/models/clip-portraits.js';
import { faceRecognition } from '../../server/src/plugins/models/face-recognition.js';
import { ok } from '../../server/src/protocol/errors.js';
import { cacheFolder } from '../peers/cache-folder.js';
import { type Examples, embedAll, examine, type Figures, JUDGED, topOne, unseenPortraits } from './examination.js';

/*
 * npm run evaluate:portraits [-- FOLDER…]: what `clip-portraits` can on portraits that no training saw, beside the same
 * networks untrained, face recognition and pixels; of other trainings too, whose folders are named.
 */

const folder = await mkdtemp(join(tmpdir(), 'lookalike-portraits-'));
const portraits = await unseenPortraits(join(cacheFolder(), 'train-portraits/unseen'), 200, 3);
const shipped = shippedFolder('clip-portraits');
await untrain(shipped, join(folder, 'untrained'));
const trainings: [name: string, folder: string][] = [
  ['clip-portraits', shipped],
  ...process.argv.slice(2).map((named): [string, string] => [named, named]),
  ['untrained', join(folder, 'untrained')],
];
const columns: Record<string, Figures & { top1: number }> = {};
for (const [name, from] of trainings) columns[name] = await figuresOf(from, portraits);
print(columns);
const faces = await open(faceRecognition);
const top1 = topOne(portraits.images, await embedAll(faces, portraits.images));
await faces.close();
console.log(`top-1 by identity of face-recognition: ${percent(top1)}`);
console.log(`top-1 by identity of 32 × 32 pixels: ${percent(topOne(portraits.images, await pixelsOf(portraits)))}`);
await rm(folder, { recursive: true });

async function open(plugin: Plugin<'model'>): Promise<EmbeddingModel> {
  const loaded = await plugin.load(plugin.params.parse({}), { folder, threads: 2, device: 'cpu' });
  if (!loaded.ok) throw new Error(loaded.problem.message);
  return loaded.value;
}

async function figuresOf(from: string, examples: Examples): Promise<Figures & { top1: number }> {
  const model = await open(clipOfPortraits(() => ok(from)) as Plugin<'model'>);
  const vectors = (await embedAll(model, examples.images)) as Float32Array[];
  const figures = await examine(model, examples, vectors);
  await model.close();
  return { ...figures, top1: topOne(examples.images, vectors) };
}

/** Writes the same networks with the numbers of every layer in an order by chance: as large, and nothing learnt. */
async function untrain(from: string, to: string): Promise<void> {
  await mkdir(to);
  await copyFile(join(from, CLIP_FILES.tokenizer), join(to, CLIP_FILES.tokenizer));
  for (const name of [CLIP_FILES.image, CLIP_FILES.text]) {
    const model = readModel(await readFile(join(from, name)));
    if (!model.ok) throw new Error(name);
    for (const { name: layer, rawData, dataType } of model.value.graph?.initializer ?? []) {
      // 32-bit floats; whole numbers are shapes and places.
      if (dataType !== 1) continue;
      const values = new Float32Array(Uint8Array.from(rawData).buffer);
      shuffle(values, new Random(1, layer));
      rawData.set(new Uint8Array(values.buffer));
    }
    await writeFile(join(to, name), writeModel(model.value));
  }
}

function shuffle(values: Float32Array, random: Random): void {
  for (let last = values.length - 1; last > 0; last--) {
    const other = Math.floor(random.between(0, last + 1));
    [values[last], values[other]] = [values[other], values[last]];
  }
}

async function pixelsOf({ images }: Examples): Promise<Uint8Array[]> {
  const small = images.map(({ file }) => sharp(file).resize(32, 32, { fit: 'fill' }).removeAlpha().raw().toBuffer());
  return Promise.all(small);
}

function print(columns: Readonly<Record<string, Figures & { top1: number }>>): void {
  const row = (name: string, of: (figures: Figures & { top1: number }) => number) =>
    console.log(`| ${[name, ...Object.values(columns).map((figures) => percent(of(figures)))].join(' | ')} |`);
  console.log(`| ${['', ...Object.keys(columns)].join(' | ')} |\n|${' --- |'.repeat(Object.keys(columns).length + 1)}`);
  for (const name of JUDGED) row(name, ({ answers }) => answers[name]);
  row('precision@10 of twenty searches by words', ({ precisionAt10 }) => precisionAt10);
  row('its own description the nearest of 100', ({ captionRecall }) => captionRecall);
  row('top-1 by identity', (figures) => figures.top1);
  console.log('');
  const others = Object.keys(Object.values(columns)[0]?.answers ?? {}).filter((name) => !JUDGED.includes(name));
  for (const name of others) row(name, ({ answers }) => answers[name]);
}

function percent(rate: number): string {
  return `${(100 * rate).toFixed(1)} %`;
}
