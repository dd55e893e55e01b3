import assert from 'node:assert/strict';
import { packRuns } from '../../server/src/protocol/runs/table/packed-rows.js';
import type { FigureOfTable, RunRow } from '../../server/src/protocol/runs/table/run-row.js';
import {
  type FromRunsPage,
  fromRunsPageSchema,
  type ToRunsPage,
} from '../../server/src/protocol/runs/table/runs-panel.js';
import { accessibilityFaults } from '../support/axe.js';
import { exampleRow } from '../support/example-rows.js';
import { PageStage } from '../support/page-stage.js';
import { temporaryFolder } from '../support/run-folder.js';
import { useBrowser } from '../support/use-browser.js';

const HOSTILE = '<script>hacked=1</script><img src=x onerror="hacked=1">';
const TOP1: FigureOfTable = {
  path: 'accuracy.clip.top1',
  label: 'clip top-1',
  kind: 'share',
  better: 'higher',
  matters: true,
};

/** So many runs, an hour apart, of modes and seeds, whose rates grow with their number. */
function someRuns(count: number, changes: (n: number) => Partial<RunRow> = () => ({})): RunRow[] {
  return Array.from({ length: count }, (_, n) => {
    const id = `run-${String(n).padStart(5, '0')}`;
    const settings = { 'poison.fawkes.mode': ['low', 'mid', 'high'][n % 3]!, 'queries.seed': Math.floor(n / 3) % 3 };
    const value = (n % 997) / 997;
    const figures = { [TOP1.path]: { value, interval: [0.9 * value, 0.9 * value + 0.1] as [number, number] } };
    const startedAt = new Date(Date.UTC(2026, 0, 1) + 3_600_000 * n).toISOString();
    return exampleRow({ id, folder: `/work/.lookalike/runs/${id}`, startedAt, settings, figures, ...changes(n) });
  });
}

function listed(runs: readonly RunRow[], { afresh = true, isDone = true } = {}): ToRunsPage {
  return { type: 'rows', rows: packRuns(runs, [TOP1]), listing: { total: runs.length, isDone, afresh } };
}

type Stage = PageStage<FromRunsPage, ToRunsPage>;

