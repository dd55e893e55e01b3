import { readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { StartTimes } from '../../host/measure.js';
import { writeLargeRun } from '../../support/large-run.js';
import { Editor } from '../../support/vscode/editor.js';
import { newWorkspace } from '../../support/workspace.js';
import { figure, median, note, type Section, table } from '../measure.js';

const ROUNDS = 5;
const QUERIES = 200_000;
const EXPERIMENT = 'name: Large\ndataset: {use: synthetic}\nembed:\n  models: [face-recognition]\naccuracy: {}\n';
const MEASURE = fileURLToPath(new URL('../../../out/host/measure.cjs', import.meta.url));

/** How long the editor keeps a user waiting. */
export async function benchEditor(): Promise<Section | undefined> {
  if (!Editor.isPossible()) {
    note('editor: Chromium or ripgrep is not installed');
    return undefined;
  }
  const starts = await repeat(startTimes);
  const panels = await repeat(panelTimes);
  const rows = [
    ['activation of the extension', starts.map(({ activation }) => activation), '150'],
    ['activation to the first code lens', starts.map(({ firstLens }) => firstLens), '1,000'],
    [`panel of ${QUERIES.toLocaleString('en')} queries: click to first paint`, panels.map(({ paint }) => paint), '500'],
    ['… to its charts', panels.map(({ figures }) => figures), ''],
    ['… to the first rows of its table', panels.map(({ rows }) => rows), ''],
  ] as const;
  const body = `Real VS Code 1.100.3 (code-server) in Chromium, medians of ${ROUNDS} rounds, each in a new window.\n\n${table(
    ['what', 'ms', 'at the most'],
    rows.map(([what, times, most]) => [what, figure(median(times)), most]),
  )}`;
  return { name: 'editor', title: 'In the editor', body };
}

type Noted = Window & { clicked?: number; sights?: { figures?: number; rows?: number } };

/** Runs in VS Code’s page. Times are of the clock that all pages of a browser share. */
function noteClick(): void {
  addEventListener(
    'mousedown',
    () => {
      (window as Noted).clicked = performance.timeOrigin + performance.now();
    },
    { capture: true, once: true },
  );
}

/** Runs in every page from its beginning: notes when what is looked for is there. */
function noteSights(): void {
  const sights: NonNullable<Noted['sights']> = {};
  (window as Noted).sights = sights;
  setInterval(() => {
    const now = performance.timeOrigin + performance.now();
    if (document.querySelector('chart-figure svg')) sights.figures ??= now;
    if (document.querySelector('query-table tbody tr:not(.spacer)')?.textContent?.includes('person-'))
      sights.rows ??= now;
  }, 4);
}

function readSights(): PanelTimes {
  const [paint] = performance.getEntriesByName('first-contentful-paint');
  const { figures = Number.NaN, rows = Number.NaN } = (window as Noted).sights ?? {};
  return { paint: performance.timeOrigin + paint.startTime, figures, rows };
}

async function repeat<T>(measure: () => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    results.push(await measure());
    note(`editor: ${JSON.stringify(results.at(-1))}`);
  }
  return results;
}

async function startTimes(): Promise<StartTimes> {
  const report = join(tmpdir(), `lookalike-start-${process.pid}.json`);
  const editor = (await Editor.start({ env: { LOOKALIKE_HOST_REPORT: report } })) as Editor;
  try {
    const workspace = await newWorkspace();
    await writeFile(join(workspace, 'plain.yaml'), EXPERIMENT);
    await editor.runInExtensionHost(workspace, MEASURE);
    return JSON.parse(await readFile(report, 'utf8'));
  } finally {
    await editor.stop();
    await rm(report, { force: true });
  }
}

interface PanelTimes {
  /** The browser’s own “first contentful paint” of the panel’s page. */
  readonly paint: number;
  readonly figures: number;
  readonly rows: number;
}

async function panelTimes(): Promise<PanelTimes> {
  const workspace = await newWorkspace();
  const file = join(workspace, 'large.experiment.yaml');
  await writeFile(file, EXPERIMENT);
  await writeLargeRun(workspace, file, QUERIES);
  const editor = (await Editor.start()) as Editor;
  try {
    const workbench = await editor.openFolder(workspace);
    await workbench.openFile('large.experiment.yaml');
    await workbench.lens('Results').first().waitFor();
    await workbench.page.evaluate(noteClick);
    await workbench.page.addInitScript(noteSights);
    await workbench.lens('Results').first().click();
    const panel = await workbench.panel();
    await panel.locator('query-table tbody tr:not(.spacer)', { hasText: 'person-' }).first().waitFor();
    const { paint, figures, rows } = await panel.evaluate(readSights);
    const clicked = await workbench.page.evaluate(() => (window as Noted).clicked as number);
    return { paint: paint - clicked, figures: figures - clicked, rows: rows - clicked };
  } finally {
    await editor.stop();
    await rm(workspace, { recursive: true, force: true });
  }
}
