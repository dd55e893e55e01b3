import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ReceivedFromPanel, ToPanel } from '../../../server/src/protocol/webview.js';
import { chromiumPath, launchBrowser } from '../../support/browser.js';
import { exampleMap } from '../../support/example-map.js';
import { exampleResults } from '../../support/example-results.js';
import { openPanel } from '../../support/panel-stage.js';
import { figure, median, note, type Section, table } from '../measure.js';

const POINTS = 50_000;
const ROUNDS = 3;
const FRAMES = 120;

/** How smoothly a map of many points moves in the page of a results panel. */
export async function benchMap(): Promise<Section | undefined> {
  const path = chromiumPath();
  if (!path) {
    note('map: Chromium is not installed');
    return undefined;
  }
  const rounds: MapTimes[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    rounds.push(await mapTimes(path));
    note(`map: ${JSON.stringify(rounds.at(-1))}`);
  }
  const { renderer } = rounds[0];
  const body = `The page of the results panel in Chromium, ${POINTS.toLocaleString('en')} photographs, medians of ${ROUNDS} rounds of ${FRAMES} frames in which the map is moved, by keys. Drawn by ${renderer}: where drawing takes long, as it does without a graphics card, the picture is moved as it is and drawn anew when it rests.\n\n${table(
    ['what', 'value', 'wanted'],
    [
      ['frames a second while it is moved', figure(median(rounds.map(({ perSecond }) => perSecond))), 'at least 50'],
      ['ms to draw all points anew', figure(median(rounds.map(({ anew }) => anew))), ''],
      ['ms of the longest frame', figure(median(rounds.map(({ longest }) => longest))), ''],
      [
        'ms from the click to the drawn map, which the measurement hands to the page',
        figure(median(rounds.map(({ drawn }) => drawn))),
        '',
      ],
      ['MB that the page’s script holds', figure(median(rounds.map(({ megabytes }) => megabytes))), ''],
    ],
  )}`;
  return { name: 'map', title: 'The map of embeddings', body };
}

interface MapTimes {
  readonly perSecond: number;
  readonly longest: number;
  readonly anew: number;
  readonly drawn: number;
  readonly megabytes: number;
  readonly renderer: string;
}

async function mapTimes(path: string): Promise<MapTimes> {
  const folder = await mkdtemp(join(tmpdir(), 'lookalike-map-'));
  const browser = await launchBrowser(path);
  try {
    const names = Array.from({ length: POINTS / 5 }, (_, n) => `person-${n}`);
    const map = exampleMap(names, POINTS, POINTS + 1);
    const stage = await openPanel(browser, folder, (message: ReceivedFromPanel): ToPanel[] | undefined =>
      message.type === 'askMap' ? [{ type: 'faceMap', question: message.question, map }] : undefined,
    );
    const example = exampleResults();
    const hashes = { models: { 'face-recognition': { key: 'a'.repeat(64), files: [] } }, perturbed: {} };
    const results = { ...example, run: { ...example.run, hashes } };
    const data = { results, compare: [], queries: [], thumbnails: {}, faces: null, perturbed: [] };
    await stage.send({ type: 'report', data });
    const { page } = stage;
    const begun = performance.now();
    await page.getByRole('button', { name: 'Draw the Map' }).click();
    await page.locator('map-canvas canvas:not([aria-busy])').waitFor();
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    const drawn = performance.now() - begun;
    await page.locator('map-canvas').scrollIntoViewIfNeeded();
    return { ...(await page.evaluate(moveMap, FRAMES)), drawn };
  } finally {
    await browser.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Runs in the page: moves the map by a key before each frame, and waits until what was drawn is there. */
async function moveMap(frames: number) {
  const canvas = document.querySelector('map-canvas canvas') as HTMLCanvasElement;
  const gl = canvas.getContext('webgl2') as WebGL2RenderingContext;
  const pixel = new Uint8Array(4);
  const times: number[] = [];
  await new Promise((resolve) => requestAnimationFrame(resolve));
  for (let n = 0; n < frames; n++) {
    const begun = performance.now();
    canvas.dispatchEvent(new KeyboardEvent('keydown', { key: n % 2 === 0 ? 'ArrowLeft' : 'ArrowRight' }));
    await new Promise((resolve) => requestAnimationFrame(resolve));
    gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, pixel);
    times.push(performance.now() - begun);
  }
  // To show all of it is never to move a picture.
  canvas.dispatchEvent(new KeyboardEvent('keydown', { key: '0' }));
  await new Promise((resolve) => requestAnimationFrame(resolve));
  const drawn = performance.now();
  gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, pixel);
  const anew = performance.now() - drawn;
  const info = gl.getExtension('WEBGL_debug_renderer_info');
  const total = times.reduce((a, b) => a + b, 0);
  const { memory } = performance as Performance & { memory?: { usedJSHeapSize: number } };
  return {
    perSecond: (1000 * frames) / total,
    anew,
    longest: Math.max(...times),
    megabytes: (memory?.usedJSHeapSize ?? Number.NaN) / 2 ** 20,
    renderer: info ? String(gl.getParameter(info.UNMASKED_RENDERER_WEBGL)) : 'an unnamed renderer',
  };
}
