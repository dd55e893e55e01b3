import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';
import type { ToPanel } from '../../server/src/protocol/webview.js';
import { accessibilityFaults } from '../support/axe.js';
import { answerQueries } from '../support/example-queries.js';
import { exampleResults } from '../support/example-results.js';
import { openPanel, type PanelStage } from '../support/panel-stage.js';
import { temporaryFolder } from '../support/run-folder.js';
import { useBrowser } from '../support/use-browser.js';

/** The size that the faces of the example are in, drawn twice as large. */
const [WIDTH, HEIGHT] = [240, 320];

describe('photographs in a results panel (skipped where Chromium is not installed)', () => {
  const folder = temporaryFolder();
  const browser = useBrowser();

  async function open(photograph = drawn): Promise<PanelStage> {
    const stage = await openPanel(browser(), folder(), answerQueries(40, photograph));
    const example = exampleResults();
    const poison = { name: 'poison', seconds: 9, cached: false, peakRssMb: 900, shardsComputed: 0 };
    const retrieve = example.retrieve && { ...example.retrieve, model: 'face-recognition' };
    const results = { ...example, retrieve, stages: [...example.stages, poison] };
    const data = { results, compare: [], queries: [], thumbnails: {}, faces: null, perturbed: [] };
    await stage.send({ type: 'report', data } satisfies ToPanel);
    await stage.page.getByRole('grid', { name: 'Queries' }).press('Enter');
    await views(stage).nth(1).waitFor();
    return stage;
  }
  const views = ({ page }: PanelStage) => page.locator('.query-view .queries > li');
  const lightbox = (page: Page) => page.getByRole('dialog', { name: 'Photograph' });

  it('are the face, upright and in the middle, and say whether none or several were found', async () => {
    const stage = await open();
    const [query, found] = [views(stage).first().locator('face-photo').first(), views(stage).first().locator('.found')];
    await query.and(stage.page.locator('[cropped]')).waitFor();
    const { eyes, side } = await query.evaluate((one) => {
      const matrix = new DOMMatrix(getComputedStyle(one.querySelector('img') as HTMLElement).transform);
      const eyes = [new DOMPoint(2 * 46, 2 * 64), new DOMPoint(2 * 74, 2 * 71)];
      return { eyes: eyes.map((eye) => matrix.transformPoint(eye).toJSON()), side: one.clientWidth };
    });
    const [left, right] = eyes;
    assert.ok(left && right && Math.abs(left.y - right.y) < 0.1 && left.x < right.x, JSON.stringify(eyes));
    assert.ok(left.x > 0 && right.x < side);
    const sizes = await query.locator('img').evaluate((image: HTMLImageElement) => ({
      shown: [image.offsetWidth, image.offsetHeight],
      own: [image.naturalWidth, image.naturalHeight],
    }));
    assert.deepEqual(sizes.shown, sizes.own, 'its pixels are those that the cut is worked out of');
    assert.equal(await found.getByText('the largest of 3 faces').count(), 1);
    assert.equal(await found.getByText('no face found').count(), 1);
    // What the perturbation was found in has no face any more: that is not taken for a face that is not recognised.
    const perturbed = views(stage).nth(1).locator('.asked');
    assert.equal(await perturbed.getByText('no face found').count(), 1);
    const cutOf = (one: Locator) => one.evaluate((image) => getComputedStyle(image).transform);
    assert.equal(await cutOf(perturbed.locator('face-photo img')), await cutOf(query.locator('img')), 'where it was');
    assert.deepEqual(stage.faults, []);
  });

  it('are all of the photograph where it is not the one that the face was found in', async () => {
    const stage = await open((name) => drawn(name, 320, 240));
    await stage.page.waitForFunction(() =>
      [...document.querySelectorAll<HTMLImageElement>('.query-view img')].every(({ complete }) => complete),
    );
    assert.equal(await stage.page.locator('face-photo[cropped]').count(), 0);
  });

  it('open whole with box and landmarks, one after the other, and give the keyboard back', async () => {
    const stage = await open();
    const { page } = stage;
    const first = views(stage).first().locator('face-photo button').first();
    await first.press('Enter');
    const marks = shown(page).locator('.face-marks .line');
    await marks.locator('rect').waitFor();
    assert.equal(await marks.locator('circle').count(), 5);
    const words = page.locator('.lightbox-toolbar .what');
    assert.match(
      (await words.textContent()) ?? '',
      /face of 60 × 70 of 120 × 160 pixels, score 0\.97, found by face-recognition/,
    );
    await page.keyboard.press('b');
    await marks.waitFor({ state: 'detached' });
    await page.keyboard.press('ArrowRight');
    await words.getByText('the largest of 3 faces').waitFor();
    await page.keyboard.press('f');
    await page.keyboard.press('1');
    await page.keyboard.press('Escape');
    await lightbox(page).waitFor({ state: 'detached' });
    assert.ok(await first.evaluate((button) => button === document.activeElement));
    assert.deepEqual(stage.faults, []);
  });

  it('are compared with what they were: by wipe, blink and difference, with the keyboard', async () => {
    const stage = await open();
    const { page } = stage;
    await views(stage).nth(1).locator('.asked face-photo button').first().press('Enter');
    const before = shown(page).locator('.before');
    await page.keyboard.press('w');
    await before.waitFor();
    const slider = page.getByRole('slider', { name: 'Original up to' });
    await slider.focus();
    await page.keyboard.press('End');
    assert.match(await before.evaluate((image) => getComputedStyle(image).clipPath), /inset\(0(px)? 0(%|px)? 0/);
    await page.keyboard.press('o');
    assert.equal(await slider.count(), 1, 'a key of a control is the control’s');
    await lightbox(page).focus();
    await page.keyboard.press('o');
    await slider.waitFor({ state: 'detached' });
    await page.keyboard.press('d');
    const canvas = shown(page).getByRole('img', { name: 'Difference, amplified 10 times' });
    await canvas.waitFor();
    assert.deepEqual(await canvas.evaluate((one: HTMLCanvasElement) => [one.width, one.height]), [WIDTH, HEIGHT]);
    await page.keyboard.press('k');
    await before.waitFor();
    await before.waitFor({ state: 'hidden' });
    await page.keyboard.press('d');
    assert.deepEqual(stage.faults, []);
    assert.deepEqual(await accessibilityFaults(page, '.pswp'), []);
  });

  it('stand before, after and with what changed in a gallery, in the order that is chosen, more as they are asked for', async () => {
    const stage = await open();
    const { page } = stage;
    const gallery = page.locator('perturbation-gallery');
    await gallery.getByText('8 of 40 photographs').waitFor();
    assert.equal(await gallery.locator('.gallery > li').count(), 8);
    assert.equal(await gallery.locator('.gallery > li').first().locator('canvas').count(), 1);
    await gallery.getByRole('button', { name: 'Show 8 More' }).click();
    await gallery.getByText('16 of 40 photographs').waitFor();
    await gallery.getByRole('combobox', { name: 'Order' }).click();
    await page.getByRole('option', { name: 'DSSIM, least first' }).click();
    await gallery.getByText('8 of 40 photographs').waitFor();
    const asked = stage.told.flatMap((message) =>
      message.type === 'askPage' && message.selection.version === 'fawkes' ? message.selection.sort : [],
    );
    assert.deepEqual(asked.at(-1), { by: 'dssim', descending: false });
    await gallery.getByRole('combobox', { name: 'Order' }).click();
    await page.getByRole('option', { name: 'still found, not found first' }).click();
    await gallery.getByText('8 of 40 photographs').waitFor();
    await gallery.locator('.mark', { hasText: 'no longer found' }).waitFor();
    assert.equal(await gallery.locator('.mark', { hasText: 'still found' }).count(), 7);
  });

  it('neither overlap nor go beyond a window of 400 pixels', async () => {
    const stage = await open();
    const { page } = stage;
    await page.setViewportSize({ width: 400, height: 800 });
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
    assert.deepEqual(await overlaps(page.locator('.query-view .photo, .gallery .photo')), []);
  });

  const shown = (page: Page) => page.locator('.pswp__item[aria-hidden=false] photo-slide');
});

/** A head that leans, with a name of its own, so that no two photographs are the same. */
function drawn(name: string, width = WIDTH, height = HEIGHT): string {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="#8090a0"/><ellipse cx="120" cy="150" rx="56" ry="72" fill="#d8b090"/><text y="20">${name}</text></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

/** Pairs of elements that lie over each other. */
function overlaps(all: Locator): Promise<string[]> {
  return all.evaluateAll((elements) => {
    const boxes = elements.map((element) => element.getBoundingClientRect());
    return boxes.flatMap((a, n) =>
      boxes.slice(n + 1).flatMap((b, m) => {
        const over = a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
        return over ? [`${n} and ${n + 1 + m}`] : [];
      }),
    );
  });
}
