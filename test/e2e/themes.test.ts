import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { accessibilityFaults } from '../support/axe.js';
import { drawnPortraits, VIEWS } from '../support/every-view.js';
import { FULL } from '../support/full.js';
import { temporaryFolder } from '../support/run-folder.js';
import { EDITOR_THEMES, wear } from '../support/themes.js';
import { useBrowser } from '../support/use-browser.js';

/** Rules whose outcome is another one in another theme. */
const OF_COLOURS = ['color-contrast', 'link-in-text-block'];
const NARROW = 400;
/** Light and dark are looked at in the tests of each page. */
const CONTRAST = [EDITOR_THEMES.contrast, EDITOR_THEMES['contrast-light']];
/** What a view has that others have not, which is looked at once: the rest of its page is that of `results`. */
const OWN: Readonly<Record<keyof typeof VIEWS, string>> = {
  results: 'html',
  query: '.query-view',
  people: '#people',
  map: '#map',
  compared: '#differs, #figures, #verdicts',
  lightbox: '[role=dialog]',
  runs: 'html',
  search: 'main',
  found: 'html',
};
/** Parts that other views have too are looked at in one theme. */
const IN_BOTH = new Set(['results', 'runs']);
/** Looked at by their own tests, but for themes that these leave out. */
const ELSEWHERE = new Set(['people', 'map']);

describe('every view of the panels (skipped where Chromium is not installed)', () => {
  const folder = temporaryFolder();
  const browser = useBrowser();
  let portrait: (name: string) => string;

  before(async () => {
    portrait = await drawnPortraits();
  });

  for (const name of Object.keys(VIEWS) as (keyof typeof VIEWS)[]) {
    if (ELSEWHERE.has(name) && !FULL) continue;
    it(`${name}: nothing overlaps or is cut at ${NARROW} pixels, and words stand out in themes of high contrast`, async () => {
      const page = await VIEWS[name]({ browser: browser(), folder: folder(), portrait });
      await page.setViewportSize({ width: NARROW, height: 900 });
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), NARROW);
      assert.deepEqual(await overlapping(page), []);
      const themes = FULL ? Object.values(EDITOR_THEMES) : IN_BOTH.has(name) ? CONTRAST : CONTRAST.slice(0, 1);
      for (const theme of themes) {
        await wear(page, theme);
        const faults = await accessibilityFaults(page, OWN[name], OF_COLOURS);
        assert.deepEqual(faults, [], theme.kind);
        if (name === 'results') assert.deepEqual(await funnelShades(page), [], theme.kind);
      }
      await page.close();
    });
  }
});

/** Words of charts that lie on one another or beyond their chart, and controls on controls. */
async function overlapping(page: Page): Promise<string[]> {
  const groups = await page.evaluate(
    (among) =>
      among.flatMap(({ within, parts }) =>
        [...document.querySelectorAll(within)].map((whole) => ({
          right: within === 'svg.chart' ? whole.getBoundingClientRect().right : Number.POSITIVE_INFINITY,
          boxes: [...whole.querySelectorAll(parts)]
            .filter((part) => part.checkVisibility())
            .map((part) => ({
              said: part.textContent?.trim() ?? '',
              ...(part.getBoundingClientRect().toJSON() as DOMRect),
            }))
            .filter(({ width }) => width > 0),
        })),
      ),
    [
      { within: 'svg.chart', parts: 'text' },
      {
        within: '.tools, .actions, .filters, header',
        parts: 'button, vscode-button, vscode-textfield, vscode-single-select, vscode-checkbox',
      },
    ],
  );
  return groups.flatMap(({ right, boxes }) => [
    ...boxes.filter((box) => box.right > right + 6).map(({ said }) => `cut: ${said}`),
    ...boxes.flatMap((a, n) =>
      boxes
        .slice(n + 1)
        .filter((b) => areOver(a, b))
        .map((b) => `${a.said} | ${b.said}`),
    ),
  ]);
}

function areOver(a: DOMRect, b: DOMRect): boolean {
  const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  return across > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
}

/** Steps of the funnel whose value stands out less from the page than what it is a part of. */
async function funnelShades(page: Page): Promise<string[]> {
  const [ground = [], ...shades] = await page.evaluate(() => {
    const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    const funnel = document.querySelector('svg.chart[aria-label^="searched for"]');
    const groups = [
      [document.body],
      ...[...(funnel?.querySelectorAll('[data-mark=bar]') ?? [])].map((bars) => [...bars.children]),
    ];
    return groups.map((elements, n) =>
      elements.map((element) => {
        if (!canvas) throw new Error('no canvas');
        canvas.fillStyle = getComputedStyle(element)[n === 0 ? 'backgroundColor' : 'fill'];
        canvas.fillRect(0, 0, 1, 1);
        const [r = 0, g = 0, b = 0] = canvas.getImageData(0, 0, 1, 1).data;
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
      }),
    );
  });
  const [wholes = [], parts = []] = shades.map((bars) => bars.map((shade) => Math.abs(shade - (ground[0] ?? 0))));
  if (parts.length < 5) return ['no funnel'];
  return parts.flatMap((part, n) => (part > 1.2 * (wholes[n] ?? 0) ? [] : [`step ${n}: ${part} against ${wholes[n]}`]));
}
