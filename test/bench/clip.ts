import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { openEncoder } from '../../server/src/compute/encoder/open-encoder.js';
import { toInput } from '../../server/src/compute/encoder/preprocess.js';
import { decodePixels } from '../../server/src/compute/images/decode.js';
import { resampleToSquare } from '../../server/src/compute/images/resample.js';
import { writeModel } from '../../server/src/onnx/read.js';
import type { EmbeddingModel, Plugin } from '../../server/src/plugins/declare.js';
import { findPlugin } from '../../server/src/plugins/registry.js';
import { computeShard } from '../../server/src/runner/embedding/compute-shard.js';
import { planEmbedding, writePlan } from '../../server/src/runner/embedding/embedding-plan.js';
import { sha256 } from '../../server/src/store/files.js';
import { visionModel, XENOVA } from '../support/clip/exports.js';
import { openTransformers, writeTransformersConfig } from '../support/clip/peers.js';
import { toEightBits } from '../support/clip/precision.js';
import { VISION } from '../support/clip/shapes.js';
import { figure, median, note, type Section, secondsOf, spread, table, versionOf } from './measure.js';
import { photographs } from './photographs.js';
import { processorTime } from './session-times.js';

const SHAPE = VISION['clip-vit-b-32'];
const ROUNDS = Number(process.env.LOOKALIKE_BENCH_ROUNDS ?? 7);
const IMAGES = Number(process.env.LOOKALIKE_BENCH_IMAGES ?? 64);
/** What photographs are decoded at, at the most, and a network's input: as the product does. */
const LONGEST = 8192;
const PREPROCESSING = {
  size: SHAPE.size,
  layout: 'nchw',
  inputType: 'float32',
  fit: 'crop',
  mean: [0.48145466, 0.4578275, 0.40821073],
  std: [0.26862954, 0.26130258, 0.27577711],
  channels: 'rgb',
} as const;
const PEER_BATCHES = [1, 2, 4, 8, 16, 32];

/** Images a second of everything that is measured, by round. */
type Rates = Record<'ours' | 'peer' | 'bare' | 'eightBits' | 'bareEightBits', number[]>;

/** ViT-B/32 at full size, of random weights: from a photograph's file to its vector on disk, beside transformers.js. */
export async function benchClip(): Promise<Section> {
  const folder = await mkdtemp(join(tmpdir(), 'lookalike-bench-'));
  await writeModels(join(folder, 'clip'));
  const { what, files } = await photographs(IMAGES, folder);
  const run = { ours: await shardOf('fp32', folder, files), eightBits: await shardOf('int8', folder, files) };
  const { batchSize } = run.ours.model;
  const options = { intraOpNumThreads: availableParallelism(), logSeverityLevel: 3 } as const;
  const file = (suffix: string) => join(folder, `clip/onnx/vision_model${suffix}.onnx`);
  const bare = bareInference(await InferenceSession.create(file(''), options), batchSize);
  const threads = availableParallelism();
  const bareEightBits = bareInference(await openEncoder(file('_quantized'), { threads }), batchSize);
  const peer = await openTransformers(folder, 'clip');
  const batch = await bestBatch(peer, files);
  const rates: Rates = { ours: [], peer: [], bare: [], eightBits: [], bareEightBits: [] };
  for (let round = 0; round < ROUNDS; round++) {
    rates.peer.push(await imagesPerSecond(() => embedAll(peer, files, batch)));
    rates.ours.push(await imagesPerSecond(run.ours.work));
    rates.bare.push(await imagesPerSecond(bare));
    rates.eightBits.push(await imagesPerSecond(run.eightBits.work));
    rates.bareEightBits.push(await imagesPerSecond(bareEightBits));
    note(
      `clip, round ${round + 1} of ${ROUNDS}: ${Object.entries(rates)
        .map(([name, all]) => `${name} ${figure(all[round])}`)
        .join(', ')}`,
    );
  }
  const budget = await processorBudget(
    { bare, bareEightBits, ours: run.ours.work, eightBits: run.eightBits.work },
    files,
  );
  const agreement = await cosines(run.ours.model, run.eightBits.model, files);
  await rm(folder, { recursive: true });
  const body = bodyOf(what, batch, rates) + budgetText(budget) + agreementText(agreement);
  return { name: 'clip', title: 'CLIP ViT-B/32: from file to vector', body };
}

