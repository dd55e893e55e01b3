import type { Browser } from 'playwright-core';
import sharp from 'sharp';
import { drawIdentity } from '../../server/src/compute/portraits/identity.js';
import { renderPortrait } from '../../server/src/compute/portraits/render.js';
import { drawScene } from '../../server/src/compute/portraits/scene.js';
import type { Results } from '../../server/src/protocol/results.js';
import { packRuns } from '../../server/src/protocol/runs/table/packed-rows.js';
import {
  type FromRunsPage,
  fromRunsPageSchema,
  type ToRunsPage,
} from '../../server/src/protocol/runs/table/runs-panel.js';
import {
  type FromSearchPage,
  fromSearchPageSchema,
  type ToSearchPage,
} from '../../server/src/protocol/searching/search-panel.js';
import type { ReceivedFromPanel, ToPanel } from '../../server/src/protocol/webview.js';
import { headlineOf } from '../../server/src/stages/findings/headline.js';
import { exampleCompared } from './example-comparison.js';
import { exampleDistances } from './example-distances.js';
import { answerExplored } from './example-explored.js';
import { answerQueries } from './example-queries.js';
import { exampleResults } from './example-results.js';
import { exampleRow } from './example-rows.js';
import { exampleSearchState, exampleSearchView } from './example-search.js';
import { PageStage } from './page-stage.js';
import { openPanel } from './panel-stage.js';
import { randomVectors } from './random-vectors.js';

const PORTRAITS = 12;
const SIDE = 176;
const PERTURBED = 'perturbed ';

/**
 * Drawn portraits as addresses, by whatever name, the same for the same name; what was `perturbed` is the same person with
 * noise. Each leans and stands as the faces of the example's queries do.
 */
export async function drawnPortraits(): Promise<(name: string) => string> {
  const drawn = await Promise.all(Array.from({ length: PORTRAITS }, (_, n) => leaningPortrait(n)));
  const placeOf = (name: string) => [...name].reduce((sum, character) => sum + character.charCodeAt(0), 0) % PORTRAITS;
  return (name) => {
    const person = drawn[placeOf(name.replace(PERTURBED, ''))];
    return (name.startsWith(PERTURBED) ? person?.perturbed : person?.original) ?? '';
  };
}

async function leaningPortrait(n: number): Promise<{ readonly original: string; readonly perturbed: string }> {
  const { data, width, height } = renderPortrait(drawIdentity(1, n), drawScene(1, n, 0), SIDE);
  const room = { top: 40, bottom: 40, left: 40, right: 40, extendWith: 'mirror' } as const;
  const wide = await sharp(data, { raw: { width, height, channels: 3 } })
    .extend(room)
    .png()
    .toBuffer();
  const leaning = await sharp(wide).rotate(14).png().toBuffer({ resolveWithObject: true });
  const [left, top] = [leaning.info.width / 2 - 61, leaning.info.height / 2 - 72].map(Math.round) as [number, number];
  const original = await sharp(leaning.data)
    .extract({ left, top, width: 120, height: 160 })
    .removeAlpha()
    .raw()
    .toBuffer();
  const noise = randomVectors(original.length, 1, n + 1).data;
  const perturbed = Buffer.from(original.map((value, at) => Math.min(255, Math.max(0, value + 14 * (noise[at] ?? 0)))));
  const address = async (pixels: Buffer) => {
    const png = await sharp(pixels, { raw: { width: 120, height: 160, channels: 3 } })
      .png()
      .toBuffer();
    return `data:image/png;base64,${png.toString('base64')}`;
  };
  return { original: await address(original), perturbed: await address(perturbed) };
}

export interface OpenView {
  readonly browser: Browser;
  readonly folder: string;
  readonly portrait: (name: string) => string;
}

/** Every view of every panel, each opened with made-up figures and drawn portraits. */
export const VIEWS = { results, query, people, map, compared, lightbox, runs, search, found } as const;

/** Views that are one section of a page, which other views have too. */
export const SECTIONS: Partial<Record<keyof typeof VIEWS, string>> = { query: 'queries', people: 'people', map: 'map' };

async function panel({ browser, folder, portrait }: OpenView, compared = 1) {
  const queries = answerQueries(500, portrait);
  const explored = answerExplored(['ana', 'bo', 'Łukasz', 'مريم', 'a-name-that-is-as-long-as-names-may-be'], portrait);
  const stage = await openPanel(browser, folder, (message: ReceivedFromPanel): ToPanel[] | undefined =>
    message.type === 'askDistances' ? [exampleDistances(message.question)] : (queries(message) ?? explored(message)),
  );
  const example = exampleResults();
  const poison = { name: 'poison', seconds: 9, cached: false, peakRssMb: 900, shardsComputed: 0 };
  const hashes = { models: { 'face-recognition': { key: 'a'.repeat(64), files: [] } }, perturbed: {} };
  const stages = [...example.stages, poison];
  const results = withHeadline({ ...example, run: { ...example.run, hashes }, stages });
  const compare = compared > 1 ? exampleCompared(compared).all.slice(1).map(withHeadline) : [];
  const pictures = { queries: [], thumbnails: {}, faces: null, perturbed: [] };
  await stage.send(
    { type: 'report', data: { results, compare, ...pictures } },
    { type: 'specs', texts: Array.from({ length: compared }, (_, n) => `name: Robustness\nqueries: {seed: ${n}}\n`) },
  );
  if (compared > 1)
    await stage.send({ type: 'comparison', comparison: exampleCompared(compared).comparison, problem: null });
  await stage.page.locator('query-table tbody tr:not(.spacer)').first().waitFor();
  return stage;
}

