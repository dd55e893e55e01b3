import type { ZodType } from 'zod';
import { TOLD_ELEMENT } from '../../../server/src/protocol/text/html-text.js';

interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}
declare function acquireVsCodeApi(): VsCodeApi;

/** The extension, to which a page is a panel. */
export class PageHost<From, To> {
  private readonly api = acquireVsCodeApi();

  constructor(private readonly schema: ZodType<To>) {}

  /** Calls `show` with what the extension tells: what the page has from the beginning, and what comes from now on. */
  listen(show: (message: To) => void): void {
    const receive = (data: unknown) => {
      const { data: message } = this.schema.safeParse(data);
      if (message) show(message);
    };
    const element = document.getElementById(TOLD_ELEMENT);
    const told: unknown[] = JSON.parse(element?.textContent || '[]');
    for (const message of told) receive(message);
    element?.remove();
    window.addEventListener('message', ({ data }) => receive(data));
    const askForAll = () => this.api.postMessage({ type: 'ready' });
    if (told.length === 0 || document.hidden) askForAll();
    // What it was told is painted before more comes, which may be much.
    else requestAnimationFrame(() => setTimeout(askForAll));
  }

  tell(message: From): void {
    this.api.postMessage(message);
  }

  /** What `keep` was given, in this page or in one before it. */
  kept(): Record<string, unknown> {
    const kept = this.api.getState();
    return typeof kept === 'object' && kept !== null ? { ...kept } : {};
  }

  /** Keeps something of the page while it is hidden, and while VS Code is closed. */
  keep(state: Record<string, unknown>): void {
    this.api.setState({ ...this.kept(), ...state });
  }
}
