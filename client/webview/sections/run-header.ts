import { html, nothing, type TemplateResult } from 'lit';
import { counted, duration, megabytes } from '../../../server/src/protocol/figure-text.js';
import type { Results, RunStatus } from '../../../server/src/protocol/webview.js';
import { moment } from '../format.js';

const STATUS: Record<RunStatus, { sign: string; word: string }> = {
  done: { sign: '✓', word: 'Done' },
  running: { sign: '…', word: 'Running' },
  failed: { sign: '✕', word: 'Failed' },
  cancelled: { sign: '■', word: 'Cancelled' },
};

/** Which run this is: name, state, when, where and of what. */
export function runHeader(results: Results): TemplateResult {
  const { run, name, images } = results;
  const models = modelsOf(results);
  return html`<header>
    <p class="eyebrow">Face-retrieval experiment ${statusChip(run.status)}</p>
    <h1><bdi>${name}</bdi></h1>
    <p class="lead">${scope(models.length, images)}</p>
    <dl class="facts">
      ${fact('Started', html`<time datetime=${run.startedAt}>${moment(run.startedAt)}</time>`)}
      ${run.finishedAt ? fact('Took', duration(secondsBetween(run.startedAt, run.finishedAt))) : nothing}
      ${models.length > 0 ? fact(models.length === 1 ? 'Model' : 'Models', names(models)) : nothing}
      ${fact('Machine', machineText(run.machine))} ${run.device === 'cpu' ? nothing : fact('Device', run.device)}
      ${fact('Experiment file', breakablePath(run.file))}
      ${fact('Experiment hash', html`<code title=${run.specHash}>${run.specHash.slice(0, 16)}…</code>`)}
      ${run.set.length > 0 ? fact('Settings over the file', names(run.set)) : nothing}
      ${fact('Run', html`<code>${run.id}</code>, Lookalike ${run.version}`)}
    </dl>
  </header>`;
}

function statusChip(status: RunStatus): TemplateResult {
  const { sign, word } = STATUS[status];
  return html`<span class="status ${status}"><span aria-hidden="true">${sign}</span> ${word}</span>`;
}

function scope(models: number, { total, identities }: Results['images']): string {
  const what = models > 0 ? `${counted(models, 'model')} on ` : '';
  return `${what}${counted(total, 'image')} of ${counted(identities, 'identity', 'identities')}.`;
}

function fact(term: string, description: string | TemplateResult): TemplateResult {
  return html`<div>
    <dt>${term}</dt>
    <dd>${description}</dd>
  </div>`;
}

/** A path that breaks after its slashes, where it is too long for a line. */
function breakablePath(path: string): TemplateResult {
  const parts = path.split(/(?<=[\\/])/);
  return html`<bdi>${parts.map((part) => html`${part}<wbr />`)}</bdi>`;
}

function names(list: readonly string[]): TemplateResult {
  return html`${list.map((name, n) => html`${n > 0 ? ', ' : nothing}<code><bdi>${name}</bdi></code>`)}`;
}

/** Every model that a part of the results is about, in the order of appearance. */
function modelsOf({ accuracy = [], index = [], attributes, threshold, retrieve }: Results): string[] {
  const named = [...accuracy, ...index, ...[attributes, threshold, retrieve].filter((part) => part !== undefined)];
  return [...new Set(named.map(({ model }) => model))];
}

function machineText({ cpu, cores, memoryMb, platform, arch, node }: Results['run']['machine']): string {
  return `${cpu}, ${counted(cores, 'core')}, ${megabytes(memoryMb)}, ${platform} ${arch}, Node ${node}`;
}

function secondsBetween(start: string, end: string): number {
  return Math.max(0, (Date.parse(end) - Date.parse(start)) / 1000);
}