function withHeadline(results: Results): Results {
  return { ...results, headline: headlineOf(results, (stage) => results.stages.some(({ name }) => name === stage)) };
}

async function results(given: OpenView) {
  return (await panel(given)).page;
}

async function compared(given: OpenView) {
  return (await panel(given, 4)).page;
}

async function query(given: OpenView) {
  const { page } = await panel(given);
  await page.getByRole('grid', { name: 'Queries' }).press('Enter');
  await page.locator('.query-view .queries > li').nth(1).waitFor();
  return page;
}

async function people(given: OpenView) {
  const page = await results(given);
  await page.getByRole('button', { name: 'Compare All Photographs' }).click();
  await page.locator('.face-pair img').first().waitFor();
  await page.getByRole('region', { name: 'Person by person' }).getByRole('table').waitFor();
  return page;
}

async function map(given: OpenView) {
  const page = await results(given);
  await page.getByRole('button', { name: 'Draw the Map' }).click();
  await page.locator('map-canvas canvas:not([aria-busy])').waitFor();
  await page.getByRole('button', { name: 'Choose What Is in Sight' }).click();
  await page.locator('.map-chosen img').first().waitFor();
  return page;
}

/** A perturbed photograph, half of it as it was. */
async function lightbox(given: OpenView) {
  const page = await query(given);
  await page.locator('.query-view > .queries > li').nth(1).locator('face-photo').first().click();
  await page.getByRole('dialog', { name: 'Photograph' }).waitFor();
  await page.keyboard.press('w');
  await page.getByRole('slider', { name: 'Original up to' }).waitFor();
  return page;
}

async function runs({ browser, folder }: OpenView) {
  const figure = {
    path: 'accuracy.clip.top1',
    label: 'clip top-1',
    kind: 'share',
    better: 'higher',
    matters: true,
  } as const;
  const rows = Array.from({ length: 40 }, (_, n) => {
    const id = `run-${String(n).padStart(5, '0')}`;
    const settings = { 'poison.fawkes.mode': ['low', 'mid', 'high'][n % 3]!, 'queries.seed': Math.floor(n / 3) % 3 };
    const figures = {
      [figure.path]: { value: n / 40, interval: [0.036 * n * 0.6, 0.1 + 0.02 * n] as [number, number] },
    };
    return exampleRow({ id, folder: `/work/.lookalike/runs/${id}`, settings, figures });
  });
  const answer = (message: FromRunsPage): ToRunsPage[] | undefined =>
    message.type === 'ready'
      ? [{ type: 'rows', rows: packRuns(rows, [figure]), listing: { total: rows.length, isDone: true, afresh: true } }]
      : undefined;
  const staged = { bundle: 'runs', asks: fromRunsPageSchema, answer } as const;
  const { page } = await PageStage.open<FromRunsPage, ToRunsPage>(browser, folder, staged);
  await page.getByRole('treegrid', { name: 'Runs' }).waitFor();
  return page;
}

/** The search panel as it opens. */
async function search({ browser, folder, portrait }: OpenView) {
  const answer = (message: FromSearchPage): ToSearchPage[] | undefined => {
    if (message.type === 'search') {
      const { query, options } = message;
      const view = exampleSearchView({ ...options, query }, portrait('asked'), 7);
      const hits = view.hits.map((hit) => ({ ...hit, photograph: hit.photograph && { uri: portrait(hit.id) } }));
      return [{ type: 'found', view: { ...view, hits } }];
    }
    if (message.type !== 'ready') return undefined;
    const choices = Array.from({ length: 24 }, (_, n) => ({
      id: `person-${n}/1.png`,
      identity: n === 3 ? 'a-name-that-is-as-long-as-names-may-be' : `person-${n}`,
      photograph: { uri: portrait(`p${n}`) },
    }));
    return [
      { type: 'state', state: exampleSearchState() },
      { type: 'choices', choices, hiddenIn: null },
    ];
  };
  const staged = { bundle: 'search', asks: fromSearchPageSchema, answer } as const;
  const { page } = await PageStage.open<FromSearchPage, ToSearchPage>(browser, folder, staged);
  await page.getByRole('list', { name: 'Images to begin with' }).waitFor();
  return page;
}

async function found(given: OpenView) {
  const page = await search(given);
  await page.getByRole('list', { name: 'Images to begin with' }).getByRole('button').first().click();
  await page.locator('.hit').first().waitFor();
  return page;
}
