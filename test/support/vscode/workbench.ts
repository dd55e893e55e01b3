import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { type BrowserContext, chromium, type Frame, type FrameLocator, type Locator, type Page } from 'playwright-core';
import { BROWSER_FLAGS } from '../browser.js';

/** So long a dialog may take to close. */
/** A palette that has not listed a command by then was opened too early for it. */
const OPEN_AGAIN_MS = 10_000;
const ENTER_AGAIN_MS = 2000;
const SIZE = { width: 1400, height: 900 };

/** VS Code in a browser, as a user works with it: what is looked for is waited for. */
export class Workbench {
  private constructor(
    readonly page: Page,
    private readonly context: BrowserContext,
    private readonly profile: string,
  ) {}

  /** Opens an address of `VsCodeServer` in a browser that knows nothing. `prepare` has the page before it goes there. */
  static async open(url: string, executablePath: string, prepare?: (page: Page) => Promise<unknown>) {
    const profile = await mkdtemp(join(tmpdir(), 'lookalike-browser-'));
    const context = await chromium.launchPersistentContext(profile, {
      executablePath,
      headless: true,
      viewport: SIZE,
      args: [...BROWSER_FLAGS],
    });
    const [page] = context.pages();
    page.setDefaultTimeout(90_000);
    await prepare?.(page);
    await page.goto(url);
    return new Workbench(page, context, profile);
  }

