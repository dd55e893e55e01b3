import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { setTimeout as after } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { z } from 'zod';
import { pageOptions } from './open-panels.js';
import { type PageBeginning, panelPage } from './panel-page.js';
import type { PhotographRoots } from './photograph-roots.js';
import type { PhotographAccess } from './query-views.js';

export interface PageServices {
  readonly extension: vscode.Uri;
  readonly roots: PhotographRoots;
}

/** What answers each kind of message. */
export type Handlers<From extends { type: string }> = {
  readonly [T in From['type']]: (message: Extract<From, { type: T }>) => unknown;
};

/** The host of one page, for as long as its panel is there: answers what the page asks, and lets it load photographs. */
export abstract class PageHost<From extends { type: string }, To> {
  /** Folders that the page may load photographs from. */
  protected photographs: vscode.Uri[] = [];
  /** Where the photographs are that the page may not show. */
  protected hiddenIn: string | null = null;
  private readonly listening: vscode.Disposable[] = [];
  private readonly code: vscode.Uri;
  /** Its script and its style. */
  private readonly bundle: Promise<readonly [script: string, style: string]>;

  protected abstract readonly received: z.ZodType<From>;
  protected abstract readonly handlers: Handlers<From>;

  protected constructor(
    protected readonly panel: vscode.WebviewPanel,
    private readonly page: PageServices,
    bundle: 'panel' | 'search' | 'runs',
  ) {
    this.code = vscode.Uri.joinPath(page.extension, 'dist/panel');
    const read = (ending: string) => readFile(vscode.Uri.joinPath(this.code, `${bundle}.${ending}`).fsPath, 'utf8');
    this.bundle = Promise.all([read('js'), read('css')]);
    this.whileOpen(
      panel.webview.onDidReceiveMessage((message) => this.receive(message)),
      panel.onDidDispose(() => vscode.Disposable.from(...this.listening).dispose()),
    );
  }

  protected abstract beginning(): PageBeginning;

  /** Disposes of these when the panel is closed. */
  protected whileOpen(...listening: vscode.Disposable[]): void {
    this.listening.push(...listening);
  }

  /** Loads the page, or loads it anew: with what it may load, which is the extension's code and the photographs that it shows. */
  protected async load(): Promise<void> {
    const { webview } = this.panel;
    const [script, style] = await this.bundle;
    webview.options = pageOptions(this.page.extension, this.photographs);
    const [code, source] = [webview.asWebviewUri(this.code).toString(), webview.cspSource];
    const nonce = randomBytes(16).toString('base64url');
    webview.html = panelPage({ nonce, source, code, script, style }, this.beginning());
  }

  protected get access(): PhotographAccess {
    return { webview: this.panel.webview, allowed: this.page.roots, roots: this.photographs };
  }

  /** Lets the page load from these folders, and says whether it could: to let it load from others loads it anew. */
  protected couldLoadFrom(roots: vscode.Uri[]): boolean {
    const could = roots === this.photographs;
    this.photographs = roots;
    if (!could) void this.load();
    return could;
  }

  /** Allows the photographs that the page may not show, if there are any. */
  protected async allowHidden(): Promise<boolean> {
    if (this.hiddenIn === null) return false;
    await this.page.roots.allow(this.hiddenIn);
    return true;
  }

  protected setTitle(kind: string, name: string): void {
    this.panel.title = `${kind}: ${name.slice(0, LONGEST_NAME)}`;
  }

  protected send(message: To): void {
    void this.panel.webview.postMessage(message);
  }

  /** A message that is none of ours is not answered. */
  private async receive(received: unknown): Promise<void> {
    const message = this.received.safeParse(received);
    if (!message.success) return;
    const handle = this.handlers[message.data.type as From['type']] as (message: From) => unknown;
    await handle(message.data);
  }
}

const LONGEST_NAME = 60;

/** So long a page waits for what it shows first, to have it from the beginning: VS Code takes longer to make room for it. */
const AWAITED_MS = 200;

/** What a page may have from its beginning; undefined where that takes longer than there is time for. */
export function atBest<T>(wanted: Promise<T>): Promise<T | undefined> {
  return Promise.race([wanted, after(AWAITED_MS, undefined)]);
}
