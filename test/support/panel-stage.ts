import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { fromPanelSchema, type ReceivedFromPanel, type ToPanel } from '../../server/src/protocol/webview.js';

const BUNDLE = fileURLToPath(new URL('../../dist/panel/', import.meta.url));

/** Answers what the page of a panel asks; what it gives is sent to the page. */
export type Answer = (message: ReceivedFromPanel) => ToPanel[] | undefined;

/** The page of a panel outside of VS Code, under the policy that it has there, with a test in the extension's place. */
export class PanelStage {
  readonly told: ReceivedFromPanel[] = [];
  readonly faults: string[] = [];

  private constructor(readonly page: Page) {}

  static async open(browser: Browser, folder: string, answer: Answer, colorScheme: 'light' | 'dark' = 'light') {
    const file = join(folder, 'panel.html');
    await writeFile(file, html());
    const page = await browser.newPage({ viewport: { width: 1200, height: 900 }, colorScheme });
    const stage = new PanelStage(page);
    stage.watch();
    await page.exposeFunction('tellHost', (message: unknown) => stage.receive(message, answer));
    await page.addInitScript(
      'let kept; globalThis.acquireVsCodeApi = () => ({ postMessage: (message) => tellHost(message), getState: () => kept, setState: (state) => { kept = state; } })',
    );
    await page.goto(pathToFileURL(file).href);
    return stage;
  }

  async send(...messages: ToPanel[]): Promise<void> {
    for (const message of messages) await this.page.evaluate((sent) => window.postMessage(sent), message);
  }

  private async receive(received: unknown, answer: Answer): Promise<void> {
    const message = fromPanelSchema.parse(received);
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
function html(): string {
  const at = (name: string) => pathToFileURL(join(BUNDLE, name)).href;
  const policy = `default-src 'none'; script-src 'nonce-test'; style-src file:; font-src file:; img-src file: data:; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>Results</title>
<link rel="stylesheet" href="${at('panel.css')}">
</head>
<body data-kept="{}">
<main data-waiting><p role="status">Reading the run …</p></main>
<script nonce="test" src="${at('panel.js')}"></script>
</body>
</html>
`;
}
