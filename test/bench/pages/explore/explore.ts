import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { figure, note, type Section, table } from '../../measure.js';

const CHILD = fileURLToPath(new URL('./child.ts', import.meta.url));

export interface Explored {
  readonly seconds: number;
  /** Of all threads: what compares where other programs use the cores. */
  readonly cpuSeconds: number;
  readonly peakMb: number;
  /** Photographs that the answer is of. */
  readonly considered: number;
  /** Of pairs of two people; null of a map. */
  readonly exact: boolean | null;
}

const QUESTIONS: readonly (readonly [what: string, ...asked: string[]])[] = [
  ['people and pairs, 20 photographs each', 'people', '5000x20'],
  ['people and pairs, 10 with 10,000 each', 'people', '10x10000'],
  ['people and pairs, one with 10,000 among 4,500 with 20', 'people', '1x10000', '4500x20'],
  ['map by PCA', 'pca', '2500x20'],
  ['map by UMAP', 'umap', '750x20'],
];

/** What it takes to look at as many people and photographs as a panel shows. */
export async function benchExplore(): Promise<Section> {
  const rows: string[][] = [];
  for (const [what, ...asked] of QUESTIONS) {
    const found = await explored(asked);
    note(`explore: ${what}: ${JSON.stringify(found)}`);
    const exact = found.exact === null ? '–' : found.exact ? 'every one' : 'not all';
    const { considered, seconds, cpuSeconds, peakMb } = found;
    rows.push([what, considered.toLocaleString('en'), figure(seconds), figure(cpuSeconds), figure(peakMb), exact]);
  }
  const head = ['what', 'photographs', 'seconds', 'of the processor', 'peak memory, MB', 'nearest pairs of two people'];
  const body = `Made-up vectors of 128 numbers around a direction a person, each question once, in a process of its own as the panel's are; what reading
the cache takes is not in it.\n\n${table(head, rows)}`;
  return { name: 'explore', title: 'People, pairs and maps of many photographs', body };
}

function explored(asked: readonly string[]): Promise<Explored> {
  const child = fork(CHILD, asked, { execArgv: ['--import', 'tsx'] });
  return new Promise((resolve, reject) => {
    child.once('message', (result) => resolve(result as Explored));
    child.once('exit', (code) => reject(new Error(`It ended with ${code}`)));
  });
}
