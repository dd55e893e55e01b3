import { execFileSync, fork } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PYTHON } from '../../../scripts/peers/python.js';
import { figure, note, type Section, table } from '../measure.js';
import { writeSection } from '../write-benchmarks.js';
import type { CountedPairs } from './child.js';
import { clusteredVectors, peopleOf } from './vectors.js';

const CHILD = fileURLToPath(new URL('./child.ts', import.meta.url));
const NUMPY = fileURLToPath(new URL('./numpy_pairs.py', import.meta.url));
/** As many vectors as CelebA has images; `LOOKALIKE_BENCH_PAIRS=40000x128` for a shorter look. */
const SETS = (process.env.LOOKALIKE_BENCH_PAIRS ?? '202599x128,202599x512').split(',').map((set) => {
  const [rows, dimension] = set.split('x').map(Number);
  return { rows, dimension };
});
const RATES = [1e-2, 1e-3, 1e-4, 1e-5, 1e-6];
/** Blocks of 4,096 × 4,096 that NumPy is timed on, before ours and after it; the rest would take as long each. */
const TIMED_BLOCKS = 30;

interface VectorSet {
  readonly rows: number;
  readonly dimension: number;
}

interface NumpyPairs {
  readonly seconds: number;
  readonly cpu: number;
  readonly pairs: number;
  readonly at: readonly number[];
  readonly blocks: number;
  readonly timed: number;
  readonly numpy: string;
}

/** Thresholds at false match rates over all pairs, beside NumPy in the same minutes: written down after each set. */
export async function benchPairsCounted(): Promise<Section> {
  const parts: string[] = [];
  const section = () => ({
    name: 'pairs-counted',
    title: 'Thresholds over all pairs of a set the size of CelebA',
    body: `Made-up vectors of length 1, 20 a person. Ours gives the exact distance of each rank in double precision, and the genuine
pairs within it. NumPy multiplies blocks of 4,096 vectors in float32 on every core and counts the distances in 1,048,576
bins: it sorts nothing, and finds no exact threshold.

${parts.join('\n\n')}`,
  });
  for (const set of SETS) {
    const load = loadavg()[0];
    const before = await inNumpy(set);
    const own = await inItsOwnProcess(set);
    const after = await inNumpy(set);
    const part = partOf(set, own, before && after && both(before, after));
    const busy = load > 0.5 ? `\n\nOther programs used the cores meanwhile (a load of ${figure(load)} before it).` : '';
    parts.push(part + busy);
    writeSection(section());
  }
  return section();
}

function both(before: NumpyPairs, after: NumpyPairs): NumpyPairs {
  const mean = (a: number, b: number) => (a + b) / 2;
  return { ...before, seconds: mean(before.seconds, after.seconds), cpu: mean(before.cpu, after.cpu) };
}

function partOf({ rows: vectors, dimension }: VectorSet, own: CountedPairs, peer: NumpyPairs | undefined): string {
  const times = own.impostor / (peer?.pairs ?? 1);
  const timed =
    peer && peer.timed < peer.blocks ? `, ${peer.timed} of ${peer.blocks} timed, the rest in proportion` : '';
  const rows = [
    ['Lookalike', figure(own.seconds), figure(own.cpuSeconds), figure(own.peakMb)],
    ...(peer
      ? [
          [`NumPy ${peer.numpy} in blocks${timed}`, figure(times * peer.seconds), figure(times * peer.cpu), ''],
          [
            'NumPy’s over ours',
            `${figure((times * peer.seconds) / own.seconds)} ×`,
            `${figure((times * peer.cpu) / own.cpuSeconds)} ×`,
            '',
          ],
        ]
      : []),
  ];
  const points = own.at.map(({ fmr, threshold, tmr }, n) => [
    String(fmr),
    String(threshold),
    `${figure(100 * tmr)} %`,
    ...(peer ? [peer.at[n].toPrecision(6)] : []),
  ]);
  const counted = `${own.genuine.toLocaleString('en')} genuine and ${own.impostor.toLocaleString('en')} impostor pairs`;
  return `**${vectors.toLocaleString('en')} × ${dimension}**, ${counted}:

${table(['', 'seconds', 'CPU seconds, all threads', 'peak memory, MB'], rows)}

${table(['FMR', 'threshold, squared L2', 'TMR', ...(peer ? ['NumPy’s bin, of the blocks that it was timed on'] : [])], points)}`;
}

function inItsOwnProcess({ rows, dimension }: VectorSet): Promise<CountedPairs> {
  note(`pairs counted, ${rows} × ${dimension}`);
  const args = [String(rows), String(dimension), JSON.stringify(RATES)];
  const child = fork(CHILD, args, { execArgv: ['--import', 'tsx'] });
  return new Promise((resolve, reject) => {
    child.once('message', (result) => resolve(result as CountedPairs));
    child.once('exit', (code) => reject(new Error(`It ended with ${code}`)));
  });
}

async function inNumpy({ rows, dimension }: VectorSet): Promise<NumpyPairs | undefined> {
  try {
    execFileSync(PYTHON, ['-c', 'import numpy'], { stdio: 'ignore' });
  } catch {
    note('NumPy is left out: `npm run fetch:python` has made no environment with it');
    return undefined;
  }
  note(`NumPy, ${rows} × ${dimension}`);
  const folder = await mkdtemp(join(tmpdir(), 'pairs-'));
  try {
    const file = join(folder, 'vectors.f32');
    await writeFile(file, clusteredVectors(peopleOf(rows), dimension).data);
    const args = [rows, dimension, 20, TIMED_BLOCKS].map(String);
    return JSON.parse(execFileSync(PYTHON, [NUMPY, file, ...args, JSON.stringify(RATES)], { encoding: 'utf8' }));
  } finally {
    await rm(folder, { recursive: true });
  }
}
