import {
  type FromPanel,
  REPORT_DATA_ELEMENT,
  reportDataSchema,
  type SavedFile,
  type ToPanel,
  toPanelSchema,
} from '../../server/src/protocol/webview.js';

/** Where a page's data comes from, and where the files go that it makes. */
export interface Host {
  /** Calls `show` with what there is to show, once or whenever it changes. */
  receive(show: (message: ToPanel) => void): void;
  save(file: SavedFile): void;
}

interface PanelApi {
  postMessage(message: FromPanel): void;
}

/** VS Code where it shows this page in a panel, else the file that the page itself is. */
export function findHost(): Host {
  const acquire = (globalThis as { acquireVsCodeApi?: () => PanelApi }).acquireVsCodeApi;
  return acquire ? panelHost(acquire()) : fileHost();
}

function panelHost(api: PanelApi): Host {
  return {
    receive(show) {
      window.addEventListener('message', ({ data }) => {
        const message = toPanelSchema.safeParse(data);
        if (message.success) show(message.data);
      });
      api.postMessage({ type: 'ready' });
    },
    save: (file) => api.postMessage({ type: 'save', file }),
  };
}

function fileHost(): Host {
  return {
    receive: (show) => show(embeddedReport()),
    save: download,
  };
}

function embeddedReport(): ToPanel {
  try {
    const text = document.getElementById(REPORT_DATA_ELEMENT)?.textContent ?? '';
    return { type: 'report', data: reportDataSchema.parse(JSON.parse(text)) };
  } catch (error) {
    const problem = {
      code: 'report-damaged',
      message: `This file's data cannot be read: ${error instanceof Error ? error.message : error}`,
      hint: 'Make the report again: lookalike report RUN --html FILE',
    };
    return { type: 'problem', problem };
  }
}

function download({ name, mime, text }: SavedFile): void {
  const url = URL.createObjectURL(new Blob([text], { type: `${mime};charset=utf-8` }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