function bodyOf(what: string, batch: number, rates: Rates): string {
  const ratio = (to: keyof Rates, of: keyof Rates = 'ours') => spread(rates[of].map((rate, n) => rate / rates[to][n]));
  const rows = [
    ['Lookalike, fp32: read, hash, decode, resize, infer, write', figure(median(rates.ours)), ''],
    [
      `transformers.js ${versionOf('@huggingface/transformers')}, the same ONNX file, batches of ${batch}: read, decode, resize, infer`,
      figure(median(rates.peer)),
      ratio('peer'),
    ],
    ['bare inference: ONNX Runtime on pixels that are ready', figure(median(rates.bare)), ratio('bare')],
    [
      'Lookalike, int8 (weights and products of 8 bits, quantised as it runs)',
      figure(median(rates.eightBits)),
      ratio('eightBits'),
    ],
    ['its inference alone', figure(median(rates.bareEightBits)), ratio('bareEightBits')],
  ];
  return `${ROUNDS} rounds of ${IMAGES} ${what}; random weights, which cost what trained ones do. Of the batch sizes
${PEER_BATCHES.join(', ')} the peer has the one that suits it best.

${table(['', 'images/s', 'Lookalike fp32 is faster by'], rows)}

Int8 is faster than fp32 by ${ratio('ours', 'eightBits')} from file to vector, and by ${ratio('bare', 'bareEightBits')}
where there is nothing but inference.`;
}

/** Processor time of all threads, in milliseconds an image. */
type Budget = Record<
  'reading' | 'decoding' | 'resampling' | 'inference' | 'whole' | 'inferenceEightBits' | 'wholeEightBits',
  number
>;
type Works = Record<'bare' | 'bareEightBits' | 'ours' | 'eightBits', () => unknown>;

/** Medians over rounds, behind one that warms up. */
async function processorBudget(works: Works, files: readonly string[]): Promise<Budget> {
  const rounds: Budget[] = [];
  for (let round = 0; round <= ROUNDS; round++) rounds.push(await spentBy(works, files));
  const of = (part: string) => median(rounds.slice(1).map((round) => round[part as keyof Budget]));
  return Object.fromEntries(Object.keys(rounds[0]).map((part) => [part, of(part)])) as Budget;
}

/** What each part takes by itself, with nothing beside it, and what the whole takes. */
async function spentBy(works: Works, files: readonly string[]): Promise<Budget> {
  const parts = { reading: 0, decoding: 0, resampling: 0, inference: 0, whole: 0 };
  const spent: Budget = { ...parts, inferenceEightBits: 0, wholeEightBits: 0 };
  let since = processorTime();
  const spend = (what: keyof Budget) => {
    const now = processorTime();
    spent[what] += (now - since) / files.length;
    since = now;
  };
  for (const file of files) {
    const bytes = await readFile(file);
    sha256(bytes);
    spend('reading');
    const decoded = await decodePixels(bytes, LONGEST);
    if (!decoded.ok) throw new Error(decoded.problem.message);
    spend('decoding');
    toInput(resampleToSquare(decoded.value, SHAPE.size, 'crop'), PREPROCESSING);
    spend('resampling');
  }
  await works.bare();
  spend('inference');
  await works.ours();
  spend('whole');
  await works.bareEightBits();
  spend('inferenceEightBits');
  await works.eightBits();
  spend('wholeEightBits');
  return spent;
}

function budgetText(budget: Budget): string {
  const { reading, decoding, resampling, inference, whole, inferenceEightBits, wholeEightBits } = budget;
  const row = (what: string, ms: number) => [what, figure(ms), `${((100 * ms) / inference).toFixed(1)} %`];
  const most = inference / (inference + reading + decoding + resampling);
  return `

${table(
  ['processor time of an image, all threads, each part by itself', 'ms', 'of bare inference'],
  [
    row('read and hash', reading),
    row('decode', decoding),
    row('resample to the network’s square, as Pillow does to the bit', resampling),
    row('inference', inference),
    row('the whole of Lookalike, fp32, its parts beside each other', whole),
    row('inference, int8', inferenceEightBits),
    row('the whole of Lookalike, int8', wholeEightBits),
  ],
)}

All cores infer, and all of them are busy: what comes before inference takes processor time from it, so that from file to vector
more than ${most.toFixed(2)} of bare inference is not to be had here, however it is threaded.

What was tried: reading, decoding and resampling in a thread of their own, since inference
blocks the one that asks for it, which brought 0.80 near that; a decoder that is asked for nothing but pixels, and one that does not
read in order, which take what Lookalike's takes, to the tenth. A smaller picture from the decoder would cost less, and is another one
than CLIP's own preprocessing has.

What was tried for int8, in processor time of an image's inference by one thread, where fp32 took 89 ms. Published files hold
unsigned weights, which ONNX Runtime multiplies by unsigned numbers: 59 ms, 87 % of it in products. Weights and their zero less 128
are signed, products are the same to the bit, and the processor has an instruction for them: 30 ms, and Lookalike makes them so when it
opens a file, where the processor is exact with them. Beyond that: ONNX Runtime's operator for a quantised product in the file, in
place of the five that it makes one of itself, changed nothing (60 against 59 ms); a scale for each column of the weights, or one
matrix for query, key and value, gave 2 % (29 ms), which is noise; normalisation joined with the sum before it and QuickGelu in one
operator took 33, attention in one operator 33, patches multiplied in bytes beside those 31, attention on bytes 32.`;
}

