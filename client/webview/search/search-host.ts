import {
  type FromSearchPage,
  type ToSearchPage,
  toSearchPageSchema,
} from '../../../server/src/protocol/searching/search-panel.js';

interface VsCodeApi {
  postMessage(message: FromSearchPage): void;
  getState(): unknown;
  setState(state: unknown): void;
}
declare function acquireVsCodeApi(): VsCodeApi;

/** The extension, to which this page is a panel. */
export class SearchHost {
  private readonly api = acquireVsCodeApi();

  /** Calls `show` with what the extension tells, from now on. */
  listen(show: (message: ToSearchPage) => void): void {
    window.addEventListener('message', ({ data }) => {
      const { data: message } = toSearchPageSchema.safeParse(data);
      if (message) show(message);
    });
    this.tell({ type: 'ready' });
  }

  tell(message: FromSearchPage): void {
    this.api.postMessage(message);
  }

  /** What `keep` was last given, in this page or in one before it. */
  kept(): Record<string, unknown> {
    const kept = this.api.getState();
    return typeof kept === 'object' && kept !== null ? { ...kept } : {};
  }

  /** Keeps something of the page while it is hidden, and while VS Code is closed. */
  keep(state: Record<string, unknown>): void {
    this.api.setState({ ...this.kept(), ...state });
  }
}
