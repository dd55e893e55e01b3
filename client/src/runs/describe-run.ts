import { counted, roughly, speed } from '../../../server/src/protocol/figure-text.js';
import type { RunSummary, ShownStatus, StageState } from '../../../server/src/protocol/runs/run-state.js';
import { shareOfStage } from '../../../server/src/protocol/runs/stage-states.js';
import { variantText } from '../../../server/src/protocol/runs/variant.js';

/** What the status of a run is called, and the icon that stands for it. */
export const STATUS: Readonly<Record<ShownStatus, { readonly word: string; readonly icon: string }>> = {
  running: { word: 'running', icon: 'sync~spin' },
  done: { word: 'done', icon: 'pass' },
  failed: { word: 'failed', icon: 'error' },
  cancelled: { word: 'cancelled', icon: 'circle-slash' },
  interrupted: { word: 'interrupted', icon: 'debug-disconnect' },
};

/** A run’s name, of a variant with its values. */
export function titleOf({ name, variant }: RunSummary): string {
  return variant ? `${name}, ${variantText(variant)}` : name;
}

/** What a run is doing, in a line: `embed 34 %, face-recognition 82/s`, and its own time left where that is known. */
export function activityOf(run: RunSummary): string {
  if (run.waiting > 0) return `waiting for ${counted(run.waiting, 'run')} to end`;
  const stage = run.stages.find(({ status }) => status === 'running');
  const left = run.progress?.secondsLeft ?? null;
  const parts = [stage ? stageActivity(stage) : STATUS[run.status].word, left !== null && leftText(left)];
  return parts.filter(Boolean).join(', ');
}

/** Of a whole run; an estimate is said to be one. */
export function leftText(seconds: number): string {
  return `about ${roughly(seconds)} left`;
}

function stageActivity(stage: StageState): string {
  const { name, progress } = stage;
  if (!progress) return name;
  const doing = [progress.label, progress.rate !== null && speed(progress.rate)].filter(Boolean).join(' ');
  return [`${name} ${percentDone(shareOfStage(stage))}`, doing].filter(Boolean).join(', ');
}

/** Never more than is done. */
export function percentDone(share: number): string {
  return `${Math.floor(100 * share)} %`;
}

/** Share of the run's work that is done; never goes back. */
export function shareDone({ progress }: RunSummary): number {
  return progress?.share ?? 0;
}

const UNITS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const;

/** How long ago a run began: `3 minutes ago`, `yesterday`; `now` of the last minute. */
export function agoOf({ startedAt }: Pick<RunSummary, 'startedAt'>, now = new Date()): string {
  const seconds = Math.max(0, (now.getTime() - Date.parse(startedAt)) / 1000);
  const [unit, length] = UNITS.find(([, least]) => seconds >= least) ?? (['second', 1] as const);
  const format = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
  return unit === 'second' ? 'just now' : format.format(-Math.floor(seconds / length), unit);
}

/** When a run began, as short as it can be told from others: `14:03`, `18 Jan 14:03`, `18 Jan 2025 14:03`. */
export function timeOf({ startedAt }: RunSummary, now = new Date()): string {
  const time = new Date(startedAt);
  const clock = time.toLocaleTimeString(undefined, {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  });
  if (time.toDateString() === now.toDateString()) return clock;
  const year = time.getFullYear() === now.getFullYear() ? undefined : 'numeric';
  return `${time.toLocaleDateString(undefined, { day: 'numeric', month: 'short', year })} ${clock}`;
}

/** What tells a run from the one before it of the same file: `mode: high`, `up to embed`. */
export function settingsOf({ differs, stage }: RunSummary): string {
  return [...differs, stage && `up to ${stage}`].filter(Boolean).join(', ');
}

/** The icon of a run's state; one that waits for others does not turn. */
export function iconOf({ status, waiting }: RunSummary): string {
  return status === 'running' && waiting > 0 ? 'watch' : STATUS[status].icon;
}

/** Of a sweep’s runs how many variants are done, and of how many; one that went on has several runs of one. */
export function variantsDone(runs: readonly RunSummary[]): { readonly done: number; readonly of: number } {
  const variants = new Map<string, boolean>();
  for (const { variant, status } of runs) {
    const key = JSON.stringify(variant);
    variants.set(key, variants.get(key) || status === 'done');
  }
  const of = Math.max(variants.size, ...runs.map(({ variantCount = 0 }) => variantCount));
  return { done: [...variants.values()].filter(Boolean).length, of };
}

/** What a run found, of one that goes on so far, in a line: `top-1 94.3 % · top-5 97.2 %`. */
export function headlineOf({ headline, expect }: RunSummary): string {
  const figures = headline.map(({ label, value }) => `${label} ${value}`);
  if (expect.of > 0) figures.push(`${expect.held} of ${counted(expect.of, 'expectation')}`);
  return figures.join(' · ');
}
