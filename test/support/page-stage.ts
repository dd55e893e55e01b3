import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import type { z } from 'zod';
import { panelPage } from '../../client/src/panels/panel-page.js';

const BUNDLE = fileURLToPath(new URL('../../dist/panel', import.meta.url));

interface StagedPage<From, To> {
  /** Of its script and its style. */
  readonly bundle: 'panel' | 'search' | 'runs';
  /** What it is told from the beginning. */
  readonly told?: readonly To[];
  /** What the page may ask. */
  readonly asks: z.ZodType<From>;
  /** Answers what the page asks; what it gives is sent to the page. */
  readonly answer: (message: From) => To[] | undefined;
}

/** The page of a panel outside of VS Code, under the policy that it has there, with a test in the extension's place. */
export class PageStage<From, To> {
  readonly told: From[] = [];
  readonly faults: string[] = [];

  private constructor(readonly page: Page) {}

  static async open<From, To>(
    browser: Browser,
    folder: string,
    staged: StagedPage<From, To>,
    colorScheme: 'light' | 'dark' = 'light',
  ): Promise<PageStage<From, To>> {
    const file = join(folder, `${staged.bundle}.html`);
    await writeFile(file, await html(staged));
    const page = await browser.newPage({ viewport: { width: 1200, height: 900 }, colorScheme });
    const stage = new PageStage<From, To>(page);
    stage.watch();
    await page.exposeFunction('tellHost', (message: unknown) => stage.receive(message, staged));
    await page.addInitScript(
      'let kept; globalThis.acquireVsCodeApi = () => ({ postMessage: (message) => tellHost(message), getState: () => kept, setState: (state) => { kept = state; } })',
    );
    await page.goto(pathToFileURL(file).href);
    return stage;
  }

  async send(...messages: To[]): Promise<void> {
    for (const message of messages) await this.page.evaluate((sent) => window.postMessage(sent), message as unknown);
  }

  private async receive(received: unknown, { asks, answer }: StagedPage<From, To>): Promise<void> {
    const message = asks.parse(received);
    this.told.push(message);
    await this.send(...(answer(message) ?? []));
  }

  private watch(): void {
    this.page.on('pageerror', (error) => this.faults.push(String(error)));
    this.page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) this.faults.push(message.text());
    });
  }
}

/** A file has no origin of its own, so the addresses stand for it. */
async function html({ bundle, told }: Pick<StagedPage<unknown, unknown>, 'bundle' | 'told'>): Promise<string> {
  const read = (ending: string) => readFile(join(BUNDLE, `${bundle}.${ending}`), 'utf8');
  const [script, style] = await Promise.all([read('js'), read('css')]);
  const code = pathToFileURL(BUNDLE).href;
  const beginning = { heading: 'Panel', waiting: '…', kept: {}, told };
  const page = panelPage({ nonce: 'test', source: 'file:', code, script, style }, beginning);
  return page.replace('<style nonce', `${VS_CODE_STYLE}$&`);
}

/** What VS Code puts before the style of every page. */
const VS_CODE_STYLE = '<style nonce="test">img, video { max-width: 100%; max-height: 100%; }</style>';
