import assert from 'node:assert/strict';
import sharp from 'sharp';
import type { FaceMap } from '../../server/src/protocol/runs/explore/face-map.js';
import type { ReceivedFromPanel, ToPanel } from '../../server/src/protocol/webview.js';
import { accessibilityFaults } from '../support/axe.js';
import { answerExplored } from '../support/example-explored.js';
import { exampleMap } from '../support/example-map.js';
import { answerQueries } from '../support/example-queries.js';
import { exampleResults } from '../support/example-results.js';
import { openPanel, type PanelStage } from '../support/panel-stage.js';
import { PIXEL, temporaryFolder } from '../support/run-folder.js';
import { useBrowser } from '../support/use-browser.js';

/** Markup, a formula, a name that is written from right to left, and many that are none of these. */
const NAMES = [
  '<img src=x onerror="hacked=1">',
  '=HYPERLINK("http://localhost")',
  'מישהו',
  ...Array.from({ length: 60 }, (_, n) => `person-${n}`),
];

const PHOTOGRAPHS = 5 * NAMES.length;

/** Whether no other point that is drawn at first lies near one, and nothing was made of it. */
function isAlone({ x, y, version }: FaceMap, point: number): boolean {
  return [...x.keys()].every(
    (other) => other === point || version[other] > 0 || Math.hypot(x[other] - x[point], y[other] - y[point]) > 0.05,
  );
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 10));
}

