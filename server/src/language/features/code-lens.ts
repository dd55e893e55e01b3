import type { CodeLens, Command } from 'vscode-languageserver-types';
import { MATRIX } from '../../experiment/schema/experiment-schema.js';
import type { SpecPath } from '../../experiment/syntax/tree.js';
import { counted, duration, roughly } from '../../protocol/figure-text.js';
import { commands } from '../../protocol/lsp.js';
import type { Results } from '../../protocol/results.js';
import type { RunSummary, StageState } from '../../protocol/runs/run-state.js';
import { valueText, variantText } from '../../protocol/runs/variant.js';
import { STAGE_NAMES } from '../../stages/stage-names.js';
import type { ExperimentDocument } from '../document.js';
import type { FileRuns } from '../run-states.js';
import type { LanguageServices } from '../services.js';

const TOP = { line: 0, character: 0 };

/** What can be run above the file and above each stage, with how each is or was in the latest run. */
export function codeLenses(document: ExperimentDocument, { runs }: LanguageServices): CodeLens[] {
  if (!runs || document.tree.nodeAt(['dataset']) === undefined) return [];
  const known = runs.of(document);
  const top = ofFile(document, known).map((command) => ({ range: { start: TOP, end: TOP }, command }));
  return [...top, ...ofMatrix(document, known), ...STAGE_NAMES.flatMap((stage) => ofStage(document, stage, known))];
}

function ofFile({ uri, experiment: { matrix } }: ExperimentDocument, known: FileRuns): Command[] {
  const { running, latest, resultsFolder: folder } = known;
  const run = matrix ? `▶ Run ${counted(matrix.variants.length, 'variant')}` : '▶ Run';
  const lenses = running ? going(running) : [lens(run, commands.run.command, { uri })];
  const shown = folder ? [lens('Results', commands.showResults.command, { folder })] : [];
  const outcome = latest && !running && latest.status !== 'done' ? [text(ended(latest))] : [];
  return [...lenses, ...shown, ...outcome];
}

/** More values of an axis than these have no lens of their own. */
const MOST_VALUES = 8;

/** Above the matrix how its variants are, and above each axis what runs those with one of its values. */
function ofMatrix(document: ExperimentDocument, { running, variants = [] }: FileRuns): CodeLens[] {
  const { matrix } = document.experiment;
  if (!matrix || document.tree.nodeAt([MATRIX]) === undefined) return [];
  const { uri } = document;
  const of = (path: SpecPath, all: readonly Command[]) => {
    const { start } = document.keyRange(path);
    return all.map((command) => ({ range: { start, end: start }, command }));
  };
  const states = statesText(variants);
  const axes = running
    ? []
    : matrix.axes.flatMap(({ at, path, values }) =>
        of(
          at,
          values.slice(0, MOST_VALUES).map((value) => {
            const text = valueText(value);
            const title = text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE - 1)}…` : text;
            return lens(`▶ ${title}`, commands.run.command, { uri, variant: [`${path}=${text}`] });
          }),
        ),
      );
  return [...(states ? of([MATRIX], [text(states)]) : []), ...axes];
}

const LONGEST_VALUE = 24;

/** `✓ 6 of 9 done · 1 failed · 1 running`; nothing where none was run. */
function statesText(variants: NonNullable<FileRuns['variants']>): string | undefined {
  const states = variants.flatMap(({ latest }) => latest?.status ?? []);
  if (states.length === 0) return undefined;
  const done = states.filter((status) => status === 'done').length;
  const others = [...new Set(states)].filter((status) => status !== 'done');
  const parts = others.map((status) => `${states.filter((one) => one === status).length} ${status}`);
  return [`${done === variants.length ? '✓ ' : ''}${done} of ${variants.length} done`, ...parts].join(' · ');
}

/** Whoever started it: any run can be cancelled by its folder. */
function going({ id, own, stages, variant, waiting }: RunSummary): Command[] {
  const done = stages.filter(({ status }) => status === 'done' || status === 'cached').length;
  const what = variant ? ` ${variantText(variant)}` : '';
  const where =
    waiting > 0
      ? `waiting${what} for ${counted(waiting, 'run')} to end`
      : stages.length > 0
        ? `running${what}: ${done} of ${stages.length} stages done`
        : `starting${what}`;
  return [lens('■ Cancel', commands.cancel.command, { runId: id }), text(own ? where : `${where}, in a terminal`)];
}

function ended({ status, problem }: RunSummary): string {
  const [firstLine = ''] = problem?.message.split('\n') ?? [];
  const why = firstLine.length > 80 ? `${firstLine.slice(0, 79)}…` : firstLine;
  return why ? `✗ ${status}: ${why}` : status;
}

function ofStage(document: ExperimentDocument, stage: string, known: FileRuns): CodeLens[] {
  const { running, latest } = known;
  if (document.tree.nodeAt([stage]) === undefined) return [];
  const { start } = document.keyRange([stage]);
  const state = (running ?? latest)?.stages.find(({ name }) => name === stage);
  const run = running ? [] : [lens('▶ Run this stage', commands.runStage.command, { uri: document.uri, stage })];
  const outdated = !running && isOutdated(stage, known);
  const shown = state && (outdated && isDone(state) ? 'outdated' : stateText(state, running !== undefined));
  const logs = !running && state?.status === 'failed' ? logsOf(latest) : [];
  return [...run, ...(shown ? [text(shown)] : []), ...logs].map((command) => ({
    range: { start, end: start },
    command,
  }));
}

/** Of shards that failed elsewhere, what their workers wrote. */
function logsOf(run: RunSummary | undefined): Command[] {
  const logs = run?.problem?.logs ?? [];
  return logs.map(({ label, file }) => lens(`Log of ${label}`, commands.showShardLog.command, { file }));
}

function isDone({ status }: StageState): boolean {
  return status === 'done' || status === 'cached';
}

/** Whether the file has changed since in what the stage's figures depend on: those of any model or perturbation of it. */
function isOutdated(stage: string, { measured }: FileRuns): boolean {
  const block = (results: Results) => (results as unknown as Record<string, unknown>)[stage];
  const known = measured([stage], block);
  if (!Array.isArray(known?.value)) return known?.stale ?? false;
  const names = known.value.map(({ name, model }: { name?: string; model?: string }) => name ?? model ?? '');
  return names.some((name) => measured([stage, name], block)?.stale);
}

/** How a stage is, or was in the latest run; nothing of one that a run did not come to. */
function stateText({ status, seconds, progress }: StageState, isRunning: boolean): string | undefined {
  if (status === 'idle') return isRunning ? 'waiting' : undefined;
  if (status === 'running') return progress ? progressText(progress) : 'running';
  if (status === 'done') return seconds === null ? '✓' : `✓ ${duration(seconds)}`;
  return status === 'cached' ? '✓ cached' : status === 'failed' ? '✗ failed' : status;
}

function progressText({
  label,
  done,
  total,
  secondsLeft,
  share: ofStage,
}: NonNullable<StageState['progress']>): string {
  const known = ofStage ?? (total > 0 ? done / total : undefined);
  const share = known === undefined ? 'running' : `${Math.floor(100 * known)} %`;
  return [share, label, secondsLeft === null ? '' : `${roughly(secondsLeft)} left`].filter(Boolean).join(' · ');
}

function lens(title: string, command: string, argument: object): Command {
  return { title, command, arguments: [argument] };
}

/** A lens that says something and does nothing. */
function text(title: string): Command {
  return { title, command: '' };
}
