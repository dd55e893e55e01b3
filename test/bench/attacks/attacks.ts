import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Random } from '../../../server/src/compute/random.js';
import type { ImageEntry } from '../../../server/src/plugins/declare.js';
import { openPerturbation } from '../../support/attacks.js';
import { CELEBA_MINI } from '../../support/celeba-mini.js';
import { listed } from '../../support/photographs.js';
import { figure, median, note, type Section, table } from '../measure.js';
import { type AttackedFace, decoded, FaceJudge } from './attacked-faces.js';

/** `LOOKALIKE_BENCH_PHOTOGRAPHS` makes it fewer, to try the benchmark itself. */
const PHOTOGRAPHS = Number(process.env.LOOKALIKE_BENCH_PHOTOGRAPHS ?? 100);

const PUBLISHED = '`fawkes`, `mode: mid`';
const STEADY = '`fawkes`, `mode: mid`, `schedule: steady`';
const LOWKEY = '`lowkey` (DSSIM, weight 2)';
const CAUTIOUS = '`lowkey`, `weight: 20`';
const ATTACKS: Readonly<Record<string, string>> = {
  [PUBLISHED]: '{use: fawkes, mode: mid}',
  [STEADY]: '{use: fawkes, mode: mid, schedule: steady}',
  [LOWKEY]: '{use: lowkey}',
  [CAUTIOUS]: '{use: lowkey, weight: 20}',
};

interface Attacked {
  readonly entry: ImageEntry;
  readonly png: Uint8Array;
  readonly face: AttackedFace;
}

/** What the attacks do to real faces; nothing where celeba-mini is absent. */
export async function benchAttacks(): Promise<Section | undefined> {
  if (!existsSync(CELEBA_MINI)) {
    note(`attacks is left out: ${CELEBA_MINI} is absent`);
    return undefined;
  }
  const folder = await mkdtemp(join(tmpdir(), 'lookalike-bench-'));
  const judge = await FaceJudge.open(folder, availableParallelism());
  const sample = judge.sample(PHOTOGRAPHS);
  const rows: string[][] = [];
  const done = new Map<string, Attacked[]>();
  for (const [name, written] of Object.entries(ATTACKS)) {
    note(`attacks: ${name}`);
    const { attacked, seconds } = await attackAll(judge, sample, written, folder);
    done.set(name, attacked);
    rows.push(row(name, attacked, figure(seconds / sample.length)));
    note(rows[rows.length - 1].join(' | '));
  }
  const published = done.get(PUBLISHED) ?? [];
  const steady = await asDissimilarAs(judge, published, (_, n) => decoded((done.get(STEADY) ?? [])[n].png));
  rows.push(row(`${STEADY}, weakened to the DSSIM of the first`, steady, '–'));
  for (const name of [PUBLISHED, LOWKEY]) {
    rows.push(
      row(`uniform noise of the DSSIM of ${name}`, await asDissimilarAs(judge, done.get(name) ?? [], noise), '–'),
    );
  }
  await rm(folder, { recursive: true });
  return { name: 'attacks', title: 'Attacks on real faces', body: bodyOf(rows) };
}

async function attackAll(judge: FaceJudge, sample: readonly ImageEntry[], written: string, folder: string) {
  const perturbation = await openPerturbation(written, folder, availableParallelism());
  const attacked: Attacked[] = [];
  let milliseconds = 0;
  for (let start = 0; start < sample.length; start += perturbation.batchSize) {
    const batch = await Promise.all(sample.slice(start, start + perturbation.batchSize).map(listed));
    const since = performance.now();
    const made = await perturbation.perturb(batch, { signal: new AbortController().signal, progress: () => undefined });
    milliseconds += performance.now() - since;
    if (!made.ok) throw new Error(made.problem.message);
    for (const [n, outcome] of made.value.entries()) {
      if (outcome.kind !== 'perturbed') throw new Error(`${batch[n].id}: ${JSON.stringify(outcome)}`);
      attacked.push({ entry: batch[n], png: outcome.png, face: await judge.judge(batch[n], outcome.png) });
    }
  }
  await perturbation.close();
  return { attacked, seconds: milliseconds / 1000 };
}

type Change = (entry: ImageEntry, n: number) => ReturnType<typeof decoded>;

/** Other changes of the same photographs, each as dissimilar as the one given. */
async function asDissimilarAs(judge: FaceJudge, given: readonly Attacked[], change: Change): Promise<Attacked[]> {
  const others: Attacked[] = [];
  for (const [n, { entry, face }] of given.entries()) {
    const png = await judge.asDissimilar(entry, await change(entry, n), face.dssim);
    others.push({ entry, png, face: await judge.judge(entry, png) });
  }
  return others;
}

async function noise(entry: ImageEntry): ReturnType<typeof decoded> {
  const image = await decoded(await readFile(entry.file));
  const random = new Random(1, 'noise', entry.id);
  const data = Uint8ClampedArray.from(image.data, (value) => value + random.between(-12, 12));
  return { ...image, data: new Uint8Array(data.buffer) };
}

function row(name: string, attacked: readonly Attacked[], seconds: string): string[] {
  const faces = attacked.map(({ face }) => face);
  const found = faces.filter(({ shift }) => shift !== null);
  const dssim = faces.map((face) => face.dssim);
  const mean = dssim.reduce((sum, value) => sum + value, 0) / dssim.length;
  return [
    name,
    `${mean.toFixed(4)} / ${Math.max(...dssim).toFixed(4)}`,
    (faces.reduce((sum, { psnr }) => sum + psnr, 0) / faces.length).toFixed(1),
    Math.max(...faces.map(({ linf }) => linf)).toFixed(3),
    `${found.length} of ${faces.length}`,
    median(found.map(({ shift }) => shift as number)).toFixed(3),
    `${((100 * found.filter(({ recognised }) => recognised).length) / found.length).toFixed(1)} %`,
    seconds,
  ];
}

function bodyOf(rows: readonly (readonly string[])[]): string {
  const head = ['', 'DSSIM mean / max', 'PSNR mean, dB', 'L∞', 'faces found', 'median shift', 'top-1', 's an image'];
  return `${PHOTOGRAPHS} photographs of 51 people (CelebA in the wild), \`face-recognition\` as surrogate and as judge: a
white box. Measured on the PNG at the photograph's size: DSSIM, PSNR and L∞ over the square around the face; the face found anew, and
how far its descriptor moved (root L2); top-1: the nearest of the other originals shows the right person, of those in which
a face was found.

${table(head, rows)}`;
}
