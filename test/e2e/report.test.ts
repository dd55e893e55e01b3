import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { entries } from 'bibtex-parse';
import { parse } from 'csv-parse/sync';
import { HtmlValidate } from 'html-validate';
import type { BrowserContextOptions, Locator, Page } from 'playwright-core';
import { whiteBoxWords } from '../../server/src/protocol/figure-text.js';
import { metaOf, schemaAt } from '../../server/src/protocol/results/schema-walk.js';
import { type Results, resultsSchema } from '../../server/src/protocol/results.js';
import { writeReport } from '../../server/src/report/write-report.js';
import { headlineOf } from '../../server/src/stages/findings/headline.js';
import { specHash } from '../../server/src/store/run-folder/control-files.js';
import { accessibilityFaults } from '../support/axe.js';
import { exampleResults, exampleRun } from '../support/example-results.js';
import { temporaryFolder, writeNeighbourFiles } from '../support/run-folder.js';
import { useBrowser } from '../support/use-browser.js';

const HOSTILE = '<script>hacked=1</script><img src=x onerror="hacked=1"></title>';

describe('a report in a browser (skipped where Chromium is not installed)', () => {
  const folder = temporaryFolder();
  const browser = useBrowser();
  let faults: string[];

  beforeEach(() => {
    faults = [];
  });
  afterEach(() => {
    assert.deepEqual(faults, [], 'console errors and violations of the policy');
  });

  /** Writes a report of `results` and opens it as a file, as a user does. */
  async function open(results: Results, options: BrowserContextOptions = {}, photographs = false) {
    await writeFile(join(folder(), 'results.json'), JSON.stringify(results));
    const html = join(folder(), 'report.html');
    const written = await writeReport(folder(), html, { photographs });
    assert.ok(written.ok, JSON.stringify(written));
    const page = await browser().newPage({ viewport: { width: 1200, height: 900 }, ...options });
    await page.context().setOffline(true);
    watch(page);
    await page.goto(pathToFileURL(html).href);
    return page;
  }

  function watch(page: Page): void {
    page.on('pageerror', (error) => faults.push(String(error)));
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) faults.push(message.text());
    });
    page.on('request', (request) => {
      if (!/^(file|data|blob):/.test(request.url())) faults.push(`asked for ${request.url()}`);
    });
  }

  it('draws the true over the false match rate of each model, and gives each operating point its interval', async () => {
    const page = await open(exampleResults());
    const section = page.locator('#verification');
    const chart = section.getByRole('img').first();
    for (const one of await section.getByRole('img').all()) {
      assert.equal(await one.locator('[data-mark=line] path').count(), 2);
      assert.equal(await one.locator('[data-mark=dot] circle').count(), 4);
    }
    const errors = plain((await section.getByRole('img').nth(1).getAttribute('aria-label')) ?? '');
    assert.match(errors, /^False non-match rate .* face-recognition: 8\.1 % at 1\.0 %, 21\.0 % at 0\.1 %; clip/);
    const label = plain((await chart.getAttribute('aria-label')) ?? '');
    assert.match(label, /face-recognition: 91\.9 % at 1\.0 %, 79\.0 % at 0\.1 %; clip-vit-l-14: 41\.2 % at 1\.0 %/);
    const rows = await section.getByRole('table').first().locator('tbody tr').allInnerTexts();
    assert.equal(rows.length, 4);
    assert.match(
      plain(rows[0] ?? ''),
      /face-recognition\s0\.01\s0\.3900\s1\.0 %\s9,190\s10,000\s91\.9 %\s87\.9–94\.9 %/,
    );
    const key = chart.locator('[data-mark=key] text');
    assert.deepEqual(await key.allTextContents(), ['face-recognition', 'clip-vit-l-14']);
    const dashes = await chart
      .locator('[data-mark=line]')
      .evaluateAll((lines) => lines.map((line) => line.getAttribute('stroke-dasharray')));
    assert.deepEqual(dashes, [null, '6 3']);
  });

  it('draws the share that is found at each rank, and gives each rank and operating point its interval', async () => {
    const page = await open(exampleResults());
    const section = page.locator('#identification');
    const label = plain((await section.getByRole('img').getAttribute('aria-label')) ?? '');
    assert.match(label, /over the rank\. face-recognition: 87\.8 % at rank 1/);
    const tables = section.getByRole('table');
    const rows = async (n: number) => (await tables.nth(n).locator('tbody tr').allInnerTexts()).map(plain);
    const [ranks, points] = [await rows(0), await rows(1)];
    assert.match(ranks[0] ?? '', /face-recognition\s1\s1,580\s1,800\s87\.8 %\s84\.8–89\.8 %\s87\.2 %/);
    assert.match(
      points[0] ?? '',
      /face-recognition\s0\.1\s0\.3100\s10\.0 %\s450\s1,800\s25\.0 %\s22\.0–27\.0 %\s25\.5 %/,
    );
    assert.match(
      plain((await section.textContent()) ?? ''),
      /face-recognition looks for 1,800 images of 206 enrolled people/,
    );
  });

  it('says how a threshold at a false match rate was set, and how many strangers it lets in', async () => {
    const threshold = {
      ...exampleResults().threshold,
      ...{ percentile: null, fmr: 0.001, value: 0.284, actualFmr: 0.00098, impostorPairs: 120_000 },
      ...{ calibration: { identities: 206, setAside: 1000 }, strangers: { queries: 1000, mean: 0.0012, worst: 0.043 } },
    };
    const page = await open({ ...exampleResults(), threshold: threshold as Results['threshold'] });
    const section = page.locator('#threshold');
    const said = plain((await section.textContent()) ?? '');
    assert.match(said, /All queries have one threshold, at a false match rate of 0\.001 between other people/);
    assert.equal(await section.getByRole('img').count(), 0);
    const rows = await section.getByRole('table').locator('tbody tr').allInnerTexts();
    assert.match(plain(rows[0] ?? ''), /0\.1 %\s120,000\s1,000\s0\.1 %\s4\.3 %/);
  });

  it('draws a bar for each rate, as long as the rate says, and prints its value and interval', async () => {
    const page = await open(exampleResults());
    const chart = page.locator('#accuracy').getByRole('img');
    const rates = [0.9447, 0.9704, 0.8056, 0.8945];
    const drawn = await lengthsOfBars(chart);
    assert.deepEqual(
      drawn.map((length) => length.toFixed(3)),
      rates.map((rate) => rate.toFixed(3)),
    );
    const label = plain((await chart.getAttribute('aria-label')) ?? '');
    assert.match(label, /^face-recognition: top-1 94\.5 %, 95 % interval 93\.4–95\.4 %; top-5 97\.0 %/);
    const written = plain((await chart.textContent()) ?? '');
    for (const text of ['94.5 %', '93.4–95.4 %', 'top-5', 'clip-vit-l-14', '0 %', '100 %']) {
      assert.ok(written.includes(text), `${text} in ${written}`);
    }
  });

  it('saves tables as CSV in full precision, with the keyboard too', async () => {
    const page = await open(exampleResults());
    await page.getByRole('button', { name: 'Save Accuracy by model as CSV' }).focus();
    const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
    assert.equal(download.suggestedFilename(), 'Robustness-of-a-retrieval-engine-20250118-140301-9f3c21-accuracy.csv');
    const [row] = parse(await readFile(await download.path()), { columns: true }) as Record<string, string>[];
    assert.equal(row.Model, 'face-recognition');
    assert.equal(Number(row.Rate), 1914 / 2026);
    assert.equal(Number(row['95 % to']), exampleResults().accuracy?.[0].top[1].ci95?.[1]);
  });

  it('says what a run warned of, of several runs by name, and of which photographs there is no perturbed version', async () => {
    const warning = (n: number) => ({
      code: 'results-few',
      message: `Of query \`${n}\` few came`,
      hint: 'Ask for more.',
    });
    for (const count of [1, 3, 4, 20]) {
      const results = { ...exampleResults(), warnings: Array.from({ length: count }, (_, n) => warning(n)) };
      const page = await open(results);
      const notice = page.getByRole('region', { name: `This run has ${count} warning${count === 1 ? '' : 's'}` });
      if (count > 3) await notice.locator('summary').click();
      assert.equal(await notice.locator('li:visible').count(), count);
      const [said] = (await notice.locator('li').allTextContents()).slice(-1);
      assert.equal(said?.replace(/\s+/g, ' ').trim(), `Of query ${count - 1} few came. Ask for more. results-few`);
    }
    const { poison = [] } = exampleResults();
    const without = poison.map((one, n) =>
      n === 0 ? { ...one, leftOut: { 'no-face': 3, 'perturbed-missing': 1 } } : one,
    );
    const page = await open({ ...exampleResults(), poison: without });
    const [table] = await page.locator('#perturbations table').allTextContents();
    assert.match(table ?? '', /Left out/);
    assert.match(table ?? '', /no-face 3, perturbed-missing 1/);
    assert.equal(await page.getByText(/has \d+ warning/).count(), 0);
  });

  it('says of which photographs, models and perturbed files a run was, by hashes whose whole is under the pointer', async () => {
    const [dataset, searched, weights, key, made] = ['a', 'b', 'c', 'd', 'e'].map((digit) => digit.repeat(64));
    const models = { arcface: { key, files: [weights] }, 'face-recognition': { key, files: [] } };
    const hashes = { dataset, searched, models, perturbed: { fawkes: made } };
    const page = await open(exampleResults({ run: exampleRun({ threads: 4, onnxRuntime: '1.30.0', hashes }) }));
    const facts = page.locator('#run .facts');
    const text = (await facts.textContent()) ?? '';
    assert.match(text, /ONNX Runtime 1\.30\.0, 4 threads/);
    for (const hash of [dataset, searched, weights, key, made]) {
      assert.ok(text.includes(`${hash.slice(0, 16)}…`), hash);
      assert.equal(await facts.locator(`code[title="${hash}"]`).count(), 1);
    }
    const earlier = await open(exampleResults());
    assert.doesNotMatch((await earlier.locator('#run .facts').textContent()) ?? '', /ONNX Runtime|hash of what/i);
  });

  it('saves charts as SVG files that stand on their own', async () => {
    const page = await open(exampleResults());
    const save = page.getByRole('button', { name: 'Save Top-k accuracy as SVG' });
    const [download] = await Promise.all([page.waitForEvent('download'), save.click()]);
    const file = join(folder(), 'chart.svg');
    await download.saveAs(file);
    assert.doesNotMatch(await readFile(file, 'utf8'), /var\(|light-dark|color-mix/);
    await page.goto(pathToFileURL(file).href);
    assert.equal((await lengthsOfBars(page.locator('svg')))[0].toFixed(3), '0.945');
    assert.match((await page.locator('svg').textContent()) ?? '', /face-recognition/);
  });

  it('lets what is left stand out from what it is a part of, in every theme', async () => {
    const contrast = {
      '--vscode-editor-background': '#000',
      '--vscode-editor-foreground': '#fff',
      '--vscode-panel-border': '#6fc3df',
      '--vscode-charts-blue': '#3794ff',
    };
    const contrastLight = {
      '--vscode-editor-background': '#fff',
      '--vscode-editor-foreground': '#292929',
      '--vscode-panel-border': '#0f4a85',
      '--vscode-charts-blue': '#1a85ff',
    };
    for (const [colorScheme, colours] of [
      ['light', {}],
      ['dark', {}],
      ['dark', contrast],
      ['light', contrastLight],
    ] as const) {
      const page = await open(exampleResults(), { colorScheme });
      await page.evaluate(
        (named) => {
          for (const [name, value] of Object.entries(named)) document.documentElement.style.setProperty(name, value);
        },
        colours as Readonly<Record<string, string>>,
      );
      const [ground, whole, part, pale] = await page.evaluate(() => {
        const context = document
          .createElement('canvas')
          .getContext('2d', { willReadFrequently: true }) as CanvasRenderingContext2D;
        return ['--page', '--whole', '--run-0', '--run-0-pale'].map((name) => {
          const probe = document.body.appendChild(document.createElement('p'));
          probe.style.backgroundColor = `var(${name})`;
          context.fillStyle = getComputedStyle(probe).backgroundColor;
          context.fillRect(0, 0, 1, 1);
          probe.remove();
          const [r = 0, g = 0, b = 0] = context.getImageData(0, 0, 1, 1).data;
          return 0.2126 * r + 0.7152 * g + 0.0722 * b;
        });
      });
      const from = (colour = 0) => Math.abs(colour - (ground ?? 0));
      assert.ok(
        from(part) > 1.5 * from(whole) && from(pale) > 1.2 * from(whole),
        JSON.stringify({ colorScheme, colours, ground, whole, part, pale }),
      );
    }
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    it(`has nothing that axe finds wrong, in ${colorScheme}`, async () => {
      await writeNeighbourFiles(folder());
      const failed = exampleRun({
        status: 'failed',
        error: { code: 'disk-full', message: 'No room', hint: 'Make some' },
      });
      for (const results of [
        exampleResults(),
        exampleResults({ run: failed, accuracy: undefined, expect: [], stages: [] }),
      ]) {
        const page = await open(results, { colorScheme });
        assert.deepEqual(await accessibilityFaults(page), []);
      }
    });
  }

  it('shows hostile names as the text that they are', async () => {
    const page = await open(hostile(exampleResults()));
    assert.equal(await page.getByRole('heading', { level: 1 }).textContent(), HOSTILE);
    assert.equal(await page.title(), HOSTILE);
    assert.equal(await page.locator('body script, body img').count(), 2, 'the data and the code alone');
    assert.equal(await page.evaluate('typeof hacked'), 'undefined');
  });

  it('runs no script but its own, even where one gets into the page', async () => {
    const page = await open(exampleResults());
    await page.evaluate(() => {
      document.body.insertAdjacentHTML('beforeend', '<img src="data:," onerror="hacked=1">');
      document.body.append(Object.assign(document.createElement('script'), { textContent: 'hacked=1' }));
    });
    await page.waitForFunction(() => document.querySelector('body > img:last-of-type')?.getAttribute('src'));
    assert.equal(await page.evaluate('typeof hacked'), 'undefined');
    assert.ok(faults.length > 0 && faults.every((fault) => fault.includes('Content Security Policy')), String(faults));
    faults = [];
  });

  it('says what failed and what to do, and what a part that is missing needs', async () => {
    const error = { code: 'model-file-missing', message: '/models/a.onnx is not there', hint: 'Put it there.' };
    const page = await open(
      exampleResults({ run: exampleRun({ status: 'failed', error }), accuracy: undefined, expect: [] }),
    );
    const banner = plain((await page.getByRole('alert').textContent()) ?? '');
    for (const text of Object.values(error)) assert.ok(banner.includes(text), text);
    assert.match((await page.locator('#accuracy').textContent()) ?? '', /ended before accuracy was measured/);
    assert.match((await page.locator('#expectations').textContent()) ?? '', /Not judged, as the run failed before\./);
  });

  it('speaks of expectations that were missed, in per cent, and of no failure', async () => {
    const error = {
      code: 'expectation-failed',
      message: 'Not as expected: robustness.withValid.fawkes (it is 0.8407)',
    };
    const page = await open(exampleResults({ run: exampleRun({ status: 'failed', error }) }));
    const notice = plain((await page.locator('main > .notice').textContent()) ?? '').replace(/\s+/g, ' ');
    assert.match(notice, /^2 of 3 expectations were missed\. The run itself is complete\./);
    assert.match(notice, /robustness\.withValid\.fawkes <= 50%: found 84\.1 %/);
    assert.equal(await page.getByRole('alert').count(), 0);
    assert.equal(await page.locator('.status').textContent(), '✕ Not as expected');
  });

  for (const [status, words] of [
    ['cancelled', 'was cancelled'],
    ['failed', 'failed before'],
    ['done', 'was to stop after a stage'],
  ] as const) {
    it(`says that expectations were not judged, as the run ${words}`, async () => {
      const expected = ['accuracy.face-recognition.top1 >= 85%', 'images.noFace <= 10'];
      const page = await open(exampleResults({ run: exampleRun({ status }), expect: [], unjudged: expected }));
      const section = page.locator('#expectations');
      await section.getByText(`Not judged, as the run ${words}.`).waitFor();
      assert.deepEqual(await section.locator('li').allTextContents(), expected);
    });
  }

  it('shows the finding first, then large figures with their control, and the machine last', async () => {
    const results = exampleResults();
    const page = await open({ ...results, headline: headlineOf(results) });
    const order = await page.evaluate(() =>
      [...document.querySelectorAll('h1, .finding, .key-figures, main > section')].map(
        ({ id, className, localName }) => id || className || localName,
      ),
    );
    const findings = headlineOf(results).map(() => 'finding');
    assert.deepEqual(order.slice(0, findings.length + 2), ['h1', ...findings, 'key-figures']);
    assert.equal(order.at(-1), 'run');
    assert.match(
      (await page.locator('.finding').first().textContent()) ?? '',
      /fawkes: 84\.1 % are still found \(white-box\).* another person’s photograph “finds” 32\.8 %/,
    );
    const figures = (await page.locator('.key-figures > div').allTextContents()).map((text) =>
      text.replace(/\s+/g, ' '),
    );
    assert.match(figures[0] ?? '', /still found after fawkes white-box 84\.1 % of 728, 95 %: 81\.2–86\.5 %/);
    assert.match(figures[2] ?? '', /control: found by another person’s photograph 32\.8 % of 728/);
  });

  it('says in words how both rates of one perturbation are true, and which the control reaches', async () => {
    const results = exampleResults();
    const control = { count: 566, of: 728, rate: 566 / 728 };
    const robustness = { ...results.robustness, control } as Results['robustness'];
    const page = await open({ ...results, robustness });
    const text = async (section: string) => ((await page.locator(section).textContent()) ?? '').replace(/\s+/g, ' ');
    assert.match(await text('#perturbations'), /any one of up to 50 results is valid\. Both rates are true/);
    assert.match(await text('#robustness'), /any one of up to 50 results of clip-vit-l-14 lies, by face-recognition,/);
    assert.match(await text('#robustness'), /lowkey: 77\.7 % are still found, which cannot be told from that\./);
    assert.match(await text('#robustness'), /fawkes: 84\.1 % are still found, more than that\./);
  });

  it('explains each figure of a table by what its schema says', async () => {
    const page = await open(exampleResults());
    const rate = page.locator('#accuracy th', { hasText: /^Rate$/ });
    const meaning = metaOf(schemaAt(resultsSchema, 'accuracy.*.top.*.rate')).description ?? '';
    assert.match(meaning, /hits \/ of/);
    assert.equal(await rate.getAttribute('title'), meaning);
    await page.getByLabel('What the columns mean: Accuracy by model').click();
    await page.locator('#accuracy dd', { hasText: meaning }).waitFor();
  });

  it('says of each perturbation how visible it is, by LPIPS where a model of it was named', async () => {
    const results = exampleResults();
    const cells = async (column: string) => {
      const heads = await page.locator('#perturbations thead').first().locator('th').allTextContents();
      const at = heads.map((head) => head.trim()).indexOf(column);
      const rows = await page.locator('#perturbations tbody').first().locator('tr').all();
      return Promise.all(rows.map(async (row) => (await row.locator('th, td').nth(at).textContent())?.trim()));
    };
    let page = await open(results);
    assert.deepEqual(await cells('Mean LPIPS'), ['0.0421', '–']);
    const poison = results.poison?.map(({ meanLpips: _, ...made }) => made);
    page = await open({ ...results, poison });
    assert.equal(await page.locator('#perturbations th', { hasText: 'LPIPS' }).count(), 0);
  });

  it('marks a rate whose judge may have been looked into, and says where that is not known', async () => {
    const results = exampleResults();
    const poison = results.poison?.map((made, n) => (n === 0 ? { ...made, whiteBox: 'unknown' as const } : made));
    const { fawkes } = results.robustness?.withValid ?? {};
    assert.ok(fawkes);
    const withValid = { ...results.robustness?.withValid, fawkes: { ...fawkes, whiteBox: 'unknown' as const } };
    const robustness = { ...results.robustness, withValid } as Results['robustness'];
    const page = await open({ ...results, poison, robustness });
    for (const section of ['#perturbations', '#robustness', '.key-figures']) {
      const tag = page.locator(`${section} .tag`).first();
      assert.equal(await tag.textContent(), whiteBoxWords('unknown'));
      assert.match((await tag.getAttribute('title')) ?? '', /^It is not known whether the attack was made against/);
    }
    assert.equal(await page.locator('#perturbations .tag', { hasText: /^white-box$/ }).count(), 0);
  });

  it('keeps the list of its parts in view wherever one reads', async () => {
    for (const width of [400, 1200]) {
      const page = await open(exampleResults(), { viewport: { width, height: 800 } });
      await page.locator('#stages').scrollIntoViewIfNeeded();
      const box = await page.getByRole('navigation', { name: 'Contents' }).boundingBox();
      assert.ok(box && box.y >= 0 && box.y < 400, `${width}: ${JSON.stringify(box)}`);
    }
  });

  it('wraps labels of any length instead of cutting them, on any width', async () => {
    const results = exampleResults();
    const long = 'a-perturbation-with-a-name-of-many-words';
    const poison = results.poison?.map((made, n) => (n === 0 ? { ...made, name: long } : made));
    const { fawkes, ...withValid } = results.robustness?.withValid ?? {};
    const robustness = { ...results.robustness, withValid: { ...withValid, [long]: fawkes } } as Results['robustness'];
    for (const width of [400, 1200]) {
      const page = await open({ ...results, poison, robustness }, { viewport: { width, height: 800 } });
      for (const chart of await page.locator('#robustness svg').all()) {
        const drawn = ((await chart.textContent()) ?? '').replace(/\s+/g, '');
        assert.ok(drawn.includes(`${long}(white-box)`), drawn);
        const overlaps = await chart.evaluate((svg) => {
          const boxes = [...svg.querySelectorAll('[data-mark="text"] > text')].map((text) =>
            text.getBoundingClientRect(),
          );
          return boxes.some((a) =>
            boxes.some((b) => a !== b && a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom),
          );
        });
        assert.equal(overlaps, false, `labels overlap at ${width} px`);
      }
    }
  });

  it('has the methods with their references, the file, and a table of the queries', async () => {
    await writeNeighbourFiles(folder());
    const text = 'name: Small\ndataset: {use: celeba, root: ~/celeba}\n';
    await writeFile(join(folder(), 'spec.yaml'), text);
    const [first] = exampleResults().accuracy ?? [];
    const accuracy = [{ ...first, model: 'm' }] as Results['accuracy'];
    const run = exampleRun({ set: [], specHash: specHash(text, []) });
    const page = await open(exampleResults({ accuracy, retrieve: undefined, poison: undefined, run }));
    const methods = page.locator('#methods');
    const said = plain((await methods.textContent()) ?? '').replace(/\s+/g, ' ');
    assert.match(said, /The data set, read by celeba \(Liu et al\., 2015\) \(partition: all\), has 2,040 images/);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      methods.getByRole('button', { name: 'Save References as BIB' }).click(),
    ]);
    assert.match(download.suggestedFilename(), /-references\.bib$/);
    const bibtex = await readFile(await download.path(), 'utf8');
    assert.equal(await methods.getByLabel('References as BibTeX').textContent(), bibtex);
    assert.ok(entries(bibtex).some(({ key, YEAR }) => key === 'liu2015celeba' && YEAR === '2015'));
    await methods.getByLabel('References as BibTeX').click();
    assert.equal((await page.evaluate(() => String(getSelection()))).trim(), bibtex.trim(), 'a click selects all');
    assert.equal(await page.getByLabel('The experiment file').textContent(), text);
    const rows = (await page.locator('#queries tbody tr').allInnerTexts()).map(cellsOf);
    assert.deepEqual(
      rows.map(([id, identity, nearest]) => [id, identity, nearest?.replace(/\s+/g, ' ')]),
      [
        ['ana/2.jpg', 'ana', '✓ same person'],
        ['ana/1.jpg', 'ana', '✓ same person'],
      ],
    );
  });

  it('is valid HTML, as it is written and as it is drawn', async () => {
    await writeNeighbourFiles(folder());
    await writeFile(join(folder(), 'spec.yaml'), 'name: x\n');
    const run = exampleRun({ set: [], specHash: specHash('name: x\n', []) });
    const page = await open(exampleResults({ run, name: HOSTILE }), {}, true);
    const validator = new HtmlValidate({ extends: ['html-validate:standard'] });
    const faultsOf = async (html: string) =>
      (await validator.validateString(html)).results.flatMap(({ messages }) =>
        messages.map(({ ruleId, message, line, column }) => `${line}:${column} ${ruleId} ${message}`),
      );
    assert.deepEqual(await faultsOf(await readFile(join(folder(), 'report.html'), 'utf8')), []);
    assert.deepEqual(await faultsOf(await page.content()), []);
    assert.notDeepEqual(await faultsOf('<!doctype html><title>x</title><ul><p>x</p></ul><b id=1></b><b id=1></b>'), []);
  });

  it('shows only the parts that the run has', async () => {
    const without = {
      verification: undefined,
      identification: undefined,
      differences: undefined,
      attributes: undefined,
      threshold: undefined,
      poison: undefined,
      countermeasures: undefined,
      transfer: undefined,
      retrieve: undefined,
      robustness: undefined,
    };
    const page = await open(exampleResults(without));
    const shown = await page.locator('main > section').evaluateAll((sections) => sections.map(({ id }) => id));
    assert.deepEqual(shown, ['accuracy', 'expectations', 'methods', 'spec', 'images', 'stages', 'run']);
  });

  it('shows what was asked of the images, and a rate where the answers are known', async () => {
    const page = await open(exampleResults());
    const rows = await page.locator('#attributes tbody tr').allInnerTexts();
    assert.deepEqual(rows.map(cellsOf), [
      ['Eyeglasses', 'a person with glasses', 'a person without glasses', '391', '1,712', '2,030', '84.3 %'],
      ['Smiling', 'a person who smiles', 'a person who is serious', '1,104', '–', '–', '–'],
    ]);
    const label = plain((await page.locator('#attributes').getByRole('img').getAttribute('aria-label')) ?? '');
    assert.equal(label, 'Eyeglasses 84.3 %, 95 % interval 82.7–85.9 %');
  });

  it('crosses perturbations with countermeasures and versions with judges, numbers on shades', async () => {
    const page = await open(exampleResults());
    const rows = async (caption: string) =>
      (await page.getByRole('table', { name: caption, exact: true }).locator('tr').allInnerTexts()).map(cellsOf);
    assert.deepEqual(await rows('Top-1, by countermeasure'), [
      ['Perturbation', 'none', 'jpeg75'],
      ['original', '–', '93.1 %'],
      ['fawkes', '8.4 % white-box', '19.7 % white-box'],
      ['lowkey', '73.1 %', '–'],
    ]);
    assert.deepEqual(await rows('Matched at a false match rate of 0.001, by judge'), [
      ['Version', 'face-recognition', 'clip-vit-l-14'],
      ['original', '91.8 %', '88.0 %'],
      ['fawkes', '10.3 % white-box', '79.0 %'],
      ['fawkes+jpeg75', '21.7 % white-box', '80.1 %'],
    ]);
    const shades = await page
      .locator('#transfer .heat')
      .evaluateAll((cells) => cells.map(({ className }) => className));
    assert.deepEqual(shades.slice(0, 4), ['heat heat-9', 'heat heat-9', 'heat heat-1', 'heat heat-8']);
  });

  it('labels rates white-box where the attack knew the model that judges it', async () => {
    const page = await open(exampleResults());
    const rowsWith = async (section: string) =>
      page.locator(`${section} tbody tr`, { hasText: 'white-box' }).locator('th').allTextContents();
    assert.deepEqual((await rowsWith('#perturbations')).map(firstWord), ['fawkes']);
    assert.deepEqual((await rowsWith('#robustness')).map(firstWord), ['fawkes', 'all']);
    for (const chart of await page.locator('#robustness').getByRole('img').all()) {
      assert.match((await chart.getAttribute('aria-label')) ?? '', /fawkes \(white-box\)/);
    }
  });

  it('draws who is still found as a funnel, from all queries to those that no perturbation hides', async () => {
    const page = await open(exampleResults());
    const funnel = page.locator('#robustness').getByRole('img').first();
    assert.equal(
      plain((await funnel.getAttribute('aria-label')) ?? ''),
      'searched for 1,000; eligible 728 of 1,000, 72.8 %; after fawkes (white-box) 612 of 728, 84.1 %; ' +
        'after lowkey 566 of 728, 77.7 %; after each of them 543 of 728, 74.6 %',
    );
    const widths = await funnel.evaluate((svg) =>
      [...svg.querySelectorAll('[data-mark="bar"]')].map((bars) =>
        [...bars.children].map((bar) => bar.getBoundingClientRect().width),
      ),
    );
    const [wholes, parts] = widths;
    const share = (width: number) => Math.round((1000 * width) / wholes[0]);
    assert.deepEqual(wholes.map(share), [1000, 1000, 728, 728, 728]);
    assert.deepEqual(parts.map(share), [1000, 728, 612, 566, 543]);
  });

  it('shows neighbours with a word for right and wrong, where photographs are asked for, and says what they are', async () => {
    await writeNeighbourFiles(folder());
    const without = await open(exampleResults());
    assert.equal(await without.locator('img').count(), 0);
    assert.doesNotMatch(await readFile(join(folder(), 'report.html'), 'utf8'), /data:image\/png;base64,\w{40}/);
    const page = await open(exampleResults(), {}, true);
    await page.getByText('photographs of faces, which are biometric data').waitFor();
    const found = page.locator('#neighbours .found li');
    assert.deepEqual((await found.allInnerTexts()).map(plain), ['✓ same person\nana\ndistance 0.250']);
    assert.ok(
      await found.locator('img').evaluate((image: HTMLImageElement) => image.complete && image.naturalWidth === 1),
    );
  });

  it('fits a narrow window, whatever names are in it', async () => {
    const page = await open(exampleResults({ name: 'x'.repeat(300) }), { viewport: { width: 360, height: 800 } });
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360);
  });

  it('compares runs, each under its own name', async () => {
    const other = join(folder(), 'other');
    await writeFile(join(folder(), 'results.json'), JSON.stringify(exampleResults()));
    await mkdir(other);
    await writeFile(join(other, 'results.json'), JSON.stringify(exampleResults({ name: 'Mirrored' })));
    const html = join(folder(), 'report.html');
    assert.ok((await writeReport(folder(), html, { compare: [other] })).ok);
    const page = await browser().newPage();
    watch(page);
    await page.goto(pathToFileURL(html).href);
    const label = await page.locator('#accuracy').getByRole('img').getAttribute('aria-label');
    assert.match(
      plain(label ?? ''),
      /face-recognition, top-1: Robustness of a retrieval engine 94\.5 %.*; Mirrored 94\.5 %/,
    );
    const found = page.locator('#robustness').getByRole('img', { name: /^original: Robustness/ });
    assert.match(
      plain((await found.getAttribute('aria-label')) ?? ''),
      /fawkes: Robustness.* \(white-box\) 84\.1 %.*; Mirrored \(white-box\) 84\.1 %/,
    );
    for (const name of ['Robustness of a retrieval engine', 'Mirrored']) {
      await page.getByText(`Thresholds of the queries: ${name}`).waitFor();
      await page.getByText(`Who is still found: ${name}`).waitFor();
    }
  });
});

