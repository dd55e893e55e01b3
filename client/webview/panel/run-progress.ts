import { html, nothing, type TemplateResult } from 'lit';
import { duration } from '../../../server/src/protocol/figure-text.js';
import type { RunSummary, StageState } from '../../../server/src/protocol/webview.js';
import { chosenPaper } from '../charts/chart-figure.js';
import { activity, progressBar } from '../parts/progress.js';
import type { PanelHost } from './panel-host.js';
import '@vscode-elements/elements/dist/vscode-button/index.js';

/** Each stage of a run that goes on, with a bar for the one that is being worked on; nothing once it has ended. */
export function runProgress(run: RunSummary): TemplateResult | typeof nothing {
  if (run.status !== 'running') return nothing;
  return html`<section class="live" aria-label="Progress">
    <ol>
      ${run.stages.map((stage) => html`<li class=${stage.status}>${stageView(stage)}</li>`)}
    </ol>
  </section>`;
}

function stageView({ name, status, seconds, progress }: StageState): TemplateResult {
  const bar = status === 'running' ? progressBar(name, progress) : nothing;
  const took = seconds === null ? '' : duration(seconds);
  return html`<span class="stage">${name}</span>
    <span class="quiet">${WORDS[status]} ${status === 'running' && progress ? activity(progress) : took}</span>
    ${bar}`;
}

const WORDS: Readonly<Record<StageState['status'], string>> = {
  idle: 'waiting',
  running: 'running',
  cached: 'from the cache',
  done: 'done',
  failed: 'failed',
  cancelled: 'cancelled',
};

/** What a user can do with the run as a whole. */
export function runActions(host: PanelHost, live: boolean, measured: boolean): TemplateResult {
  const button = (label: string, act: () => void) =>
    html`<vscode-button secondary @click=${act}>${label}</vscode-button>`;
  return html`<div class="actions" role="toolbar" aria-label="Run">
    ${live ? button('Cancel', () => host.tell({ type: 'cancel' })) : nothing}
    ${button('Open Experiment', () => host.tell({ type: 'openExperiment' }))}
    ${measured ? button('Save as HTML', () => host.tell({ type: 'exportReport' })) : nothing}
    ${measured ? button('Save All Figures', () => host.tell({ type: 'exportFigures', choice: chosenPaper() })) : nothing}
  </div>`;
}
