import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { chromiumPath, launchBrowser } from '../support/browser.js';
import { drawnPortraits, SECTIONS, VIEWS } from '../support/every-view.js';
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
for (const name of Object.keys(VIEWS) as (keyof typeof VIEWS)[]) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const page = await VIEWS[name]({ browser, folder, portrait });
  const section = SECTIONS[name];
  for (const [theme, colours] of Object.entries(EDITOR_THEMES)) {
    await wear(page, colours);
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 });
      const path = join(folder, `${name}-${theme}-${width}.png`);
      const { top, bottom } = await page.evaluate(placeOf, section);
      const whole = { x: 0, y: top, width, height: Math.min(bottom - top, MOST_HEIGHT) };
      // What lies over a page is as large as the window.
      await page.screenshot(name === 'lightbox' ? { path } : { path, fullPage: true, clip: whole });
    }
  }
  await page.close();
}
await browser.close();

/** Runs in the page: where a section stands in all of it, or where all of it does, once it is scrolled to its top. */
function placeOf(section: string | undefined): { readonly top: number; readonly bottom: number } {
  window.scrollTo({ top: 0, behavior: 'instant' });
  const place = section && document.getElementById(section)?.getBoundingClientRect();
  return place || { top: 0, bottom: document.documentElement.scrollHeight };
}
