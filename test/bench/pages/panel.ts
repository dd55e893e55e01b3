import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeLargeRun } from '../../support/large-run.js';
import { Editor } from '../../support/vscode/editor.js';
import { newWorkspace } from '../../support/workspace.js';
import { figure, median, note, type Section, table } from '../measure.js';

const ROUNDS = 5;
const QUERIES = 200_000;
const FRAMES = 120;
const EXPERIMENT = 'name: Large\ndataset: {use: synthetic}\nembed:\n  models: [face-recognition]\naccuracy: {}\n';
const EMPTY = fileURLToPath(new URL('./empty-webview', import.meta.url));

/** What a user of the results panel of a large run waits for, beside what an empty page of VS Code takes. */
export async function benchPanel(): Promise<Section | undefined> {
  if (!Editor.isPossible()) {
    note('panel: Chromium or ripgrep is not installed');
    return undefined;
  }
  const rounds: Round[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    rounds.push(await measureRound());
    note(`panel: ${JSON.stringify(rounds.at(-1))}`);
  }
  const of = (value: (round: Round) => number) => median(rounds.map(value));
  const sight = (name: keyof Sights) => [
    figure(of(({ sights }) => sights[name])),
    figure(of(({ sights, empty }) => sights[name] - empty)),
  ];
  const count = QUERIES.toLocaleString('en');
  const times = table(
    ['from the click, in ms', 'in all', 'beyond the empty webview', 'wanted'],
    [
      ['an empty webview: its first paint', figure(of(({ empty }) => empty)), '–', ''],
      ['the panel: its first paint', ...sight('paint'), ''],
      ['… its headline', ...sight('headline'), 'at most 500 beyond'],
      ['… its first charts', ...sight('charts'), 'at most 500 beyond'],
      ['… the first rows of its table', ...sight('rows'), ''],
    ],
  );
  const moved = table(
    ['what', 'value', 'wanted'],
    [
      ['frames a second while the threshold is moved', figure(of(({ slider }) => slider.perSecond)), 'at least 30'],
      ['ms of the longest frame', figure(of(({ slider }) => slider.longest)), ''],
      ['MB of the page’s script, before the threshold is moved', figure(of(({ megabytes }) => megabytes[0])), ''],
      ['… and after it', figure(of(({ megabytes }) => megabytes[1])), ''],
      ['… of the empty webview’s', figure(of(({ megabytes }) => megabytes[2])), ''],
    ],
  );
  const body = `Real VS Code 1.100.3 (code-server) in Chromium, a run of ${count} queries, medians of ${ROUNDS} rounds, each in new windows: of an
empty webview, which an extension of the measurement opens by a code lens too, then of the panel. What lies between the two
is Lookalike’s.\n\n${times}

The threshold, a percentile of each query’s own distances, is moved by one place before each of ${FRAMES} frames; every frame counts anew
who is eligible and who is still found. Chromium draws at most 60 frames a second.\n\n${moved}`;
  return { name: 'panel', title: 'The results panel of many queries', body };
}

interface Sights {
  /** The browser’s own “first contentful paint” of the panel’s page. */
  readonly paint: number;
  readonly headline: number;
  readonly charts: number;
  readonly rows: number;
}

interface Round {
  readonly empty: number;
  readonly sights: Sights;
  readonly slider: { readonly perSecond: number; readonly longest: number };
  readonly megabytes: readonly [before: number, after: number, empty: number];
}

async function measureRound(): Promise<Round> {
  const workspace = await newWorkspace();
  const file = join(workspace, 'large.experiment.yaml');
  await writeFile(file, EXPERIMENT);
  await writeLargeRun(workspace, file, QUERIES);
  const editor = (await Editor.start()) as Editor;
  try {
    const empty = await open(editor, workspace, 'Empty webview', EMPTY);
    const [nothing, emptyMb] = [await empty.sights('h1'), await empty.panel.evaluate(heldMegabytes)];
    await editor.closeWindows();
    const { panel, sights } = await open(editor, workspace, 'Results');
    await panel.locator('query-table tbody tr:not(.spacer)', { hasText: 'person-' }).first().waitFor();
    const seen = await sights('threshold-slider input');
    const before = await panel.evaluate(heldMegabytes);
    const slider = await panel.evaluate(moveSlider, FRAMES);
    const after = await panel.evaluate(heldMegabytes);
    return { empty: nothing.paint, sights: seen, slider, megabytes: [before, after, emptyMb] };
  } finally {
    await editor.stop();
    await rm(workspace, { recursive: true, force: true });
  }
}

/** A new window, in which a lens of the experiment opens a page: what is in it, and when it was there. */
async function open(editor: Editor, workspace: string, lens: string, extension?: string) {
  const workbench = await editor.openFolder(workspace, extension);
  await workbench.openFile('large.experiment.yaml');
  await workbench.lens(lens).first().waitFor();
  await workbench.page.evaluate(noteClick);
  await workbench.page.addInitScript(noteSights);
  await workbench.lens(lens).first().click();
  const panel = await workbench.panel();
  const sights = async (last: string): Promise<Sights> => {
    await panel.locator(last).first().waitFor();
    const seen = await panel.evaluate(readSights);
    const clicked = await workbench.page.evaluate(() => (window as Noted).clicked as number);
    const since = Object.entries(seen).map(([name, at]) => [name, at - clicked]);
    return Object.fromEntries(since);
  };
  return { panel, sights };
}

type Noted = Window & { clicked?: number; sights?: Partial<Record<keyof Sights, number>> };

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
    if (document.querySelector('.key-figures dd')) sights.headline ??= now;
    if (document.querySelector('chart-figure svg')) sights.charts ??= now;
    if (document.querySelector('query-table tbody tr:not(.spacer)')?.textContent?.includes('person-'))
      sights.rows ??= now;
  }, 4);
}

function readSights(): Sights {
  const [first] = performance.getEntriesByName('first-contentful-paint');
  const { headline = Number.NaN, charts = Number.NaN, rows = Number.NaN } = (window as Noted).sights ?? {};
  const paint = performance.timeOrigin + (first?.startTime ?? Number.NaN);
  // What is there before the page is painted is seen no earlier.
  return { paint, headline: Math.max(headline, paint), charts: Math.max(charts, paint), rows };
}

function heldMegabytes(): number {
  const { memory } = performance as Performance & { memory?: { usedJSHeapSize: number } };
  return (memory?.usedJSHeapSize ?? Number.NaN) / 2 ** 20;
}

/** Runs in the panel’s page: moves the threshold before each frame, whose style, layout and paint the next one waits for. */
async function moveSlider(frames: number) {
  const slider = document.querySelector('threshold-slider input') as HTMLInputElement;
  const shown = document.querySelector('threshold-slider output') as HTMLElement;
  slider.scrollIntoView({ block: 'center', behavior: 'instant' });
  await new Promise((resolve) => requestAnimationFrame(resolve));
  const times: number[] = [];
  for (let n = 0; n < frames; n++) {
    const begun = performance.now();
    const before = shown.textContent;
    slider.value = String(n + 1);
    slider.dispatchEvent(new Event('input', { bubbles: true }));
    await new Promise((resolve) => requestAnimationFrame(resolve));
    if (shown.textContent === before) throw new Error(`The threshold did not move to place ${n + 1}`);
    times.push(performance.now() - begun);
  }
  const total = times.reduce((sum, time) => sum + time, 0);
  return { perSecond: (1000 * frames) / total, longest: Math.max(...times) };
}
