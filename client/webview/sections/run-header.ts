import { html, nothing, type TemplateResult } from 'lit';
import { counted, duration, megabytes } from '../../../server/src/protocol/figure-text.js';
import { valueText, variantText } from '../../../server/src/protocol/runs/variant.js';
import type { Results, ShownStatus } from '../../../server/src/protocol/webview.js';
import { moment } from '../format.js';
import { withCode } from '../parts/problem-banner.js';
import type { Section } from '../parts/section.js';
import { EXPECTATION_FAILED } from './expectations.js';
import { keyFigures } from './key-figures.js';
import type { NamedRun } from './run-names.js';

const STATUS: Record<ShownStatus, { sign: string; word: string }> = {
  done: { sign: '✓', word: 'Done' },
  running: { sign: '…', word: 'Running' },
  failed: { sign: '✕', word: 'Failed' },
  cancelled: { sign: '■', word: 'Cancelled' },
  interrupted: { sign: '■', word: 'Interrupted' },
};

/** What was found, and of what: the name, the finding, the figures that matter. `status` is what is known better than the run does. */
export function runHeader(
  runs: readonly NamedRun[],
  status: ShownStatus = runs[0]?.results.run.status ?? 'done',
): TemplateResult {
  const [first, ...others] = runs;
  if (!first) return html`<header></header>`;
  const { results } = first;
  const { run, name, images } = results;
  const several = others.length > 0;
  return html`<header>
    <p class="eyebrow">
      ${several ? `${runs.length} runs compared` : 'Face-retrieval experiment'}
      ${several ? nothing : statusChip(results, status)}
      <time datetime=${run.startedAt}>${moment(run.startedAt)}</time>
    </p>
    <h1><bdi>${name}</bdi></h1>
    ${run.variant && !several ? html`<p class="lead"><bdi>${variantText(run.variant)}</bdi></p>` : nothing}
    ${runs.map((one) => findingOf(one, several))} ${several ? nothing : keyFigures(results)}
    <p class="lead">${several ? 'The first: ' : nothing}${scope(modelsOf(results).length, images)}</p>
  </header>`;
}

function findingOf({ name, colour, results: { headline } }: NamedRun, several: boolean) {
  if (!several) return headline.map((sentence) => html`<p class="finding"><bdi>${withCode(sentence)}</bdi></p>`);
  const finding = headline.length > 0 ? headline.join(' ') : 'Nothing was measured.';
  return html`<p class="finding">
    <span class="swatch run-${colour}" aria-hidden="true"></span> <strong><bdi>${name}</bdi></strong>:
    <bdi>${withCode(finding)}</bdi>
  </p>`;
}

/** Where, when and by what the run was done: what it takes to do it again. */
export function runSection(results: Results): Section {
  const { run } = results;
  const models = modelsOf(results);
  const body = html`<dl class="facts">
    ${fact('Started', html`<time datetime=${run.startedAt}>${moment(run.startedAt)}</time>`)}
    ${run.finishedAt ? fact('Took', duration(secondsBetween(run.startedAt, run.finishedAt))) : nothing}
    ${models.length > 0 ? fact(models.length === 1 ? 'Model' : 'Models', names(models)) : nothing}
    ${fact('Machine', machineText(run.machine))} ${run.device === 'cpu' ? nothing : fact('Device', run.device)}
    ${fact('Experiment file', breakablePath(run.file))}
    ${fact('Experiment hash', html`${shortHash(run.specHash)}`)}
    ${run.variant ? fact('Variant', names(Object.entries(run.variant).map(([path, value]) => `${path}=${valueText(value)}`))) : nothing}
    ${provenance(run)} ${run.set.length > 0 ? fact('Settings over the file', names(run.set)) : nothing}
    ${fact('Run', html`<code>${run.id}</code>, Lookalike ${run.version}`)}
  </dl>`;
  return { id: 'run', title: 'Run', body };
}

/** What tells this run from another of the same file. Hashes are cut short: they are whole under the pointer. */
function provenance({ threads, onnxRuntime, hashes }: Results['run']) {
  const { dataset, searched, models = {}, perturbed = {} } = hashes ?? {};
  const named = (list: readonly (readonly [string, string | undefined])[]) =>
    list.map(([name, hash], n) => html`${n > 0 ? ', ' : nothing}<bdi>${name}</bdi> ${hash && shortHash(hash)}`);
  const modelHashes = Object.entries(models).map(([name, { key, files }]) => [name, files[0] ?? key] as const);
  return html`${onnxRuntime ? fact('Computed by', `ONNX Runtime ${onnxRuntime}${threads ? `, ${counted(threads, 'thread')}` : ''}`) : nothing}
    ${dataset ? fact('Data set hash', shortHash(dataset)) : nothing}
    ${searched && searched !== dataset ? fact('Hash of what was searched', shortHash(searched)) : nothing}
    ${modelHashes.length > 0 ? fact('Model hashes', html`${named(modelHashes)}`) : nothing}
    ${Object.keys(perturbed).length > 0 ? fact('Hashes of perturbed files', html`${named(Object.entries(perturbed))}`) : nothing}`;
}

function shortHash(hash: string): TemplateResult {
  return html`<code title=${hash}>${hash.slice(0, 16)}…</code>`;
}

/** Expectations that were missed are no failure of the run's. */
function statusChip(results: Results, status: ShownStatus): TemplateResult {
  const missed = status === 'failed' && results.run.error?.code === EXPECTATION_FAILED;
  const { sign, word } = missed ? { sign: '✕', word: 'Not as expected' } : STATUS[status];
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
