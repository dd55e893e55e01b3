import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import type { z } from 'zod';

const BUNDLE = fileURLToPath(new URL('../../dist/panel/', import.meta.url));

interface StagedPage<From, To> {
  /** Of its script and its style. */
  readonly bundle: 'panel' | 'search' | 'runs';
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
    await writeFile(file, html(staged.bundle));
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

/** As client/src/panels/panel-page.ts writes it; a file has no origin of its own, so the addresses stand for it. */
function html(bundle: string): string {
  const at = (name: string) => pathToFileURL(join(BUNDLE, name)).href;
  const policy = `default-src 'none'; script-src 'nonce-test'; style-src file:; font-src file:; img-src file: data:; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>Panel</title>
<link rel="stylesheet" href="${at(`${bundle}.css`)}">
</head>
<body data-kept="{}">
<main data-waiting><p role="status">…</p></main>
<script nonce="test" src="${at(`${bundle}.js`)}"></script>
</body>
</html>
`;
}
