import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { figure, note, type Section, table } from '../measure.js';

const CHILD = fileURLToPath(new URL('./child.ts', import.meta.url));
/** As many as CelebA has images; `LOOKALIKE_BENCH_ROWS` for a shorter look. */
const ROWS = Number(process.env.LOOKALIKE_BENCH_ROWS ?? 202_599);
const DIMENSION = 512;

export interface AllPairsResult {
  readonly seconds: number;
  /** The most memory the process ever had, everything included. */
  readonly peakMb: number;
  /** A digest of what was found. */
  readonly digest: string;
}

/** Every vector of a set searched for among the others, with the symmetric half and without, each in its own process. */
export async function benchAllPairs(): Promise<Section> {
  const half = await inItsOwnProcess(true);
  const whole = await inItsOwnProcess(false);
  const row = (name: string, { seconds, peakMb }: AllPairsResult) => [
    name,
    figure(seconds),
    figure(peakMb),
    `${figure(whole.seconds / seconds)} ×`,
  ];
  const same = half.digest === whole.digest ? 'Both found the same.' : '**They did not find the same.**';
  return {
    name: 'pairs',
    title: 'All pairs of a set the size of CelebA',
    body: `${ROWS.toLocaleString('en')} × ${DIMENSION} random vectors, k = 5, each left out of its own result. ${same}

${table(['', 'seconds', 'peak memory, MB', 'speed'], [row('with the symmetric half', half), row('without', whole)])}`,
  };
}

async function inItsOwnProcess(useSymmetry: boolean): Promise<AllPairsResult> {
  note(`all pairs, ${useSymmetry ? 'with' : 'without'} the symmetric half`);
  const child = fork(CHILD, [String(ROWS), String(DIMENSION), String(useSymmetry)], { execArgv: ['--import', 'tsx'] });
  return new Promise((resolve, reject) => {
    child.once('message', (result) => resolve(result as AllPairsResult));
    child.once('exit', (code) => reject(new Error(`It ended with ${code}`)));
  });
}
