import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { FaceRecogniser } from '../../server/src/compute/faces/recogniser.js';
import { computeShard } from '../../server/src/runner/embedding/compute-shard.js';
import { planEmbedding, writePlan } from '../../server/src/runner/embedding/embedding-plan.js';
import { sha256 } from '../../server/src/store/files.js';
import { loadFaceApi } from '../support/face-api.js';
import { figure, median, note, type Section, secondsOf, table } from './measure.js';
import { photographs } from './photographs.js';

const ROUNDS = 7;
const OURS = 128;
const PEER = 6;

/** The whole face pipeline as a run computes a shard (read, hash, decode, detect, align, describe, write) and face-api. */
export async function benchFaces(): Promise<Section> {
  const folder = await mkdtemp(join(tmpdir(), 'lookalike-bench-'));
  const { what, files } = await photographs(OURS, folder);
  const shard = await shardOf(files, folder);
  const peer = await loadFaceApi();
  await peer.describe(files[0]);
  await shard();
  const rates = { ours: [] as number[], peer: [] as number[], waiting: [] as number[] };
  for (let round = 0; round < ROUNDS; round++) {
    const some = Array.from({ length: PEER }, (_, n) => files[(round * PEER + n) % files.length]);
    rates.peer.push(
      PEER /
        (await secondsOf(async () => {
          for (const file of some) await peer.describe(file);
        })),
    );
    const { images, seconds, waiting } = await shard();
    rates.ours.push(images / seconds);
    rates.waiting.push(waiting / seconds);
    note(
      `faces, round ${round + 1} of ${ROUNDS}: ${figure(rates.ours[round])} and ${figure(rates.peer[round])} images/s`,
    );
  }
  await rm(folder, { recursive: true });
  return { name: 'faces', title: 'Faces: detect, align, describe', body: bodyOf(what, rates) };
}

function bodyOf(what: string, { ours, peer, waiting }: Record<'ours' | 'peer' | 'waiting', number[]>): string {
  const ratios = ours.map((rate, round) => rate / peer[round]);
  const rows = [
    ['Lookalike, SSD detector, `dlib` alignment', figure(median(ours)), `${figure(median(ratios))} ×`],
    ['face-api 1.7.15, WebAssembly back end', figure(median(peer)), '1'],
  ];
  const share = (100 * median(waiting)).toFixed(1);
  return `${ROUNDS} rounds of ${OURS} (Lookalike) and ${PEER} (face-api) ${what}.

${table(['', 'images/s', 'ratio'], rows)}

Inference waits for decoding during ${share} % of Lookalike's time.`;
}

async function shardOf(files: readonly string[], folder: string) {
  const options = { detector: 'ssd', minConfidence: 0.3, maxSide: 2048, align: 'dlib', mirror: false } as const;
  const recogniser = await FaceRecogniser.load(options, join(folder, 'graphs'), availableParallelism());
  const images = await Promise.all(files.map(async (file) => ({ file, hash: sha256(await readFile(file)) })));
  const planFile = await writePlan(
    planEmbedding({ use: 'face-recognition', params: {}, device: 'cpu' }, join(folder, 'store'), images),
  );
  const tools = { model: async () => recogniser, signal: new AbortController().signal };
  return () => computeShard(planFile, 0, tools);
}
