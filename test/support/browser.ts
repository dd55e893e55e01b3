import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const USUAL_PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** A Chromium of this machine: `$LOOKALIKE_CHROMIUM`, or where it usually is; undefined where there is none. */
export function chromiumPath(): string | undefined {
  const named = process.env.LOOKALIKE_CHROMIUM;
  return named || USUAL_PLACES.find((path) => existsSync(path));
}

/** Containers rarely let a browser sandbox itself, and it shows nothing here but the project's own pages. */
export const BROWSER_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
] as const;

export function launchBrowser(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, headless: true, args: [...BROWSER_FLAGS] });
}
