import { counted, roughly, speed } from '../../../server/src/protocol/figure-text.js';
import type { RunSummary, ShownStatus, StageState } from '../../../server/src/protocol/runs/run-state.js';
import { shareOfStage } from '../../../server/src/protocol/runs/stage-states.js';

/** What the status of a run is called, and the icon that stands for it. */
export const STATUS: Readonly<Record<ShownStatus, { readonly word: string; readonly icon: string }>> = {
  running: { word: 'running', icon: 'sync~spin' },
  done: { word: 'done', icon: 'pass' },
  failed: { word: 'failed', icon: 'error' },
  cancelled: { word: 'cancelled', icon: 'circle-slash' },
  interrupted: { word: 'interrupted', icon: 'debug-disconnect' },
};

/** What a run is doing, in a line: `embed 34 %, face-recognition 82/s`, and its own time left where that is known. */
export function activityOf(run: RunSummary): string {
  const stage = run.stages.find(({ status }) => status === 'running');
  const left = run.progress?.secondsLeft ?? null;
  const parts = [stage ? stageActivity(stage) : STATUS[run.status].word, left !== null && `${roughly(left)} left`];
  return parts.filter(Boolean).join(', ');
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

/** What a finished run found, in a line: `top-1 94.3 % · top-5 97.2 %`. */
export function headlineOf({ headline, expect }: RunSummary): string {
  const figures = headline.map(({ label, value }) => `${label} ${value}`);
  if (expect.of > 0) figures.push(`${expect.held} of ${counted(expect.of, 'expectation')}`);
  return figures.join(' · ');
}
