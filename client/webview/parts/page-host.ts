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
    const told = document.getElementById(TOLD_ELEMENT);
    for (const message of JSON.parse(told?.textContent || '[]')) receive(message);
    told?.remove();
    window.addEventListener('message', ({ data }) => receive(data));
    this.api.postMessage({ type: 'ready' });
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
