import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { chromiumPath, launchBrowser } from '../support/browser.js';
import { drawnPortraits, VIEWS } from '../support/every-view.js';
import { EDITOR_THEMES, wear } from '../support/themes.js';

/*
 * Takes every view of every panel in every theme and on narrow, usual and wide windows, to be looked at: into the folder that
 * is named, of the views that are named behind it, or of all.
 */
const WIDTHS = [400, 1200, 2200];
/** A page that is longer is cut: what matters is how its parts stand. */
const MOST_HEIGHT = 12_000;

const [into = 'out/views', ...wanted] = process.argv.slice(2);
const folder = resolve(into);
await mkdir(folder, { recursive: true });
const path = chromiumPath();
if (!path) throw new Error('Chromium is not installed');
const browser = await launchBrowser(path);
const portrait = await drawnPortraits();
for (const [name, open] of Object.entries(VIEWS)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const page = await open({ browser, folder, portrait });
  for (const [theme, colours] of Object.entries(EDITOR_THEMES)) {
    await wear(page, colours);
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 });
      const height = await page.evaluate(() => document.documentElement.scrollHeight);
      const whole = { x: 0, y: 0, width, height: Math.min(height, MOST_HEIGHT) };
      const path = join(folder, `${name}-${theme}-${width}.png`);
      // What lies over a page is as large as the window.
      await page.screenshot(name === 'lightbox' ? { path } : { path, fullPage: true, clip: whole });
    }
  }
  await page.close();
}
await browser.close();