function agreementText(cosines: readonly number[]): string {
  const [middle, least] = [median(cosines), Math.min(...cosines)].map((cosine) => cosine.toFixed(4));
  return `\n\nThe cosine between a photograph's vectors in int8 and in fp32 is ${middle} in the median, ${least} at the least.`;
}

/** How alike the vectors, of length 1, are that two models give for each photograph. */
async function cosines(a: EmbeddingModel, b: EmbeddingModel, files: readonly string[]): Promise<number[]> {
  const vectorOf = async (model: EmbeddingModel, file: string) => {
    const prepared = await model.prepare(await readFile(file));
    if (!prepared.ok) throw new Error(prepared.problem.message);
    const [vector] = await model.embed([prepared.value]);
    return vector as Float32Array;
  };
  const found: number[] = [];
  for (const file of files) {
    const [one, other] = [await vectorOf(a, file), await vectorOf(b, file)];
    found.push(one.reduce((sum, value, n) => sum + value * other[n], 0));
  }
  return found;
}

async function writeModels(folder: string): Promise<void> {
  await mkdir(join(folder, 'onnx'), { recursive: true });
  await writeFile(join(folder, 'onnx/vision_model.onnx'), writeModel(visionModel(SHAPE, XENOVA)));
  await writeFile(
    join(folder, 'onnx/vision_model_quantized.onnx'),
    writeModel(toEightBits(visionModel(SHAPE, XENOVA))),
  );
  await writeTransformersConfig(folder, SHAPE);
}

/** The work of a run: a shard of every photograph. */
async function shardOf(precision: string, folder: string, files: readonly string[]) {
  const plugin = findPlugin('model', 'clip-vit-b-32') as Plugin<'model'>;
  const context = { folder, threads: availableParallelism() };
  const loaded = await plugin.load(plugin.params.parse({ precision, path: join(folder, 'clip') }), context);
  if (!loaded.ok) throw new Error(loaded.problem.message);
  const model: EmbeddingModel = loaded.value;
  const images = await Promise.all(files.map(async (file) => ({ file, hash: sha256(await readFile(file)) })));
  const plan = await writePlan(
    planEmbedding({ use: plugin.name, params: {}, device: 'cpu' }, join(folder, precision), images),
  );
  const tools = { model: async () => model, signal: new AbortController().signal };
  return { model, work: () => computeShard(plan, 0, tools) };
}

function bareInference(session: InferenceSession, batch: number): () => Promise<void> {
  const pixels = new Tensor('float32', new Float32Array(batch * 3 * SHAPE.size ** 2), [
    batch,
    3,
    SHAPE.size,
    SHAPE.size,
  ]);
  return async () => {
    for (let done = 0; done < IMAGES; done += batch) await session.run({ [XENOVA.input]: pixels });
  };
}

type Peer = Awaited<ReturnType<typeof openTransformers>>;

async function embedAll(peer: Peer, files: readonly string[], batch: number): Promise<void> {
  for (let start = 0; start < files.length; start += batch) await peer.embed(files.slice(start, start + batch));
}

async function bestBatch(peer: Peer, files: readonly string[]): Promise<number> {
  const rates: [number, number][] = [];
  for (const batch of PEER_BATCHES) rates.push([await imagesPerSecond(() => embedAll(peer, files, batch)), batch]);
  return rates.reduce((best, each) => (each[0] > best[0] ? each : best))[1];
}

async function imagesPerSecond(work: () => unknown): Promise<number> {
  return IMAGES / (await secondsOf(work));
}
