import { counted, portion, roughly, speed } from '../../../server/src/protocol/figure-text.js';
import type { RunSummary, ShownStatus, StageState } from '../../../server/src/protocol/run-state.js';

/** What the status of a run is called, and the icon that stands for it. */
export const STATUS: Readonly<Record<ShownStatus, { readonly word: string; readonly icon: string }>> = {
  running: { word: 'running', icon: 'sync~spin' },
  done: { word: 'done', icon: 'pass' },
  failed: { word: 'failed', icon: 'error' },
  cancelled: { word: 'cancelled', icon: 'circle-slash' },
  interrupted: { word: 'interrupted', icon: 'debug-disconnect' },
};

/** What a run is doing, in a line: `embed 34 %, face-recognition, 82 images/s, 3 s left`. */
export function activityOf(run: RunSummary): string {
  const stage = run.stages.find(({ status }) => status === 'running');
  return stage ? stageActivity(stage) : STATUS[run.status].word;
}

function stageActivity({ name, progress }: StageState): string {
  if (!progress || progress.total === 0) return name;
  const { label, done, total, rate, secondsLeft } = progress;
  const parts = [`${name} ${portion(done, total)}`, label];
  if (rate !== null) parts.push(speed(rate));
  if (secondsLeft !== null) parts.push(`${roughly(secondsLeft)} left`);
  return parts.filter(Boolean).join(', ');
}

/** Share of the stages' work that is done, each stage counted alike. */
export function shareDone({ stages }: RunSummary): number {
  if (stages.length === 0) return 0;
  const done = stages.map(({ status, progress }) => {
    if (status === 'done' || status === 'cached') return 1;
    return status === 'running' && progress && progress.total > 0 ? progress.done / progress.total : 0;
  });
  return done.reduce((sum, share) => sum + share, 0) / stages.length;
}

/** What a finished run found, in a line: `top-1 94.3 % · top-5 97.2 %`. */
export function headlineOf({ headline, expect }: RunSummary): string {
  const figures = headline.map(({ label, value }) => `${label} ${value}`);
  if (expect.of > 0) figures.push(`${expect.held} of ${counted(expect.of, 'expectation')}`);
  return figures.join(' · ');
}
