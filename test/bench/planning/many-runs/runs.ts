import { execFileSync } from 'node:child_process';
import { readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { filteredRows, sortedRows } from '../../../../server/src/protocol/runs/table/arrange.js';
import { columnsOf } from '../../../../server/src/protocol/runs/table/columns.js';
import type { RunTable } from '../../../../server/src/protocol/runs/table/run-row.js';
import { writeManyRuns } from '../../../support/many-runs.js';
import { newWorkspace } from '../../../support/workspace.js';
import { figure, median, note, type Section, secondsOf, table } from '../../measure.js';
import { panelRows } from './panel.js';

const RUNS = 10_000;
const ROUNDS = 7;
const CLI = fileURLToPath(new URL('../../../../bin/lookalike.mjs', import.meta.url));

/** The table of ten thousand runs: the command's list, what arranges rows that are in memory, and the panel in VS Code. */
export async function benchRuns(): Promise<Section> {
  const folder = await newWorkspace();
  const home = join(folder, '.lookalike');
  note(`writing ${RUNS} run folders`);
  writeManyRuns(home, join(folder, 'robustness.experiment.yaml'), RUNS);
  writeFileSync(join(home, '.gitignore'), '*\n');
  const list = (...args: string[]) =>
    execFileSync(process.execPath, [CLI, 'runs', 'list', ...args], {
      cwd: folder,
      maxBuffer: 2 ** 30,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  const first = await secondsOf(() => list());
  const kinds: [string, () => unknown][] = [
    ['Node alone, `node -e 0`', () => execFileSync(process.execPath, ['-e', '0'])],
    ['`lookalike --version`', () => execFileSync(process.execPath, [CLI, '--version'])],
    ['`lookalike runs`: 50 rows', () => list()],
    [
      'sorted by a figure, filtered by a setting',
      () => list('--sort', '-accuracy.face-recognition.top1', '--where', 'poison.fawkes.mode == high'),
    ],
    ['every row as `--csv`', () => list('--csv')],
  ];
  const seconds = new Map<string, number[]>(kinds.map(([kind]) => [kind, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [kind, work] of kinds) seconds.get(kind)?.push(await secondsOf(work));
  }
  const { runs, figures }: RunTable = JSON.parse(list('--json').toString());
  const inMemory: [string, () => unknown][] = [
    ['sort by a figure', () => sortedRows(runs, [{ path: 'accuracy.face-recognition.top1', descending: true }])],
    [
      'filter by a setting',
      () => filteredRows(runs, [{ text: '', path: 'poison.fawkes.mode', operator: '==', value: 'high' }]),
    ],
    ['find the columns', () => columnsOf(runs, figures)],
  ];
  const rows: string[][] = [];
  for (const [kind, values] of seconds) rows.push([kind, `${figure(median(values))} s`]);
  for (const [kind, work] of inMemory) {
    const took: number[] = [];
    for (let round = 0; round < ROUNDS; round++) took.push(await secondsOf(work));
    rows.push([`in memory: ${kind}`, `${figure(1000 * median(took))} ms`]);
  }
  const index = join(home, 'runs', 'index.jsonl');
  const size = statSync(index).size / 2 ** 20;
  rows.push(...(await panelRows(folder, RUNS, index)));
  const listed = readdirSync(join(home, 'runs')).length - 1;
  rmSync(folder, { recursive: true });
  const body = `${listed.toLocaleString('en')} run folders with three files each, medians of ${ROUNDS} rounds, in VS Code of 3. There is no experiment’s file beside them. The index beside them has ${figure(size)} MB; where
there is none, the first list reads every folder and takes ${figure(first)} s.

${table(['what', 'time'], rows)}`;
  return { name: 'runs', title: 'Ten thousand runs', body };
}