describe('what a results panel shows of kept embeddings (skipped where Chromium is not installed)', () => {
  const folder = temporaryFolder();
  const browser = useBrowser();

  async function open({ refusing = false } = {}): Promise<PanelStage> {
    const answers = [answerExplored(NAMES, () => PIXEL), answerQueries(40, () => PIXEL)];
    const refuse = ({ question }: Extract<ReceivedFromPanel, { type: 'askPeople' }>): ToPanel[] => {
      const problem = { code: 'embeddings-missing', message: 'No embedding is kept', hint: 'Run it again.' };
      return [{ type: 'refused', question, problem }];
    };
    const stage = await openPanel(browser(), folder(), (message) => {
      if (refusing && message.type === 'askPeople') return refuse(message);
      return answers.map((answer) => answer(message)).find((answer) => answer !== undefined);
    });
    const example = exampleResults();
    const models = { 'face-recognition': { key: 'a'.repeat(64), files: [] } };
    const results = { ...example, run: { ...example.run, hashes: { models, perturbed: {} } } };
    const data = { results, compare: [], queries: [], thumbnails: {}, faces: null, perturbed: [] };
    await stage.send({ type: 'report', data } satisfies ToPanel);
    return stage;
  }

  describe('of its people', () => {
    async function compared(): Promise<PanelStage> {
      const stage = await open();
      await stage.page.getByRole('button', { name: 'Compare All Photographs' }).press('Enter');
      await stage.page.getByRole('region', { name: 'Distance between people' }).waitFor();
      return stage;
    }

    it('is nothing until it is asked for, and then faces side by side, which a click opens large together', async () => {
      const stage = await compared();
      const { page } = stage;
      await page
        .getByText('Of 315 photographs of 63 people. Not among them: 2 photographs without an embedding, 3')
        .waitFor();
      const alike = page.getByRole('region', { name: 'Two people who look alike' });
      assert.equal(await alike.locator('.face-pair').count(), 2);
      await alike.locator('.face-pair').first().getByRole('button').first().click();
      const lightbox = page.getByRole('dialog', { name: 'Photograph' });
      await lightbox.getByText('1 / 2').waitFor();
      await page.keyboard.press('Escape');
      const asked = stage.told.filter(({ type }) => type === 'askImages');
      assert.equal(asked.length, 1, 'all photographs are asked for together');
      assert.deepEqual(stage.faults, []);
    });

    it('is a table, in the order and of the names that are chosen, more as they are asked for, by the keyboard', async () => {
      const { page, told } = await compared();
      const rows = page.getByRole('region', { name: 'People, by face-recognition' }).locator('tbody tr');
      assert.equal(await rows.count(), 25);
      await page.getByRole('button', { name: 'Show 25 More' }).press('Enter');
      await rows.nth(49).waitFor();
      const order = page.getByRole('combobox', { name: 'Order of people' });
      // Its list opens below it.
      await order.evaluate((one) => one.scrollIntoView({ block: 'start', behavior: 'instant' }));
      await order.click();
      await page.getByRole('option', { name: 'worst pair, furthest first' }).click();
      await page.getByText('25 of 63 people').waitFor();
      await page.getByLabel('Part of a name').fill('person-1');
      await page.keyboard.press('Enter');
      await page.getByText('11 of 11 people that match, of 63').waitFor();
      const asked = told.flatMap((message) => (message.type === 'askPeople' ? message.selection : []));
      assert.deepEqual(asked.at(-1), { model: 'face-recognition', by: 'worst', descending: true, text: 'person-1' });
    });

    it('compares each with each those who are chosen, at first those who look alike', async () => {
      const { page, told } = await compared();
      const matrix = page.getByRole('region', { name: 'Distance between people' });
      assert.equal(await matrix.locator('tbody tr').count(), 3);
      await page.getByRole('checkbox', { name: 'person-5', exact: true }).press('Space');
      await matrix.locator('tbody tr').nth(3).waitFor();
      const asked = told.flatMap((message) => (message.type === 'askSimilarities' ? [message.identities] : []));
      assert.deepEqual(asked.at(-1), [...NAMES.slice(0, 3), 'person-5']);
    });

    it('takes names for text, whatever they say, and stays within 400 pixels', async () => {
      const { page } = await compared();
      assert.equal(await page.evaluate('globalThis.hacked'), undefined);
      assert.ok((await page.getByText(NAMES[0], { exact: true }).count()) > 0);
      await page.setViewportSize({ width: 400, height: 800 });
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
      assert.deepEqual(await accessibilityFaults(page, '#people'), []);
    });

    it('says why it is not there', async () => {
      const { page } = await open({ refusing: true });
      await page.getByRole('button', { name: 'Compare All Photographs' }).click();
      await page.getByRole('alert', { name: 'People cannot be compared' }).getByText('embeddings-missing').waitFor();
      await page.getByRole('button', { name: 'Compare All Photographs' }).waitFor();
    });
  });

  describe('as a map', () => {
    const map = exampleMap(NAMES, PHOTOGRAPHS);

    async function drawn(): Promise<PanelStage> {
      const stage = await open();
      assert.equal(
        await stage.page.locator('script[src$="map.js"]').count(),
        0,
        'it costs nothing before it is wanted',
      );
      await stage.page.getByRole('button', { name: 'Draw the Map' }).press('Enter');
      const canvas = stage.page.locator('map-canvas canvas:not([aria-busy])');
      await canvas.evaluate((one) => one.scrollIntoView({ block: 'center', behavior: 'instant' }));
      // Until it lies still.
      await canvas.click({ trial: true });
      return stage;
    }

    /** Where a point of the whole map is on the page. */
    async function spotOf({ page }: PanelStage, point: number) {
      const box = await page.locator('map-canvas canvas').boundingBox();
      assert.ok(box);
      const scale = (0.94 * Math.min(box.width, box.height)) / 2;
      return { x: box.x + box.width / 2 + scale * map.x[point], y: box.y + box.height / 2 - scale * map.y[point] };
    }

    const chosen = ({ page }: PanelStage) =>
      page.getByRole('region', { name: 'Chosen photographs' }).getByRole('status');

    /** Shift and drag around these points of the whole map, by some pixels. */
    async function lasso(stage: PanelStage, points: readonly number[]): Promise<void> {
      const { mouse, keyboard } = stage.page;
      const spots = await Promise.all(points.map((point) => spotOf(stage, point)));
      const [left, right] = [Math.min(...spots.map(({ x }) => x)) - 8, Math.max(...spots.map(({ x }) => x)) + 8];
      const [top, bottom] = [Math.min(...spots.map(({ y }) => y)) - 8, Math.max(...spots.map(({ y }) => y)) + 8];
      await mouse.move(left, top);
      await keyboard.down('Shift');
      await mouse.down();
      for (const [x, y] of [
        [right, top],
        [right, bottom],
        [left, bottom],
      ] as const)
        await mouse.move(x, y, { steps: 4 });
      await mouse.up();
      await keyboard.up('Shift');
    }

    it('is drawn, and shows the face of the point that the pointer is on, and what was made of it', async () => {
      const stage = await drawn();
      const { page } = stage;
      const { channels } = await sharp(await page.locator('map-canvas canvas').screenshot()).stats();
      assert.ok(channels[0].stdev > 2, 'there are points on it');
      // Of the points that lie nearest to the pointer's, none is another one's.
      const alone = [...map.x.keys()].find((point) => map.version[point] === 0 && isAlone(map, point)) ?? 0;
      const { x, y } = await spotOf(stage, alone);
      await page.mouse.move(x, y);
      const card = page.locator('.map-card');
      await card.getByText(`${map.people[map.person[alone]]}/${alone % 5}.png`).waitFor();
      assert.equal(await card.locator('img').count(), 1);
      assert.deepEqual(
        stage.faults.filter((fault) => !/GPU stall due to ReadPixels/.test(fault)),
        [],
      );
    });

    it('has a lasso, whose photographs are shown and become a file that a data set can be', async () => {
      const stage = await drawn();
      const { page, told } = stage;
      const own = [...map.x.keys()].filter((point) => map.version[point] === 0 && map.person[point] === 9);
      const [left, right] = [
        Math.min(...own.map((point) => map.x[point])),
        Math.max(...own.map((point) => map.x[point])),
      ];
      const [low, high] = [
        Math.min(...own.map((point) => map.y[point])),
        Math.max(...own.map((point) => map.y[point])),
      ];
      await lasso(stage, own);
      await chosen(stage)
        .getByText(/photograph/)
        .waitFor();
      await page.getByRole('button', { name: 'Save as Subset …' }).click();
      await until(() => told.some(({ type }) => type === 'saveImages'));
      const [saved] = told.flatMap((message) => (message.type === 'saveImages' ? message : []));
      assert.ok(own.every((point) => saved.places.includes(map.place[point])));
      const near = (point: number) =>
        map.x[point] > left - 0.1 &&
        map.x[point] < right + 0.1 &&
        map.y[point] > low - 0.1 &&
        map.y[point] < high + 0.1;
      assert.ok(
        saved.places.every((place) => near(place)),
        'nothing that is far from the line',
      );
      assert.deepEqual(saved.from, { model: 'face-recognition', method: 'pca' });
    });

    it('is moved and chosen from by the keyboard alone', async () => {
      const stage = await drawn();
      const { page } = stage;
      const inSight = page.getByRole('button', { name: 'Choose What Is in Sight' });
      await inSight.press('Enter');
      await chosen(stage).getByText(`${PHOTOGRAPHS} photographs`).waitFor();
      await page.locator('map-canvas canvas').focus();
      for (const key of ['+', '+', '+', '+', '+', 'ArrowRight', 'ArrowUp']) await page.keyboard.press(key);
      await inSight.press('Enter');
      await chosen(stage).getByText(`${PHOTOGRAPHS} photographs`).waitFor({ state: 'detached' });
      await page.locator('map-canvas canvas').press('0');
      await inSight.press('Enter');
      await chosen(stage).getByText(`${PHOTOGRAPHS} photographs`).waitFor();
      await page.getByLabel('Choose people whose name has').fill(NAMES[2]);
      await page.keyboard.press('Enter');
      await chosen(stage).getByText('5 photographs').waitFor();
    });

    it('tells verdicts apart by shapes and words, and draws arrows to what a perturbation made', async () => {
      const { page } = await drawn();
      const choose = async (name: string, option: string) => {
        const list = page.getByRole('combobox', { name });
        await list.evaluate((one) => one.scrollIntoView({ block: 'start', behavior: 'instant' }));
        await list.click();
        await page.getByRole('option', { name: option, exact: true }).click();
      };
      await choose('How points are told apart', 'by verdict');
      const legend = page.getByRole('list', { name: 'What points stand for' }).getByRole('listitem');
      const lines = async () => (await legend.allTextContents()).map((text) => text.trim().replace(/\s+/g, ' '));
      const count = (version: number, verdict: number) =>
        map.verdict.filter((one, point) => one === verdict && map.version[point] <= version).length;
      assert.deepEqual(await lines(), [`recognised ${count(0, 1)}`, `not recognised ${count(0, 2)}`]);
      await choose('Arrows', 'arrows to fawkes');
      await page.getByText(`not recognised ${count(1, 2)}`).waitFor();
      assert.deepEqual(await lines(), [`recognised ${count(1, 1)}`, `not recognised ${count(1, 2)}`]);
    });

    it('says so where there is no WebGL, and photographs are chosen all the same', async () => {
      const stage = await open();
      const { page } = stage;
      await page.evaluate(() => {
        HTMLCanvasElement.prototype.getContext = () => null;
      });
      await page.getByRole('button', { name: 'Draw the Map' }).click();
      await page.getByText('This window has no WebGL').waitFor();
      await page.getByLabel('Choose people whose name has').fill('person-17');
      await page.keyboard.press('Enter');
      await chosen(stage).getByText('5 photographs').waitFor();
    });

    it('stays within 400 pixels, takes names for text, and has nothing that axe calls serious', async () => {
      const { page } = await drawn();
      await page.setViewportSize({ width: 400, height: 800 });
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
      assert.equal(await page.evaluate('globalThis.hacked'), undefined);
      assert.ok((await page.locator('.map-legend').getByText(NAMES[0], { exact: true }).count()) > 0);
      assert.deepEqual(await accessibilityFaults(page, '#map'), []);
    });
  });
});
