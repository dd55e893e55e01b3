import assert from 'node:assert/strict';
import type { ReceivedFromPanel, ToPanel } from '../../server/src/protocol/webview.js';
import { accessibilityFaults } from '../support/axe.js';
import { answerExplored } from '../support/example-explored.js';
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
});
