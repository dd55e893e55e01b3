import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { PYTHON } from '../../scripts/peers/python.js';
import { FaceRecogniser } from '../../server/src/compute/faces/recogniser.js';
import { computeShard } from '../../server/src/runner/embedding/compute-shard.js';
import { planEmbedding, writePlan } from '../../server/src/runner/embedding/embedding-plan.js';
import { sha256 } from '../../server/src/store/files.js';
import { loadFaceApi } from '../support/face-api.js';
import { figure, median, note, type Section, secondsOf, spread, table } from './measure.js';
import { photographs } from './photographs.js';
import { processorTime, timeSessions } from './session-times.js';

const ROUNDS = 7;
const OURS = 128;
const PEER = 6;
/** Photographs of each of dlib's processes. */
const DLIB_EACH = 8;
const DLIB = fileURLToPath(new URL('./dlib_descriptors.py', import.meta.url));

/** The whole face pipeline as a run computes a shard (read, hash, decode, detect, align, describe, write) and face-api. */
export async function benchFaces(): Promise<Section> {
  const folder = await mkdtemp(join(tmpdir(), 'lookalike-bench-'));
  const { what, files } = await photographs(OURS, folder);
  const shard = await shardOf(files, folder, availableParallelism());
  const sessions = timeSessions();
  const alone = await shardOf(files, folder, 1);
  const peer = await loadFaceApi();
  await peer.describe(files[0]);
  await shard();
  const rates = { ours: [] as number[], peer: [] as number[], dlib: [] as number[] };
  const shares = existsSync(PYTHON) ? await sharesOf(files, folder) : [];
  if (shares.length === 0) note('faces: dlib is left out, there is no Python with it');
  const budgets: Budget[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const some = Array.from({ length: PEER }, (_, n) => files[(round * PEER + n) % files.length]);
    rates.peer.push(
      PEER /
        (await secondsOf(async () => {
          for (const file of some) await peer.describe(file);
        })),
    );
    if (shares.length > 0) rates.dlib.push(await dlibRate(shares));
    const { images, seconds } = await shard();
    rates.ours.push(images / seconds);
    budgets.push(await budgetOf(alone, sessions));
    note(
      `faces, round ${round + 1} of ${ROUNDS}: ${figure(rates.ours[round])} and ${figure(rates.peer[round])} images/s`,
    );
  }
  await rm(folder, { recursive: true });
  return { name: 'faces', title: 'Faces: detect, align, describe', body: bodyOf(what, rates, budgets) };
}

/** A folder of photographs for a process a core. */
function sharesOf(files: readonly string[], folder: string): Promise<string[]> {
  const shares = Array.from({ length: availableParallelism() }, (_, n) => join(folder, `dlib-${n}`));
  return Promise.all(
    shares.map(async (share, n) => {
      await mkdir(share);
      for (const file of files.slice(n * DLIB_EACH, (n + 1) * DLIB_EACH))
        await symlink(file, join(share, basename(file)));
      return share;
    }),
  );
}

/** Images a second of processes beside each other, what they load not counted. */
async function dlibRate(shares: readonly string[]): Promise<number> {
  const seconds = await Promise.all(
    shares.map(async (share) => {
      const { stdout } = await promisify(execFile)(PYTHON, [DLIB, share], { maxBuffer: 2 ** 28 });
      const lines = stdout.trim().split('\n');
      return lines.reduce((sum, line) => sum + (JSON.parse(line).seconds as number), 0);
    }),
  );
  return (shares.length * DLIB_EACH) / Math.max(...seconds);
}

/** Milliseconds an image by one thread: of the whole, and where they go; `processor` has what decodes, too. */
type Budget = Record<'whole' | 'detector' | 'landmarks' | 'recognition' | 'waiting' | 'processor', number>;

async function budgetOf(
  shard: () => Promise<{ images: number; seconds: number; waiting: number }>,
  sessions: Record<string, number>,
): Promise<Budget> {
  for (const name of Object.keys(sessions)) sessions[name] = 0;
  const before = processorTime();
  const { images, seconds, waiting } = await shard();
  const processor = processorTime() - before;
  const { scores, points, descriptor } = sessions;
  const whole = { detector: scores, landmarks: points, recognition: descriptor, processor };
  const each = Object.fromEntries(Object.entries(whole).map(([name, ms]) => [name, ms / images]));
  return { ...each, whole: (1000 * seconds) / images, waiting: (1000 * waiting) / images } as Budget;
}

function budgetTable(budgets: readonly Budget[]): string {
  const of = (...names: (keyof Budget)[]) =>
    median(budgets.map((budget) => names.reduce((sum, name) => sum + budget[name], 0)));
  const whole = of('whole');
  const known = ['detector', 'landmarks', 'recognition', 'waiting'] as const;
  const row = (what: string, ms: number) => [what, figure(ms), `${((100 * ms) / whole).toFixed(1)} %`];
  const rest = median(budgets.map((budget) => budget.whole - known.reduce((sum, name) => sum + budget[name], 0)));
  return table(
    ['where the time of an image goes, by one thread', 'ms', 'of the whole'],
    [
      row('the detector', of('detector')),
      row('landmarks', of('landmarks')),
      row('recognition', of('recognition')),
      row('waiting for photographs that are read and decoded', of('waiting')),
      row('the rest: chips are cut, small faces cut from the photograph anew, results written', rest),
      row('the whole', whole),
    ],
  );
}

function bodyOf(
  what: string,
  { ours, peer, dlib }: Record<'ours' | 'peer' | 'dlib', number[]>,
  budgets: readonly Budget[],
): string {
  const over = (rates: readonly number[]) => spread(ours.map((rate, round) => rate / rates[round]));
  const cores = availableParallelism();
  const name = `dlib 20.0.1 as \`face_recognition\` calls it by default (HOG, one chip), ${cores} processes`;
  const rows = [
    ['Lookalike, SSD detector, `dlib` alignment', figure(median(ours)), ''],
    ['face-api 1.7.15, WebAssembly back end', figure(median(peer)), over(peer)],
    ...(dlib.length > 0 ? [[name, figure(median(dlib)), over(dlib)]] : []),
  ];
  return `${ROUNDS} rounds of ${OURS} (Lookalike), ${PEER} (face-api) and ${cores * DLIB_EACH} (dlib, loading not counted) ${what}.

${table(['', 'images/s', 'Lookalike is faster by'], rows)}

${budgetTable(budgets)}

Of the processor an image takes ${figure(median(budgets.map(({ processor }) => processor)))} ms, decoding included: with a
thread a core, each with sessions of its own, ${availableParallelism()} cores can give one every ${figure(median(budgets.map(({ processor }) => processor)) / availableParallelism())} ms, and Lookalike does every ${figure(1000 / median(ours))} ms.

Before, every core took part in each layer of one network: with networks as small as these cores waited for each other half of the
time, and looking for faces in several photographs at once by one session changed nothing of that.`;
}

async function shardOf(files: readonly string[], folder: string, threads: number) {
  const options = { detector: 'ssd', minConfidence: 0.3, maxSide: 2048, align: 'dlib', mirror: false } as const;
  const recogniser = await FaceRecogniser.load(options, join(folder, 'graphs'), threads);
  const images = await Promise.all(files.map(async (file) => ({ file, hash: sha256(await readFile(file)) })));
  const planFile = await writePlan(
    planEmbedding({ use: 'face-recognition', params: {}, device: 'cpu' }, join(folder, 'store'), images),
  );
  const tools = { model: async () => recogniser, signal: new AbortController().signal };
  return () => computeShard(planFile, 0, tools);
}
