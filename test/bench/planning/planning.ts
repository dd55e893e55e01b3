import { fork } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { figure, note, type Section, table } from '../measure.js';
import { writeCeleba, writeEmbeddings } from './planning-fixture.js';

const CHILD = fileURLToPath(new URL('./planning-child.ts', import.meta.url));
/** As many as CelebA has images; `LOOKALIKE_BENCH_ROWS` for a shorter look. */
const IMAGES = Number(process.env.LOOKALIKE_BENCH_ROWS ?? 202_599);

/** Measured once, by this script with the names that things had then. */
const BEFORE = `Before each shard had a plan file of its own, at commit e8072bc, by the same script on the same machine while other work
went on: a plan took 7.8 seconds of the processor and 1,085 MB where nothing was embedded, 11.3 and 1,164 MB where everything was; a look at the embeddings
2.9 seconds of the processor and 312 MB each time. Reading the plan of every shard took 1,408 seconds and 939 MB; 40 of the 1,583 shards
took 10.9 seconds of the processor, writing the plan included.`;

export interface PlanningResult {
  readonly seconds: number;
  /** Of the processor, on all of its cores: what is waited for is not in it. */
  readonly cpuSeconds: number;
  /** The most memory the process ever had, everything included. */
  readonly peakMb: number;
  readonly answer: string;
}

/** What planning and reading plans cost on a set the size of CelebA, each in its own process. */
export async function benchPlanning(): Promise<Section> {
  const folder = await mkdtemp(join(tmpdir(), 'lookalike-bench-'));
  try {
    return { name: 'planning', title: 'Planning on a set the size of CelebA', body: await measureIn(folder) };
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function measureIn(folder: string): Promise<string> {
  const [home, file] = [join(folder, '.lookalike'), join(folder, 'large.experiment.yaml')];
  await writeFile(file, 'dataset: {use: celeba, root: .}\nembed: {models: [face-recognition]}\n');
  note(`planning: ${IMAGES} files`);
  const listed = await writeCeleba(folder, home, IMAGES);
  await writeFile(join(home, 'listed.tsv'), listed.map((image) => `${image.file}\t${image.hash}\n`).join(''));
  const measured: [string, PlanningResult][] = [];
  const measure = async (name: string, what: string) => {
    const result = await inItsOwnProcess(what, file, home);
    note(`planning: ${name}: ${figure(result.seconds)} s, ${figure(result.peakMb)} MB (${result.answer})`);
    measured.push([name, result]);
    return result.answer;
  };
  const { answer: embeddings } = await inItsOwnProcess('key', file, home);
  await measure('plan, nothing embedded', 'plan');
  await measure('writing and reading the plans of all shards', 'shards');
  await writeEmbeddings(embeddings, listed);
  await measure('plan, everything embedded', 'plan');
  await measure('a run’s look at its embeddings, the first after another machine’s', 'open');
  await measure('a run’s look at its embeddings, later', 'open');
  return bodyOf(measured);
}

function bodyOf(measured: readonly (readonly [string, PlanningResult])[]): string {
  const rows = measured.map(([name, { seconds, cpuSeconds, peakMb }]) => {
    return [name, figure(seconds), figure(cpuSeconds), figure(peakMb)];
  });
  return `${IMAGES.toLocaleString('en')} file names, and shards of 128 vectors of 512 numbers. Hashes of files are made up and are in the table of
known files: what is measured is all but hashing the photographs. Peak memory is the process’s, everything included.
Where other work goes on beside it, seconds of the processor are what compares.

${table(['', 'seconds', 'seconds of the processor', 'peak memory, MB'], rows)}

${BEFORE}`;
}

async function inItsOwnProcess(what: string, file: string, home: string): Promise<PlanningResult> {
  const child = fork(CHILD, [what, file, home], { execArgv: ['--import', 'tsx'] });
  return new Promise((resolve, reject) => {
    child.once('message', (result) => resolve(result as PlanningResult));
    child.once('exit', (code) => reject(new Error(`It ended with ${code}`)));
  });
}
