import assert from 'node:assert/strict';
import type { Results } from '../../server/src/protocol/results.js';
import {
  fromPanelSchema,
  type ReceivedFromPanel,
  type ReportData,
  type SavedFile,
  type ToPanel,
} from '../../server/src/protocol/webview.js';
import { accessibilityFaults } from '../support/axe.js';
import { exampleCompared } from '../support/example-comparison.js';
import { exampleDistances } from '../support/example-distances.js';
import { answerQueries } from '../support/example-queries.js';
import { exampleResults } from '../support/example-results.js';
import { exampleRunSummary } from '../support/example-run-summary.js';
import { PageStage } from '../support/page-stage.js';
import { openPanel, type PanelStage } from '../support/panel-stage.js';
import { PIXEL, temporaryFolder } from '../support/run-folder.js';
import { useBrowser } from '../support/use-browser.js';

const QUERIES = 200_000;
const HOSTILE = '<script>hacked=1</script><img src=x onerror="hacked=1">';

describe('the page of a results panel (skipped where Chromium is not installed)', () => {
  const folder = temporaryFolder();
  const browser = useBrowser();

  async function open(data: Partial<ReportData> = {}, colorScheme: 'light' | 'dark' = 'light') {
    const stage = await openPanel(browser(), folder(), answerQueries(QUERIES, photograph), colorScheme);
    await stage.send(reportOf(data));
    await rowsOf(stage).first().waitFor();
    return stage;
  }

  const rowsOf = (stage: PanelStage) => stage.page.locator('query-table tbody tr:not(.spacer)');
  const grid = (stage: PanelStage) => stage.page.getByRole('grid', { name: 'Queries' });

  it('draws only the rows in view of 200,000, and reaches the last by the keyboard', async () => {
    const stage = await open();
    assert.match((await stage.page.locator('query-browser [role=status]').textContent()) ?? '', /^200,000 queries$/);
    await grid(stage).press('End');
    await stage.page.getByRole('row', { name: 'person-039999/4.png' }).waitFor();
    assert.ok((await rowsOf(stage).count()) < 100);
    assert.deepEqual(stage.faults, []);
  });

  it('shows what it has from the beginning before it is sent anything', async () => {
    const name = `${HOSTILE}</script><!--`;
    const told = [reportOf({ results: exampleResults({ name }) })];
    const asks = fromPanelSchema;
    const stage = await PageStage.open(browser(), folder(), { bundle: 'panel', told, asks, answer: () => undefined });
    await stage.page.locator('.key-figures dd').first().waitFor();
    await stage.page.locator('chart-figure svg').first().waitFor();
    assert.equal(await stage.page.getByRole('heading', { level: 1 }).textContent(), name);
    assert.equal(await stage.page.evaluate('typeof hacked'), 'undefined');
    assert.equal(await stage.page.locator('[data-waiting]').count(), 0);
    assert.deepEqual(stage.faults, []);
  });

  it('fills while a run goes on, and leaves where it is scrolled to and what is chosen as they are', async () => {
    const whole = exampleResults();
    const { robustness, retrieve, transfer, differences, ...part } = whole;
    const going = {
      ...part,
      run: { ...whole.run, status: 'running' as const, finishedAt: null },
      headline: [],
      expect: [],
    };
    const stage = await openPanel(browser(), folder(), answerQueries(QUERIES, photograph));
    await stage.send({ type: 'progress', run: exampleRunSummary() }, reportOf({ results: { ...going, accuracy: [] } }));
    await stage.page.getByText('This run goes on.').waitFor();
    assert.equal(await grid(stage).count(), 0, 'no table before there are records');
    await stage.send(reportOf({ results: going }));
    await grid(stage).press('ArrowDown');
    await grid(stage).press('Enter');
    await stage.page.locator('.query-view .queries > li').first().waitFor();
    const place = () =>
      stage.page.locator('.query-view').evaluate((view) => Math.round(view.getBoundingClientRect().top));
    await stage.page.locator('.query-view').evaluate((view) => view.scrollIntoView({ behavior: 'instant' }));
    const before = await place();
    const shown = await stage.page.locator('.query-view .queries > li').count();
    await stage.send(reportOf({ results: { ...going, robustness, retrieve, transfer, differences } }));
    await stage.page.locator('#robustness').waitFor();
    assert.ok(Math.abs((await place()) - before) <= 1, `${before} → ${await place()}`);
    assert.equal(await stage.page.locator('.query-view .queries > li').count(), shown);
    await stage.send({ type: 'progress', run: exampleRunSummary({ status: 'done' }) }, reportOf({ results: whole }));
    await stage.page.getByText('This run goes on.').waitFor({ state: 'detached' });
    assert.equal(await stage.page.locator('.query-view .queries > li').count(), shown);
    assert.deepEqual(stage.faults, []);
  });

  it('asks the extension to sort, to filter and to save, with the keyboard and with labels', async () => {
    const stage = await open();
    await stage.page.getByRole('button', { name: 'Distance' }).click();
    await stage.page.getByLabel('Part of a query’s id or identity').fill('person-7');
    await stage.page.getByRole('button', { name: 'Save All as CSV' }).click();
    await until(() => asked(stage, 'exportQueries').length === 1);
    const [{ selection }] = asked(stage, 'exportQueries');
    assert.deepEqual(selection.sort, { by: 'distance', descending: false });
    await until(() => asked(stage, 'askPage').at(-1)?.selection.filter.text === 'person-7');
  });

  it('shows a query with its neighbours, the verdict of each, and what a perturbation changed', async () => {
    const stage = await open();
    await grid(stage).press('ArrowDown');
    await grid(stage).press('Enter');
    const views = stage.page.locator('.query-view .queries > li');
    await views.nth(1).waitFor();
    const original = views.first().locator('.found > li');
    assert.deepEqual(
      (await original.allTextContents()).map((text) => text.replace(/\s+/g, ' ').trim()),
      [
        '✓ same person person-000000 distance 0.120 face-recognition 0.1200 ≤ 0.2840 ✓ valid the largest of 3 faces',
        '✓ same person person-000000 distance 0.210 face-recognition 0.2100 ≤ 0.2840 ✓ valid no face found',
        'threshold 0.2840: what follows is too far',
        '✕ other person somebody-else distance 0.370 face-recognition 0.3700 > 0.2840 ✕ too far',
        'gone ✕ other person somebody-else distance 0.410 face-recognition 0.4100 > 0.2840 ✕ too far',
      ],
    );
    // What a perturbed version found is judged from the original: no line cuts its own distances.
    const perturbed = (await views.nth(1).locator('.found > li').allTextContents()).map((text) => text.trim());
    assert.equal(perturbed.filter((text) => /✓ valid/.test(text)).length, 2);
    assert.equal(perturbed.filter((text) => /✕ too far/.test(text)).length, 2);
    assert.match(
      (await stage.page.locator('.query-view > p').first().textContent()) ?? '',
      /squared L2.* Valid is what lies within 0\.2840 of the original photograph, by face-recognition, whichever/,
    );
    assert.deepEqual(await views.locator('.answers').allTextContents(), [
      'Top-1 is right: the engine’s nearest shows person-000000. Found: 2 results of 4 within the threshold.',
      'Top-1 is right: the engine’s nearest shows person-000000. Still found: 2 results of 4 within the threshold.',
    ]);
    const images = views.locator('img');
    assert.ok(await images.evaluateAll((all: HTMLImageElement[]) => all.every(({ naturalWidth }) => naturalWidth > 0)));
    assert.equal(await views.nth(1).getByRole('img', { name: 'Difference, amplified 10 times' }).count(), 1);
  });

  it('names the unit of its distances, and from where a threshold is, in the headings of the table', async () => {
    const results = exampleResults();
    const threshold = { ...results.threshold, unit: 'l2' } as Results['threshold'];
    const stage = await open({ results: { ...results, threshold } });
    const headings = async () =>
      (await grid(stage).getByRole('columnheader').allTextContents()).map((text) =>
        text.trim().replace(/\s*[↑↓]$/, ''),
      );
    assert.deepEqual(await headings(), ['Query', 'Identity', 'Nearest', 'Distance, L2', 'Threshold, L2']);
    await stage.page.getByRole('combobox', { name: 'Version' }).click();
    await stage.page.getByRole('option', { name: 'fawkes', exact: true }).click();
    await stage.page.getByRole('columnheader', { name: 'Threshold from the original, L2' }).waitFor();
    await stage.page.locator('query-browser summary').click();
    await stage.page
      .getByText('the distance beside it is from the perturbed photograph, and does not compare')
      .waitFor();
    await stage.page.getByRole('combobox', { name: 'Model' }).click();
    await stage.page.getByRole('option', { name: 'clip-vit-l-14', exact: true }).click();
    await stage.page.getByRole('columnheader', { name: 'Valid' }).waitFor();
    await stage.page.getByRole('columnheader', { name: 'Control', exact: true }).waitFor();
    const [valid, control] = await Promise.all(
      ['Valid', 'Control'].map(async (name) => (await headings()).indexOf(name)),
    );
    assert.equal(control, (valid ?? 0) + 1, 'the control stands beside what it is the control of');
    assert.match(
      (await rowsOf(stage)
        .nth(1)
        .locator('td')
        .nth(control ?? 0)
        .textContent()) ?? '',
      /^\d+\.\d %$/,
    );
    assert.ok(!(await headings()).some((heading) => heading.startsWith('Threshold')));
  });

  it('shows photographs whole, whatever their shape is', async () => {
    const shapes = [
      [40, 400],
      [400, 40],
    ] as const;
    for (const [width, height] of shapes) {
      const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="red"/></svg>`;
      const uri = `data:image/svg+xml,${encodeURIComponent(svg)}`;
      const stage = await openPanel(
        browser(),
        folder(),
        answerQueries(QUERIES, () => uri),
      );
      await stage.send(reportOf({}));
      await rowsOf(stage).first().waitFor();
      await grid(stage).press('Enter');
      const image = stage.page.locator('.query-view .found img').first();
      await image.waitFor();
      const fit = await image.evaluate((one) => {
        const { objectFit } = getComputedStyle(one);
        const { width, height } = one.getBoundingClientRect();
        return { objectFit, width, height };
      });
      assert.equal(fit.objectFit, 'contain');
      assert.ok(fit.width >= 96 && fit.height >= 96, JSON.stringify(fit));
    }
  });

  it('says why there are no queries, and why one is not shown, and goes on asking', async () => {
    const problem = { code: 'neighbours-unusable', message: 'queries.jsonl: not there', hint: 'Run it again.' };
    const stage = await openPanel(browser(), folder(), (message) =>
      message.type === 'askPage' ? [{ type: 'refused', question: message.question, problem }] : undefined,
    );
    await stage.send(reportOf({}));
    const banner = stage.page.getByRole('alert', { name: 'The queries cannot be shown' });
    await banner.waitFor();
    assert.match((await banner.textContent()) ?? '', /queries\.jsonl: not there.*Run it again/s);
    assert.equal(
      await stage.page.locator('query-browser [role=status]').textContent(),
      'The queries of this run cannot be shown.',
    );
    const answer = answerQueries(QUERIES, photograph);
    const other = await openPanel(browser(), folder(), (message) =>
      message.type === 'askQuery' ? [{ type: 'refused', question: message.question, problem }] : answer(message),
    );
    await other.send(reportOf({}));
    await rowsOf(other).first().waitFor();
    await grid(other).press('Enter');
    await other.page.getByRole('alert', { name: 'The query cannot be shown' }).waitFor();
    assert.ok((await rowsOf(other).count()) > 0);
  });

  it('knows of a run whose process is no more that it was interrupted, whatever its results say', async () => {
    const results = exampleResults({ expect: [], unjudged: ['accuracy.face-recognition.top1 >= 85%'] });
    const stage = await open({ results: { ...results, run: { ...results.run, status: 'running' } } });
    await stage.send({ type: 'progress', run: exampleRunSummary({ status: 'interrupted' }) });
    await stage.page.getByText('Not judged, as the run was interrupted.').waitFor();
    assert.match((await stage.page.locator('.status').textContent()) ?? '', /Interrupted/);
  });

  it('opens a query that is asked for before its row has come, once it comes', async () => {
    const answer = answerQueries(QUERIES, photograph);
    const stage = await openPanel(browser(), folder(), (message) =>
      message.type === 'askPage' ? [] : answer(message),
    );
    await stage.send(reportOf({}));
    await grid(stage).press('Enter');
    await stage.send(...(answer(asked(stage, 'askPage')[0]) ?? []));
    await stage.page.locator('.query-view').waitFor();
  });

  it('hands over charts as PNG and tables as Markdown and LaTeX', async () => {
    const stage = await open();
    await stage.page.getByRole('button', { name: 'Save Top-k accuracy as PNG' }).click();
    await stage.page.getByRole('button', { name: 'Save Visibility and effect as MD' }).click();
    await stage.page.getByRole('button', { name: 'Save Visibility and effect as TeX' }).click();
    await until(() => asked(stage, 'save').length === 3);
    const saved = (mime: SavedFile['mime']) => asked(stage, 'save').find(({ file }) => file.mime === mime)!.file;
    const png = saved('image/png');
    assert.equal('base64' in png && Buffer.from(png.base64, 'base64').toString('latin1', 1, 4), 'PNG');
    assert.match(textOf(saved('text/markdown')), /^\| Name \|.*\n.*---:.*\n\| fawkes \| .* \| 8\.4 % \| yes \|/);
    assert.match(textOf(saved('application/x-tex')), /fawkes & query & face-recognition & -- & 8\.4 \\% & yes &/);
  });

  it('shows how far a run is before it has figures, and lets the user cancel it', async () => {
    const stage = await openPanel(browser(), folder(), () => undefined);
    await stage.send({ type: 'progress', run: exampleRunSummary() });
    const embed = stage.page.locator('.live li', { hasText: 'embed' });
    assert.match((await embed.textContent()) ?? '', /face-recognition · 820 of 2,040 · 131\/s · 9\ss left/);
    await stage.page.getByRole('button', { name: 'Cancel' }).click();
    await until(() => stage.told.some(({ type }) => type === 'cancel'));
  });

  it('shows what the experiment file of a compared run says instead, line by line', async () => {
    const stage = await open({ compare: [exampleResults({ name: 'Mirrored' }), exampleResults({ name: 'Again' })] });
    const file = 'name: Robustness\n# one\n# two\n# three\naccuracy: {top: [1]}\n';
    await stage.send({ type: 'specs', texts: [file, file.replace('[1]', '[1, 5]'), file] });
    const changes = stage.page.getByLabel('Changes in the experiment file of Mirrored');
    assert.equal(
      await changes.textContent(),
      '  # two\n  # three\n− accuracy: {top: [1]}\n+ accuracy: {top: [1, 5]}\n',
    );
    assert.match(
      (await stage.page.locator('#files').textContent()) ?? '',
      /Again says instead\s+The same, to the letter/,
    );
  });

  it('has the captions of two runs’ narrow tables in one line, beside the buttons that save them', async () => {
    const { all, comparison } = exampleCompared(2);
    const [results, ...compare] = all;
    const stage = await open({ results, compare });
    await stage.page.setViewportSize({ width: 1200, height: 900 });
    await stage.send({ type: 'comparison', comparison, problem: null });
    await stage.page.getByText('Settings that differ').waitFor();
    const lines = await stage.page.locator('#differs caption').evaluateAll((captions) =>
      captions.map((caption) => {
        const text = document.createRange();
        text.selectNodeContents(caption);
        return new Set([...text.getClientRects()].map(({ top }) => Math.round(top))).size;
      }),
    );
    assert.deepEqual(lines, [1, 1]);
  });

  describe('with ten runs beside one another', () => {
    const { all, comparison } = exampleCompared(10);
    const [results, ...compare] = all;
    async function openCompared(colorScheme: 'light' | 'dark' = 'light') {
      const stage = await open({ results, compare }, colorScheme);
      await stage.send({ type: 'comparison', comparison, problem: null });
      await stage.page.getByRole('heading', { name: 'What differs' }).waitFor();
      return stage;
    }

    it('leads with what differs: names, settings, figures with their tests, and what no test was made of', async () => {
      const { page } = await openCompared();
      const titles = await page.locator('main > section > h2').allTextContents();
      assert.deepEqual(titles.slice(0, 3), ['What differs', 'Figures side by side', 'Queries judged otherwise']);
      const row = page.locator('#figures tr', { hasText: 'still found after fawkes' });
      const cells = (await row.locator('td').allTextContents()).map((text) => text.replace(/\s+/g, ' ').trim());
      assert.equal(cells.length, 10);
      assert.equal(cells[1], '83.7 % (81.7–85.7 %) −0.3 points, p = 0.6');
      assert.match(cells[9], /−2\.5 points$/);
      assert.match(
        (await page.locator('#verdicts').textContent()) ?? '',
        /Nothing is tested of J against A: the two have no/,
      );
      assert.match((await page.locator('header').textContent()) ?? '', /C · mode=high, seed=1/);
      const stages = page.locator('#stages details.of-run');
      assert.equal(await stages.count(), 10);
    });

    it('shows the queries whose verdict changed as pictures, and opens one as both runs see it, by the keyboard', async () => {
      const stage = await openCompared();
      const cards = stage.page.locator('changed-queries .changed button');
      assert.equal(await cards.count(), 4);
      assert.match((await cards.first().textContent()) ?? '', /person-000000\/1\.png\s*✓ A no, B yes/);
      await cards.nth(1).focus();
      await stage.page.keyboard.press('Enter');
      const opened = stage.page.getByRole('group', { name: 'person-000001/1.png in both runs' });
      await opened.waitFor();
      assert.equal(await opened.locator('.query-view').count(), 2);
      assert.deepEqual(
        asked(stage, 'askQuery').map(({ id, run }) => [id, run]),
        [
          ['person-000001/1.png', 0],
          ['person-000001/1.png', 1],
        ],
      );
      assert.deepEqual(stage.faults, []);
    });

    it('stays within the page at 400 pixels', async () => {
      const { page } = await openCompared();
      await page.setViewportSize({ width: 400, height: 900 });
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(wide <= 400, `${wide} px`);
    });
  });

  it('counts anew who is found as the threshold is moved by the keyboard, and has it written into the file', async () => {
    const answer = answerQueries(QUERIES, photograph);
    const stage = await openPanel(browser(), folder(), (message) =>
      message.type === 'askDistances' ? [exampleDistances(message.question)] : answer(message),
    );
    await stage.send(reportOf({}));
    const slider = stage.page.getByRole('slider', { name: /^Threshold, as distance/ });
    await slider.waitFor();
    const row = stage.page.locator('.found-at tr', { hasText: 'fawkes' });
    const cells = async () => (await row.locator('td').allTextContents()).map((text) => text.trim());
    // Of eleven queries at 0, 0.1 … 1, fawkes moves each by 0.2.
    assert.deepEqual(await cells(), ['4', '6', '66.7 %', '66.7 %']);
    await slider.focus();
    await stage.page.keyboard.press('Home');
    assert.deepEqual(await cells(), ['0', '1', '0.0 %', '66.7 %']);
    await stage.page.keyboard.press('End');
    assert.deepEqual(await cells(), ['9', '11', '81.8 %', '66.7 %']);
    await stage.page.getByRole('button', { name: 'Write distance: 1 into the File' }).click();
    await until(() => asked(stage, 'setThreshold').length === 1);
    assert.deepEqual(asked(stage, 'setThreshold'), [{ type: 'setThreshold', form: 'distance', value: 1 }]);
    assert.deepEqual(stage.faults, []);
  });

  it('leaves the table as it is, and the focus in it, when neighbours come after the figures', async () => {
    const stage = await open();
    await grid(stage).press('ArrowDown');
    const row = { id: 'ana/1.png', identity: 'ana', model: 'face-recognition', version: 'original', correct: null };
    await stage.send(
      reportOf({ queries: [{ ...row, neighbours: [], judged: null }], thumbnails: { [row.id]: PIXEL } }),
    );
    await stage.page.locator('#neighbours').waitFor();
    assert.equal(
      await stage.page.evaluate(() => document.activeElement?.getAttribute('aria-activedescendant')),
      'query-1',
    );
  });

  it('asks for all figures as one of them would be saved', async () => {
    const stage = await open();
    const choices = stage.page.locator('.paper-choice').first();
    await choices.locator('summary').click();
    await choices.getByLabel('Size').selectOption('1col');
    await choices.getByLabel('Colours').selectOption('transparent');
    await stage.page.getByText('Save All Figures').click();
    const choice = { theme: 'transparent', width: '1col', font: 'sans serif' };
    assert.deepEqual(stage.told.at(-1), { type: 'exportFigures', choice });
  });

  it('is walked through by the Tab key alone, and shows where it is', async () => {
    const stage = await open();
    await stage.send({ type: 'specs', texts: ['name: Robustness\n'] });
    await stage.page.getByLabel('The experiment file').waitFor();
    const stops: string[] = [];
    for (let n = 0; n < MOST_STOPS && stops.at(-1) !== 'The experiment file'; n++) {
      await stage.page.keyboard.press('Tab');
      stops.push(await stage.page.evaluate(nameOfFocus));
    }
    const order = [
      'Open Experiment',
      'Save as HTML',
      'Save All Figures',
      'Accuracy',
      'Save Top-k accuracy as SVG',
      'Save Accuracy by model as CSV',
      'Save Who is still found as PNG',
      'Queries',
      'The experiment file',
    ];
    assert.deepEqual(
      stops.filter((name) => order.includes(name)).filter((name, n, all) => all.lastIndexOf(name) === n),
      order,
      stops.join(', '),
    );
    assert.deepEqual(
      stops.filter((name) => /^(unnamed|unseen)/.test(name)),
      [],
    );
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    it(`has nothing that axe calls serious, in ${colorScheme}`, async () => {
      const stage = await open({ compare: [exampleResults({ name: 'Mirrored' })] }, colorScheme);
      await stage.send(
        { type: 'comparison', comparison: exampleCompared(2).comparison, problem: null },
        { type: 'specs', texts: ['name: Robustness\n', 'name: Mirrored\n'] },
        { type: 'progress', run: exampleRunSummary() },
      );
      await grid(stage).press('Enter');
      await stage.page.locator('.query-view').waitFor();
      assert.deepEqual(await accessibilityFaults(stage.page), []);
    });
  }

  it('shows hostile names as the text that they are, and answers nobody but the extension’s messages', async () => {
    const stage = await open({ results: exampleResults({ name: HOSTILE }) });
    await stage.send(
      { type: 'specs', texts: [HOSTILE] },
      { type: 'problem', problem: { code: 'x', message: HOSTILE } },
    );
    await stage.page.getByRole('alert').waitFor();
    await stage.page.evaluate(() => window.postMessage({ type: 'report', data: { results: 'wrong' } }));
    assert.equal(await stage.page.getByRole('heading', { level: 1 }).textContent(), HOSTILE);
    assert.equal(await stage.page.evaluate('typeof hacked'), 'undefined');
  });
});

/** More than a page has. */
const MOST_STOPS = 200;

/** The name of what has the focus, inside of a component too; what is not named or not marked says so. */
function nameOfFocus(): string {
  let element = document.activeElement as HTMLElement;
  const host = element;
  while (element.shadowRoot?.activeElement) element = element.shadowRoot.activeElement as HTMLElement;
  const name = [element, host].map((one) => one.ariaLabel ?? one.textContent?.trim()).find(Boolean);
  // The component library's fields are marked by their borders.
  const field = host.matches('vscode-single-select, vscode-textfield');
  const marked = field || [element, host].some((one) => getComputedStyle(one).outlineStyle !== 'none');
  if (!name) return `unnamed ${host.outerHTML.slice(0, 80)}`;
  return marked ? name : `unseen ${name}`;
}

function photograph(): string {
  return PIXEL;
}

function reportOf(data: Partial<ReportData>): ToPanel {
  return {
    type: 'report',
    data: { results: exampleResults(), compare: [], queries: [], thumbnails: {}, faces: null, perturbed: [], ...data },
  };
}

function asked<T extends ReceivedFromPanel['type']>(stage: PanelStage, type: T) {
  return stage.told.filter((message): message is Extract<ReceivedFromPanel, { type: T }> => message.type === type);
}

/** With ordinary spaces. */
function textOf(file: SavedFile): string {
  return 'text' in file ? file.text.replaceAll('\u00a0', ' ') : '';
}

/** The page's messages come when they come. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
