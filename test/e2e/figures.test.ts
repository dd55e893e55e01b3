import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { type PaperChoice, paperChoiceSchema } from '../../server/src/protocol/images/paper-choice.js';
import {
  NARROWEST_PAPER,
  PAPER_THEMES,
  PAPER_WIDTHS,
  paperSize,
} from '../../server/src/protocol/images/paper-figure.js';
import { writeFigures } from '../../server/src/report/write-figures.js';
import { writeReport } from '../../server/src/report/write-report.js';
import { lookalike } from '../support/command-line.js';
import { exampleResults } from '../support/example-results.js';
import { temporaryFolder } from '../support/run-folder.js';
import { useBrowser } from '../support/use-browser.js';

const FIGURES = [
  'accuracy',
  'attributes',
  'countermeasures-top1',
  'det',
  'funnel',
  'identification',
  'robustness',
  'threshold',
  'transfer-matched',
  'verification',
];
const HOSTILE = '<script>hacked=1</script>&"\u0000\ud800 مرحبا';

describe('figures for a paper (skipped where Chromium is not installed)', () => {
  const folder = temporaryFolder();
  const browser = useBrowser();

  const chosen = (choice: Partial<PaperChoice> = {}) => paperChoiceSchema.parse(choice);

  async function written(choice: Partial<PaperChoice> = {}, results = exampleResults()) {
    await writeFile(join(folder(), 'results.json'), JSON.stringify(results));
    const into = join(folder(), JSON.stringify(choice).replace(/\W/g, ''));
    const done = await writeFigures(folder(), into, chosen(choice));
    assert.ok(done.ok, JSON.stringify(done));
    const names = (await readdir(into)).filter((name) => name.endsWith('.svg')).sort();
    return names.map((name) => ({ name, file: join(into, name) }));
  }

  it('writes every chart of a run, each the same to the byte as the page saves it, whatever its theme is', async () => {
    for (const [colorScheme, choice] of [
      ['light', {}],
      ['dark', { theme: 'transparent', width: '85mm', font: 'serif' }],
    ] as const) {
      const files = await written(choice);
      assert.deepEqual(
        files.map(({ name }) => name),
        FIGURES.map((name) => `${name}.svg`),
      );
      const html = join(folder(), 'report.html');
      assert.ok((await writeReport(folder(), html)).ok);
      const opened = async () => {
        const page = await browser().newPage({ viewport: { width: 1200, height: 900 }, colorScheme });
        await page.goto(pathToFileURL(html).href);
        await choose(page, chosen(choice));
        return page;
      };
      const page = await opened();
      const save = page.getByRole('button', { name: /^Save .* as SVG$/ });
      assert.equal(await save.count(), FIGURES.length);
      for (const button of await save.all()) {
        const [download] = await Promise.all([page.waitForEvent('download'), button.click()]);
        const saved = download.suggestedFilename();
        const file = files.find(({ name }) => saved.endsWith(`-${name}`))?.file ?? '';
        assert.equal(await readFile(await download.path(), 'utf8'), await readFile(file, 'utf8'), saved);
      }
      // Of one page a browser keeps ten files a second, and drops what is more.
      const other = await opened();
      const [png] = await Promise.all([
        other.waitForEvent('download'),
        other.getByRole('button', { name: 'Save Top-k accuracy as PNG' }).click(),
      ]);
      const { width, hasAlpha } = await sharp(await png.path()).metadata();
      const { isOpaque } = await sharp(await png.path()).stats();
      const millimetres = paperSize(chosen(choice).width)?.millimetres ?? 0;
      assert.equal(width, Math.ceil((millimetres / 25.4) * 300), '300 dots an inch');
      assert.deepEqual([hasAlpha, isOpaque], [true, chosen(choice).theme !== 'transparent']);
    }
  });

  it('draws in the width that is asked for, names axes, and keeps letters from each other and from the edge', async () => {
    const page = await browser().newPage();
    const asked = [
      ...Object.entries(PAPER_WIDTHS),
      [`${NARROWEST_PAPER}mm`, { millimetres: NARROWEST_PAPER }] as const,
    ];
    for (const [n, [width, { millimetres }]] of asked.entries()) {
      const theme = PAPER_THEMES[n % PAPER_THEMES.length];
      for (const { name, file } of await written({ theme, width })) {
        const svg = await readFile(file, 'utf8');
        assert.match(svg, new RegExp(` width="${millimetres}mm"`), name);
        assert.doesNotMatch(svg, /var\(|currentColor|light-dark|color-mix/, name);
        await page.goto(pathToFileURL(file).href);
        assert.deepEqual(await lettersAmiss(page), [], `${name} at ${width}`);
        const texts = await page.locator('text').allTextContents();
        for (const title of AXES[name.replace('.svg', '')] ?? [])
          assert.ok(texts.includes(title), `${title} in ${name}`);
      }
    }
  });

  it('are written by the command line, which says each file, and no page unless one is asked for', async () => {
    await writeFile(join(folder(), 'results.json'), JSON.stringify(exampleResults()));
    const into = join(folder(), 'new', 'figures');
    const args = ['report', folder(), '--figures', into, '--theme', 'dark', '--width', '85mm'];
    const { code, stdout } = await lookalike(args);
    assert.equal(code, 0);
    assert.deepEqual(stdout.trim().split('\n').sort(), (await readdir(into)).map((name) => join(into, name)).sort());
    assert.equal((await readdir(folder())).includes('report.html'), false);
    for (const wrong of ['85', '10mm', '3col']) {
      const refused = await lookalike(['report', folder(), '--figures', into, '--width', wrong]);
      assert.equal(refused.code, 2, wrong);
      assert.match(refused.stderr, /1col, 2col, slide, or from 60mm to 1000mm/);
    }
    await writeFile(join(folder(), 'taken'), '');
    const taken = await lookalike(['report', folder(), '--figures', join(folder(), 'taken')]);
    assert.equal(taken.code, 2);
    assert.match(taken.stderr, /^error report-not-written .*taken/);
  });

  it('compares runs by shapes and dashes too, and writes hostile names as text', async () => {
    const results = exampleResults({ name: HOSTILE });
    const other = join(folder(), 'other');
    await mkdir(other);
    await writeFile(join(folder(), 'results.json'), JSON.stringify(results));
    await writeFile(join(other, 'results.json'), JSON.stringify(exampleResults({ name: 'Mirrored' })));
    const { figureFiles } = await import('../../server/src/report/write-figures.js');
    const made = await figureFiles(folder(), chosen(), [other]);
    assert.ok(made.ok);
    const page = await browser().newPage();
    for (const { name, text } of made.value.files) {
      const file = join(folder(), name);
      await writeFile(file, text);
      await page.goto(pathToFileURL(file).href);
      assert.equal(await page.locator('parsererror').count(), 0, name);
      assert.equal(await page.evaluate(() => 'hacked' in window), false, name);
    }
    await page.goto(pathToFileURL(join(folder(), 'verification.svg')).href);
    const looks = await page
      .locator('[data-mark=key]')
      .evaluateAll((marks) =>
        marks.map((mark) => [
          mark.getAttribute('stroke-dasharray'),
          mark.querySelector('circle, path')?.getAttribute('d') ?? 'circle',
          mark.querySelector('text')?.textContent,
        ]),
      );
    const keys = [0, 3, 6, 9].map((at) => JSON.stringify([looks[at]?.[0], looks[at + 1]?.[1]]));
    assert.equal(new Set(keys).size, 4, keys.join());
  });
});

const AXES: Readonly<Record<string, readonly string[]>> = {
  accuracy: ['share of queries'],
  attributes: ['share of answers'],
  'countermeasures-top1': ['perturbation', 'countermeasure'],
  det: ['false non-match rate', 'false match rate'],
  identification: ['share of probes found', 'rank'],
  robustness: ['share of eligible queries'],
  threshold: ['queries', 'threshold (squared L2)'],
  'transfer-matched': ['version', 'judge'],
  verification: ['true match rate', 'false match rate'],
};

async function choose(page: Page, { theme, width, font }: PaperChoice): Promise<void> {
  const choices = page.locator('.paper-choice').first();
  await choices.locator('summary').click();
  if (Object.hasOwn(PAPER_WIDTHS, width)) await choices.getByLabel('Size').selectOption(width);
  else {
    await choices.getByLabel('Size').selectOption('other');
    await choices.getByLabel('Millimetres').fill(width.replace('mm', ''));
    await choices.getByLabel('Millimetres').blur();
  }
  await choices.getByLabel('Colours').selectOption(theme);
  await choices.getByLabel('Font').selectOption(font);
}

/** Letters that are cut off by the edge, or lie on others. */
function lettersAmiss(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const edge = document.documentElement.getBoundingClientRect();
    const boxes = [...document.querySelectorAll('text')].map((text) => ({
      said: text.textContent ?? '',
      ...(text.getBoundingClientRect().toJSON() as DOMRect),
    }));
    const cut = boxes.filter(
      ({ left, right, top, bottom }) =>
        left < edge.left + 2 || right > edge.right - 2 || top < edge.top + 2 || bottom > edge.bottom - 2,
    );
    const over = boxes.flatMap((a, n) =>
      boxes
        .slice(n + 1)
        .filter(
          (b) =>
            Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 &&
            Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1,
        )
        .map((b) => `${a.said} | ${b.said}`),
    );
    return [...cut.map(({ said }) => said), ...over];
  });
}
