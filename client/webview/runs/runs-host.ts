import {
  type FromRunsPage,
  type ToRunsPage,
  toRunsPageSchema,
} from '../../../server/src/protocol/runs/table/runs-panel.js';

interface VsCodeApi {
  postMessage(message: FromRunsPage): void;
  getState(): unknown;
  setState(state: unknown): void;
}
declare function acquireVsCodeApi(): VsCodeApi;

/** The extension, to which this page is a panel. */
export class RunsHost {
  private readonly api = acquireVsCodeApi();

  /** Calls `show` with what the extension tells, from now on. */
  listen(show: (message: ToRunsPage) => void): void {
    window.addEventListener('message', ({ data }) => {
      const { data: message } = toRunsPageSchema.safeParse(data);
      if (message) show(message);
    });
    this.tell({ type: 'ready' });
  }

  tell(message: FromRunsPage): void {
    this.api.postMessage(message);
  }

  /** What `keep` was last given, in this page or in one before it. */
  kept(): unknown {
    return this.api.getState();
  }

  /** Keeps something of the page while it is hidden, and while VS Code is closed. */
  keep(state: unknown): void {
    this.api.setState(state);
  }
}
