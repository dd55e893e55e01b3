import type { Browser } from 'playwright-core';
import { chromiumPath, launchBrowser } from './browser.js';

/** A browser for the tests of the suite that it is called in, which are skipped where there is none; each begins without pages. */
export function useBrowser(): () => Browser {
  let browser: Browser | undefined;
  before(async function () {
    const path = chromiumPath();
    if (!path) this.skip();
    browser = await launchBrowser(path);
  });
  after(() => browser?.close());
  afterEach(() => Promise.all(browser?.contexts().map((context) => context.close()) ?? []));
  return () => browser as Browser;
}