  async close(): Promise<void> {
    await this.context.close();
    await rm(this.profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }

  /** The editor is there, and can be typed into. */
  async ready(): Promise<void> {
    await this.page.locator('.monaco-workbench .statusbar-item').first().waitFor();
  }

  async openFile(name: string): Promise<void> {
    await this.page.keyboard.press('Control+P');
    await this.pick(name, name);
    await this.page.locator(`.tab[data-resource-name="${name}"]`).waitFor();
    await this.page.locator('.monaco-editor .view-line').first().waitFor();
  }

  /** Runs a command of the palette by its title. */
  async runCommand(title: string): Promise<void> {
    const row = this.page.locator('.quick-input-list .monaco-list-row', { hasText: title }).first();
    const input = this.page.locator('.quick-input-widget .quick-input-box input');
    // A notification that comes or goes may take the focus, which closes the palette. And what it lists is settled when it
    // opens: of an editor that has not the focus yet it has no commands. Either way it is opened again.
    for (let isListed = false; !isListed; ) {
      await this.page.keyboard.press('F1');
      await input.fill(`>${title}`);
      const listed = row.waitFor({ timeout: OPEN_AGAIN_MS }).then(() => true);
      const closed = input.waitFor({ state: 'hidden' }).then(() => false);
      closed.catch(() => undefined);
      isListed = await Promise.race([listed.catch(() => false), closed]);
      if (!isListed) await this.page.keyboard.press('Escape');
    }
    await row.click();
  }

  /** Types into the open quick pick and takes the row with this text. */
  async pick(typed: string, row = typed): Promise<void> {
    await this.page.locator('.quick-input-widget .quick-input-box input').fill(typed);
    await this.page.locator('.quick-input-list .monaco-list-row', { hasText: row }).first().click();
  }

  /** Takes every row of the open quick pick, of which there are `count`. */
  async pickAll(count: number): Promise<void> {
    const rows = this.page.locator('.quick-input-list .monaco-list-row');
    for (let n = 0; n < count; n++) await rows.nth(n).click();
    await this.page.keyboard.press('Enter');
  }

  /** Names a file that is there, in the open dialog, which in a browser is a quick pick. */
  async pickFile(path: string): Promise<void> {
    const input = await this.fillDialog(path);
    await this.page
      .locator('.quick-input-list .monaco-list-row', { hasText: basename(path) })
      .first()
      .waitFor();
    await this.acceptDialog(input);
  }

  /** Names a folder that is there, in the open dialog that asks for one: what is in it is shown, and nothing chosen of that. */
  async pickFolder(path: string): Promise<void> {
    const input = await this.fillDialog(`${path}/`);
    const itself = this.page.locator('.quick-input-list .monaco-list-row', { hasText: basename(path) });
    await itself.first().waitFor({ state: 'hidden' });
    await this.acceptDialog(input);
  }

  /** Takes the name that the open dialog proposes to save by, and gives its path. */
  async takeProposedName(): Promise<string> {
    const input = this.page.locator('.quick-input-widget .quick-input-box input');
    await this.dialogProposes(input, /^\/.*[^/]$/);
    const path = await input.inputValue();
    await this.acceptDialog(input);
    return path;
  }

  /** While a dialog reads a folder it takes no Enter. */
  private async acceptDialog(input: Locator): Promise<void> {
    const closed = () =>
      input.waitFor({ state: 'hidden', timeout: ENTER_AGAIN_MS }).then(
        () => true,
        () => false,
      );
    do await input.press('Enter');
    while (!(await closed()));
  }

  /** While a dialog reads a folder it puts back what it proposes. */
  private async fillDialog(path: string): Promise<Locator> {
    const input = this.page.locator('.quick-input-widget .quick-input-box input');
    const busy = await this.dialogProposes(input, /^\/.*\/$/);
    do {
      await input.fill(path);
      await busy.waitFor({ state: 'hidden' });
    } while ((await input.inputValue()) !== path);
    return input;
  }

  /** Waits until the dialog proposes an absolute path, and is not reading any more: gives the sign of that. */
  private async dialogProposes(input: Locator, proposed: RegExp): Promise<Locator> {
    const busy = this.page.locator('.quick-input-widget .monaco-progress-container.active');
    await this.page.waitForFunction(([one, source]) => new RegExp(source).test((one as HTMLInputElement).value), [
      await input.elementHandle(),
      proposed.source,
    ] as const);
    await busy.waitFor({ state: 'hidden' });
    return busy;
  }

  async chooseTheme(name: string): Promise<void> {
    await this.page.keyboard.press('Control+K');
    await this.page.keyboard.press('Control+T');
    await this.pick(name);
    await this.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
  }

  /** Puts the cursor at the end of the file. */
  async goToEnd(): Promise<void> {
    await this.page.locator('.monaco-editor .view-lines').first().click();
    await this.page.keyboard.press('Control+End');
  }

  /** The whole text of a line of the editor, with what stands in it besides the file's. */
  line(text: string): Locator {
    return this.page.locator('.monaco-editor .view-line', { hasText: withAnySpaces(text) });
  }

  get squiggles(): Locator {
    return this.page.locator('.monaco-editor .squiggly-error');
  }

  async problems(): Promise<Locator> {
    await this.page.keyboard.press('Control+Shift+M');
    return this.page.locator('.markers-panel .monaco-list-row');
  }

  lens(text: string): Locator {
    return this.page.locator('.monaco-editor .codelens-decoration a', { hasText: text });
  }

  /** A line of lenses, with what they only say. */
  lensText(text: RegExp): Locator {
    return this.page.locator('.monaco-editor .codelens-decoration', { hasText: text }).first();
  }

  suggestion(text: string): Locator {
    return this.page.locator('.suggest-widget.visible .monaco-list-row', { hasText: text });
  }

  notification(text: string | RegExp): Locator {
    return this.page.locator('.notifications-toasts .notification-list-item', { hasText: text });
  }

  statusBarItem(text: string | RegExp): Locator {
    return this.page.locator('.statusbar-item', { hasText: text });
  }

  /** A row of the Testing view. */
  testItem(text: string): Locator {
    return this.page.locator('.test-explorer .monaco-list-row', { hasText: text });
  }

  get dialog(): Locator {
    return this.page.locator('.monaco-dialog-box');
  }

  /** What is in the webview that is shown, also where it is loaded anew meanwhile. */
  get panelContent(): FrameLocator {
    return this.page.frameLocator('iframe.webview.ready').last().frameLocator('iframe#active-frame');
  }

  /** The document of the webview that is shown, once something is in it: until then VS Code may put another in its place. */
  async panel(): Promise<Frame> {
    for (;;) {
      const outer = await this.page.locator('iframe.webview.ready').last().elementHandle();
      const frame = await outer?.contentFrame();
      const inner = await frame?.waitForSelector('iframe#active-frame', { state: 'attached' });
      const content = await inner?.contentFrame();
      const filled = content?.waitForFunction(() => document.body?.childElementCount > 0);
      if (content && (await filled?.catch(() => undefined))) return content;
    }
  }
}

/** The editor writes some spaces as non-breaking ones. */
function withAnySpaces(text: string): RegExp {
  const escaped = text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(escaped.replace(/\s/g, '\\s'));
}