/** Each bar's length in relation to the axis from 0 to 100 %. */
async function lengthsOfBars(chart: Locator): Promise<number[]> {
  return chart.evaluate((svg) => {
    const lines = [...svg.querySelectorAll('[data-mark="x-grid"] line')].map((line) => line.getBoundingClientRect().x);
    const axis = Math.max(...lines) - Math.min(...lines);
    const bars = [...svg.querySelectorAll('[data-mark="bar"] > *')];
    return bars.map((bar) => bar.getBoundingClientRect().width / axis);
  });
}

/** The results with every text in them that is free to be anything replaced by a hostile one. */
function hostile(results: Results): Results {
  const fixed = new Set(['status', 'unit', 'byIdentity', 'target', 'startedAt', 'finishedAt', 'version', 'id']);
  const text = JSON.stringify(results, (key, value) =>
    typeof value === 'string' && !fixed.has(key) ? HOSTILE : value,
  );
  return resultsSchema.parse(JSON.parse(text.replaceAll('"fawkes":', `${JSON.stringify(HOSTILE)}:`)));
}

/** Non-breaking spaces as ordinary ones. */
function plain(text: string): string {
  return text.replaceAll('\u00a0', ' ').trim();
}

/** What a row shows before its interval. */
function cellsOf(row: string): string[] {
  return row.split('\t').slice(0, 7).map(plain);
}

function firstWord(text: string): string {
  return plain(text).split(/\s/)[0];
}
