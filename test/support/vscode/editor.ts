import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { startVsCode, type VsCodeOptions, type VsCodeServer } from '../../../scripts/vscode/code-server.js';
import { findRipgrep, installCodeServer } from '../../../scripts/vscode/install.js';
import { chromiumPath } from '../browser.js';
import { Workbench } from './workbench.js';

const EXTENSION = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '');

/** VS Code with the extension: from its source, or installed from a package. */
export class Editor {
  private readonly open: Workbench[] = [];

  private constructor(
    readonly server: VsCodeServer,
    private readonly browser: string,
    private readonly fromSource: boolean,
  ) {}

  /** Whether what VS Code needs is there; throws where it is not, and this is where it has to be. */
  static isPossible(): boolean {
    const possible = chromiumPath() !== undefined && findRipgrep() !== undefined;
    if (possible || !process.env.LOOKALIKE_REQUIRE_BROWSER) return possible;
    throw new Error('Chromium or ripgrep is not installed');
  }

  /**
   * Starts VS Code, which is installed first where it is not. Gives nothing where that is not possible.
   */
  static async start(options: Omit<VsCodeOptions, 'installation'> = {}): Promise<Editor | undefined> {
    if (!Editor.isPossible()) return undefined;
    const browser = chromiumPath() as string;
    const installation = await installCodeServer((text) => process.stderr.write(`${text}\n`));
    return new Editor(await startVsCode({ ...options, installation }), browser, !options.vsix);
  }

  /** Opens a folder in a new window, with this extension unless another one’s folder is named. */
  async openFolder(workspace: string, extension?: string): Promise<Workbench> {
    const workbench = await Workbench.open(this.urlOf(workspace, extension), this.browser);
    this.open.push(workbench);
    await workbench.ready();
    return workbench;
  }

  /** Runs a module's `run()` in the extension host; gives 0 where it resolves. */
  async runInExtensionHost(workspace: string, module: string, extension = EXTENSION): Promise<number> {
    const tests = [
      ['extensionDevelopmentPath', this.remote(extension)],
      ['extensionTestsPath', this.remote(module)],
    ];
    let exited: (code: number) => void = () => undefined;
    const code = new Promise<number>((resolve) => {
      exited = resolve;
    });
    const prepare = async (page: Page) => {
      await page.exposeFunction('codeAutomationLog', () => undefined);
      await page.exposeFunction('codeAutomationExit', exited);
    };
    const url = `${this.server.urlOf(workspace)}&payload=${encodeURIComponent(JSON.stringify(tests))}`;
    this.open.push(await Workbench.open(url, this.browser, prepare));
    return code;
  }

  async closeWindows(): Promise<void> {
    await Promise.all(this.open.splice(0).map((workbench) => workbench.close()));
  }

  async stop(): Promise<void> {
    await this.closeWindows();
    await this.server.stop();
  }

  private urlOf(workspace: string, extension = this.fromSource ? EXTENSION : undefined): string {
    const url = this.server.urlOf(workspace);
    if (extension === undefined) return url;
    return `${url}&payload=${encodeURIComponent(JSON.stringify([['extensionDevelopmentPath', this.remote(extension)]]))}`;
  }

  private remote(path: string): string {
    return `vscode-remote://127.0.0.1:${this.server.port}${path}`;
  }
}
