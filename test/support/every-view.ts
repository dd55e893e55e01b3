import type { Browser } from 'playwright-core';
import sharp from 'sharp';
import { drawIdentity } from '../../server/src/compute/portraits/identity.js';
import { renderPortrait } from '../../server/src/compute/portraits/render.js';
import { drawScene } from '../../server/src/compute/portraits/scene.js';
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
import { exampleCompared } from './example-comparison.js';
import { exampleDistances } from './example-distances.js';
import { answerExplored } from './example-explored.js';
import { answerQueries } from './example-queries.js';
import { exampleResults } from './example-results.js';
import { exampleRow } from './example-rows.js';
import { exampleSearchState, exampleSearchView } from './example-search.js';
import { PageStage } from './page-stage.js';
import { openPanel } from './panel-stage.js';

const PORTRAITS = 12;
const SIDE = 120;

/** Drawn portraits as addresses, by whatever name, the same for the same name. */
export async function drawnPortraits(): Promise<(name: string) => string> {
  const drawn = await Promise.all(
    Array.from({ length: PORTRAITS }, async (_, n) => {
      const { data, width, height } = renderPortrait(drawIdentity(1, n), drawScene(1, n, 0), SIDE);
      const png = await sharp(data, { raw: { width, height, channels: 3 } })
        .png()
        .toBuffer();
      return `data:image/png;base64,${png.toString('base64')}`;
    }),
  );
  return (name) => drawn[[...name].reduce((sum, character) => sum + character.charCodeAt(0), 0) % PORTRAITS] as string;
}

export interface OpenView {
  readonly browser: Browser;
  readonly folder: string;
  readonly portrait: (name: string) => string;
}

/** Every view of every panel, each opened with made-up figures and drawn portraits. */
export const VIEWS = { results, query, compared, lightbox, runs, search, found } as const;

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
  const results = { ...example, run: { ...example.run, hashes }, stages };
  const compare = compared > 1 ? exampleCompared(compared).all.slice(1) : [];
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

async function lightbox(given: OpenView) {
  const page = await query(given);
  await page.locator('.query-view face-photo').first().click();
  await page.getByRole('dialog', { name: 'Photograph' }).waitFor();
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
