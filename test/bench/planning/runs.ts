import { execFileSync } from 'node:child_process';
import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { filteredRows, sortedRows } from '../../../server/src/protocol/runs/table/arrange.js';
import { columnsOf } from '../../../server/src/protocol/runs/table/columns.js';
import type { RunTable } from '../../../server/src/protocol/runs/table/run-row.js';
import { writeManyRuns } from '../../support/many-runs.js';
import { Editor } from '../../support/vscode/editor.js';
import { newWorkspace } from '../../support/workspace.js';
import { figure, median, note, type Section, secondsOf, table } from '../measure.js';

const RUNS = 10_000;
const ROUNDS = 7;
const CLI = fileURLToPath(new URL('../../../bin/lookalike.mjs', import.meta.url));

/** The table of ten thousand runs: the command's list, and what sorts, filters and lays out rows that are in memory. */
export async function benchRuns(): Promise<Section> {
  const folder = await newWorkspace();
  const home = join(folder, '.lookalike');
  note(`writing ${RUNS} run folders`);
  writeManyRuns(home, join(folder, 'robustness.experiment.yaml'), RUNS);
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
  rows.push(...(await inEditor(folder)));
  const index = statSync(join(home, 'runs', 'index.jsonl')).size / 2 ** 20;
  const listed = readdirSync(join(home, 'runs')).length - 1;
  rmSync(folder, { recursive: true });
  const body = `${listed.toLocaleString('en')} run folders with three files each, medians of ${ROUNDS} rounds. The index beside them has ${figure(index)} MB; where
there is none, the first list reads every folder and takes ${figure(first)} s.

${table(['what', 'time'], rows)}`;
  return { name: 'runs', title: 'Ten thousand runs', body };
}

type Noted = Window & { clicked?: number; firstRows?: number };

/** Runs in VS Code’s page. Times are of the clock that all pages of a browser share. */
function noteClick(): void {
  addEventListener(
    'mousedown',
    () => {
      (window as Noted).clicked = performance.timeOrigin + performance.now();
    },
    { capture: true },
  );
}

/** Runs in every page from its beginning: notes when there are rows. */
function noteRows(): void {
  setInterval(() => {
    if (!document.querySelector('runs-table tbody tr[aria-level="2"]')) return;
    (window as Noted).firstRows ??= performance.timeOrigin + performance.now();
  }, 4);
}

interface PanelTimes {
  readonly paint: number;
  readonly rows: number;
  readonly all: number;
  readonly sort: number;
  readonly filter: number;
}

/** What a user waits for: the first rows, all of them, and the table sorted and filtered, until it is painted. */
async function inEditor(folder: string): Promise<string[][]> {
  if (!Editor.isPossible()) {
    note('runs: Chromium or ripgrep is not installed');
    return [];
  }
  const times: PanelTimes[] = [];
  const editor = (await Editor.start()) as Editor;
  try {
    for (let round = 0; round < PANEL_ROUNDS; round++) {
      times.push(await panelTimes(editor, folder));
      note(`runs: ${JSON.stringify(times.at(-1))}`);
    }
  } finally {
    await editor.stop();
  }
  const kinds = [
    ['click to first paint', 'paint'],
    ['click to first rows', 'rows'],
    ['click to all rows', 'all'],
    ['sort by a figure', 'sort'],
    ['filter by a setting', 'filter'],
  ] as const;
  return kinds.map(([kind, key]) => [`panel: ${kind}`, `${figure(median(times.map((one) => one[key])))} ms`]);
}
const PANEL_ROUNDS = 3;

async function panelTimes(editor: Editor, folder: string): Promise<PanelTimes> {
  const workbench = await editor.openFolder(folder);
  const { page } = workbench;
  await workbench.runCommand('Lookalike: Focus on Runs View');
  await page.locator('.pane-body .monaco-list-row', { hasText: 'Robustness' }).first().waitFor();
  await page.addInitScript(noteRows);
  await page.evaluate(noteClick);
  await page.locator('.pane-header .action-label[aria-label^="Show Runs"]').first().click({ force: true });
  await workbench.panelContent
    .getByText(`${RUNS.toLocaleString('en')} runs`, { exact: true })
    .waitFor({ timeout: 120_000 });
  const panel = await workbench.panel();
  const all = await panel.evaluate(() => performance.timeOrigin + performance.now());
  const { paint, rows } = await panel.evaluate(() => ({
    paint:
      performance.timeOrigin + (performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN),
    rows: (window as Noted).firstRows ?? Number.NaN,
  }));
  const clicked = await page.evaluate(() => (window as Noted).clicked as number);
  const sort = await panel.evaluate(untilPainted, 'sort');
  const filter = await panel.evaluate(untilPainted, 'filter');
  await editor.closeWindows();
  return { paint: paint - clicked, rows: rows - clicked, all: all - clicked, sort, filter };
}

/** Runs in the panel’s page: what arranging the table takes until the frame after it, without the pause for typing. */
async function untilPainted(what: string): Promise<number> {
  const page = document.querySelector('runs-page') as HTMLElement & {
    keep(change: object): void;
    updateComplete: Promise<unknown>;
  };
  const table = document.querySelector('runs-table') as HTMLElement & { updateComplete: Promise<unknown> };
  const begun = performance.now();
  if (what === 'sort') page.keep({ sort: [{ path: 'accuracy.face-recognition.top1', descending: true }] });
  else page.keep({ filter: 'poison.fawkes.mode == high' });
  await page.updateComplete;
  await table.updateComplete;
  await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0)));
  return performance.now() - begun;
}