describe('the page of the table of runs (skipped where Chromium is not installed)', () => {
  const folder = temporaryFolder();
  const browser = useBrowser();

  async function open(runs: readonly RunRow[], colorScheme: 'light' | 'dark' = 'light'): Promise<Stage> {
    const answer = (message: FromRunsPage) => (message.type === 'ready' ? [listed(runs)] : undefined);
    const staged = { bundle: 'runs', asks: fromRunsPageSchema, answer } as const;
    const stage = await PageStage.open<FromRunsPage, ToRunsPage>(browser(), folder(), staged, colorScheme);
    await stage.page.getByRole('treegrid', { name: 'Runs' }).waitFor();
    return stage;
  }

  const grid = (stage: Stage) => stage.page.getByRole('treegrid', { name: 'Runs' });
  const ids = async (stage: Stage) =>
    (await stage.page.locator('runs-table tbody tr').allTextContents()).flatMap((text) => /run-\d{5}/.exec(text) ?? []);

  it('draws only the rows in view of two thousand, sorts and filters them, and reaches the last by the keyboard', async () => {
    const stage = await open(someRuns(2000));
    assert.match((await stage.page.locator('header [role=status]').textContent()) ?? '', /^2,000 runs$/);
    assert.equal((await ids(stage))[0], 'run-01999', 'the newest first');
    await grid(stage).press('End');
    await stage.page.getByRole('row', { name: 'run-00000' }).waitFor();
    assert.ok((await ids(stage)).length < 100);

    await stage.page.getByRole('button', { name: 'clip top-1' }).click();
    await grid(stage).press('Home');
    await stage.page.getByRole('row', { name: '99.9 %' }).first().waitFor();
    assert.equal((await ids(stage))[0], 'run-01993', 'of those with the highest rate the newest');

    await stage.page
      .getByRole('textbox', { name: /conditions/ })
      .fill('poison.fawkes.mode == low and accuracy.clip.top1 < 1%');
    await stage.page.getByText(/^\d+ of 2,000 runs$/).waitFor();
    for (const row of await stage.page.locator('runs-table tbody tr[id]:not(.group)').allTextContents()) {
      assert.match(row, /low/);
    }
    await stage.page.getByRole('textbox', { name: /conditions/ }).fill('nothing.such == 1');
    await stage.page.getByRole('alert').filter({ hasText: 'No run here has nothing.such' }).waitFor();
    assert.deepEqual(stage.faults, []);
  });

  it('selects by the keyboard, and asks the extension to open, compare, repeat, mark and remove', async () => {
    const stage = await open(someRuns(6));
    await grid(stage).press('ArrowDown');
    await grid(stage).press(' ');
    await grid(stage).press('Shift+ArrowDown');
    await stage.page.getByText('2 selected').waitFor();
    assert.equal(await stage.page.locator('runs-table tr[aria-selected=true]:not(.group)').count(), 2);
    const folders = ['run-00005', 'run-00004'].map((id) => `/work/.lookalike/runs/${id}`);
    for (const name of ['Compare', 'Run Again', 'Star', 'Remove …']) {
      await stage.page.getByRole('button', { name, exact: true }).click();
    }
    await grid(stage).press('Enter');
    await grid(stage).press('s');
    await until(() => stage.told.length === 7);
    assert.deepEqual(stage.told.slice(1), [
      { type: 'compare', folders },
      { type: 'runAgain', folders },
      { type: 'star', folders, star: true },
      { type: 'remove', folders },
      { type: 'open', folder: folders[1] },
      { type: 'star', folders: [folders[1]], star: true },
    ]);
    await grid(stage).press('Escape');
    await stage.page.getByText('6 runs', { exact: true }).waitFor();
  });

  it('shows how far runs are, their figures when they have them, and no more those that were removed', async () => {
    const progress = { share: 0, secondsLeft: 60 };
    const stage = await open(someRuns(2, (n) => (n === 1 ? { status: 'running', figures: {}, progress } : {})));
    const row = stage.page.getByRole('row', { name: 'run-00001' });
    const { folder } = someRuns(2)[1]!;
    await row.getByText('running 0 %').waitFor();
    await stage.send({
      type: 'going',
      runs: [{ folder, status: 'running', progress: { share: 0.34, secondsLeft: 40 }, waiting: 0 }],
    });
    await row.getByText('running 34 %').waitFor();
    await stage.send({ type: 'rows', rows: packRuns(someRuns(2).slice(1), [TOP1]) });
    await row.getByText('0.1 % (0.1–10.1 %)').waitFor();
    await stage.send({ type: 'gone', folders: [folder] });
    await row.waitFor({ state: 'detached' });
    assert.deepEqual(await ids(stage), ['run-00000']);
  });

  it('folds seeds into mean and spread, and saves what it shows', async () => {
    const stage = await open(someRuns(9, (n) => ({ figures: { [TOP1.path]: { value: n / 10 } } })));
    await stage.page.getByText('Fold seeds').click();
    await stage.page.getByText('over queries.seed').waitFor();
    const cells = stage.page.locator('runs-table tbody tr[id]:not(.group) td:not(.mark)');
    assert.deepEqual(
      (await cells.allTextContents()).map((text) => text.trim()),
      ['3', 'high', '50.0 % ± 30.0 %', '3', 'mid', '40.0 % ± 30.0 %', '3', 'low', '30.0 % ± 30.0 %'],
    );
    for (const name of ['CSV', 'MD', 'JSON']) {
      await stage.page.getByRole('button', { name: `Save the table as ${name}` }).click();
    }
    await until(() => saved(stage).length === 3);
    const [csv, markdown, json] = saved(stage);
    assert.equal(
      csv!.split('\r\n')[0],
      `runs,poison.fawkes.mode,${[TOP1.path, `${TOP1.path} sd`, `${TOP1.path} runs`].join(',')}`,
    );
    assert.match(markdown!, /\| 3 \| high \| 50.0 % ± 30.0 % \|/);
    assert.deepEqual(JSON.parse(json!).over, ['queries.seed']);
  });

  it('leaves columns out, adds and pins others, by labels', async () => {
    const stage = await open(someRuns(3));
    await stage.page.getByText('Columns', { exact: true }).click();
    await stage.page.getByLabel('Show poison.fawkes.mode').uncheck();
    await stage.page.getByLabel('Show file').check();
    await stage.page.getByLabel('Pin file').check();
    const headings = (await grid(stage).getByRole('columnheader').allTextContents()).map((text) => text.trim());
    assert.deepEqual(headings, ['Selected', 'Star', 'run', 'file', 'status', 'started', 'clip top-1']);
  });

  it('plots the selected runs, or all that are shown: a figure over a setting, small multiples, and all side by side', async () => {
    const stage = await open(someRuns(18));
    await stage.page.getByRole('button', { name: 'Plot', exact: true }).click();
    const over = stage.page.getByRole('img', { name: /^clip top-1 over poison\.fawkes\.mode/ });
    await over.waitFor();
    assert.match((await over.getAttribute('aria-label')) ?? '', /high: \d/);
    await stage.page
      .getByRole('img', { name: '18 runs as lines over poison.fawkes.mode, queries.seed, clip top-1' })
      .waitFor();
    await stage.page.getByRole('combobox', { name: 'Small multiples by' }).click();
    await stage.page.getByRole('option', { name: 'queries.seed' }).click();
    await stage.page.getByText('queries.seed: 2').waitFor();
    assert.deepEqual(await accessibilityFaults(stage.page), []);
    if (process.env.SHOTS) await stage.page.screenshot({ path: `${process.env.SHOTS}/plots.png` });
    await stage.page.getByRole('button', { name: 'Save clip top-1 over poison.fawkes.mode as SVG' }).click();
    await until(() => saved(stage).length === 1);
    assert.match(saved(stage)[0]!, /^<svg/);
  });

  it('shows names, notes and problems of runs as the text that they are', async () => {
    const problem = { code: 'results-newer', message: `Written by a later version ${HOSTILE}` };
    const stage = await open([
      exampleRow({ name: HOSTILE, note: HOSTILE, settings: { [HOSTILE]: HOSTILE }, folder: '/a', id: HOSTILE }),
      exampleRow({ folder: '/b', status: 'interrupted', problem, name: 'Other' }),
    ]);
    await stage.page.getByText(/⚠ interrupted: Written by a later version <script>/).waitFor();
    assert.equal(await stage.page.evaluate('globalThis.hacked'), undefined);
    assert.equal(await stage.page.locator('runs-table img').count(), 0);
  });

  for (const scheme of ['light', 'dark'] as const) {
    it(`has no serious fault for those who hear it or see little, in the ${scheme} theme and at any width`, async () => {
      const runs = someRuns(40, (n) => ({ star: n % 4 === 0, note: n === 3 ? 'the good one' : '' }));
      const stage = await open(runs, scheme);
      await grid(stage).press('ArrowDown');
      await grid(stage).press(' ');
      for (const width of [400, 1200, 2200]) {
        await stage.page.setViewportSize({ width, height: 900 });
        assert.deepEqual(await accessibilityFaults(stage.page), [], `${width} px`);
        const overflow = await stage.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(overflow <= 0, `${width} px: ${overflow} px too wide`);
        if (process.env.SHOTS) await stage.page.screenshot({ path: `${process.env.SHOTS}/${scheme}-${width}.png` });
      }
    });
  }
});

function saved({ told }: Stage): string[] {
  return told.flatMap((message) => (message.type === 'save' && 'text' in message.file ? message.file.text : []));
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}
