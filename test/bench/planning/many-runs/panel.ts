import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Editor } from '../../../support/vscode/editor.js';
import { newWorkspace } from '../../../support/workspace.js';
import { figure, median, note } from '../../measure.js';

const ROUNDS = 3;
const EMPTY = fileURLToPath(new URL('../../pages/empty-webview', import.meta.url));
/** Without an index every folder is read. */
const LONGEST_MS = 300_000;

type Noted = Window & { clicked?: number; firstRows?: number };

/** The page of the table, as far as it is asked here. */
type RunsPage = HTMLElement & { keep(change: object): void; updateComplete: Promise<unknown> };

interface PanelTimes {
  /** Of a page that has a word and nothing to load: what VS Code takes for any. */
  readonly empty: number;
  readonly ready: number;
  readonly status: number;
  readonly paint: number;
  readonly rows: number;
  readonly all: number;
  readonly sort: number;
  readonly filter: number;
}

/**
 * What a user of the table in VS Code waits for: the first rows, all of them, and the table sorted and filtered, until it is
 * painted; a row for each. The first window finds no index of the runs. Gives nothing where VS Code is not possible.
 */
export async function panelRows(folder: string, runs: number, index: string): Promise<string[][]> {
  if (!Editor.isPossible()) {
    note('runs: Chromium or ripgrep is not installed');
    return [];
  }
  const times: PanelTimes[] = [];
  const editor = (await Editor.start()) as Editor;
  rmSync(index);
  try {
    for (let round = 0; round <= ROUNDS; round++) {
      times.push(await panelTimes(editor, folder, runs));
      note(`runs: ${JSON.stringify(times.at(-1))}`);
    }
  } finally {
    await editor.stop();
  }
  const [unindexed, ...indexed] = times as [PanelTimes, ...PanelTimes[]];
  const kinds = [
    ['address opened to a window of VS Code', 'ready'],
    ['address opened to Lookalike in its status bar', 'status'],
    ['click to first paint of an empty webview', 'empty'],
    ['click to first paint', 'paint'],
    ['click to first rows', 'rows'],
    ['click to all rows', 'all'],
    ['sorted by a figure', 'sort'],
    ['filtered by a setting', 'filter'],
  ] as const;
  return [
    ...kinds.map(([kind, key]) => [`VS Code: ${kind}`, `${figure(median(indexed.map((one) => one[key])))} ms`]),
    [
      'VS Code: click to first rows, beyond the empty webview (wanted: at most 500 ms)',
      `${figure(median(indexed.map(({ rows, empty }) => rows - empty)))} ms`,
    ],
    ['VS Code, no index yet: click to first rows', `${figure(unindexed.rows)} ms`],
    ['VS Code, no index yet: click to all rows', `${figure(unindexed.all / 1000)} s`],
  ];
}

async function panelTimes(editor: Editor, folder: string, runs: number): Promise<PanelTimes> {
  const empty = await emptyWebview(editor);
  const begun = performance.now();
  const workbench = await editor.openFolder(folder);
  const { page } = workbench;
  page.setDefaultTimeout(LONGEST_MS);
  const ready = performance.now() - begun;
  await workbench.statusBarItem('Lookalike').waitFor();
  const status = performance.now() - begun;
  await workbench.runCommand('Lookalike: Focus on Runs View');
  await page.locator('.pane-body .monaco-list-row', { hasText: 'Robustness' }).first().waitFor();
  await page.addInitScript(noteRows);
  await page.evaluate(noteClick);
  await page.locator('.sidebar .composite.title [aria-label="Show Runs"]').first().click();
  await workbench.panelContent.getByText(`${runs.toLocaleString('en')} runs`, { exact: true }).waitFor();
  const panel = await workbench.panel();
  const all = await panel.evaluate(() => performance.timeOrigin + performance.now());
  const seen = await panel.evaluate(readNoted);
  const clicked = await page.evaluate(() => (window as Noted).clicked as number);
  const sort = await panel.evaluate(untilPainted, {
    sort: [{ path: 'accuracy.face-recognition.top1', descending: true }],
  });
  const filter = await panel.evaluate(untilPainted, { filter: 'poison.fawkes.mode == high' });
  await editor.closeWindows();
  return {
    empty,
    ready,
    status,
    paint: seen.paint - clicked,
    rows: seen.rows - clicked,
    all: all - clicked,
    sort,
    filter,
  };
}

async function emptyWebview(editor: Editor): Promise<number> {
  const folder = await newWorkspace();
  writeFileSync(join(folder, 'any.yaml'), 'any: thing\n');
  const workbench = await editor.openFolder(folder, EMPTY);
  await workbench.openFile('any.yaml');
  const lens = workbench.lens('Empty webview').first();
  await lens.waitFor();
  await workbench.page.evaluate(noteClick);
  await lens.click();
  const panel = await workbench.panel();
  await panel.locator('h1').waitFor();
  const painted = await panel.evaluate(readNoted);
  const clicked = await workbench.page.evaluate(() => (window as Noted).clicked as number);
  await editor.closeWindows();
  rmSync(folder, { recursive: true });
  return painted.paint - clicked;
}

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

function readNoted(): { paint: number; rows: number } {
  const [paint] = performance.getEntriesByName('first-contentful-paint');
  return {
    paint: performance.timeOrigin + (paint?.startTime ?? Number.NaN),
    rows: (window as Noted).firstRows ?? Number.NaN,
  };
}

/** Runs in the panel’s page: what arranging the table takes until the frame after it, without the pause for typing. */
async function untilPainted(change: object): Promise<number> {
  const page = document.querySelector('runs-page') as RunsPage;
  const table = document.querySelector('runs-table') as RunsPage;
  const begun = performance.now();
  page.keep(change);
  await page.updateComplete;
  await table.updateComplete;
  await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0)));
  return performance.now() - begun;
}
