import type { RunEvent } from '../runner.js';
import type { StageState } from './run-state.js';
import type { StageProgress } from './stage-progress.js';

/** The states of a run's stages after an event. */
export function afterEvent(stages: readonly StageState[], event: RunEvent): StageState[] {
  switch (event.type) {
    case 'run-started':
      return event.stages.map(idle);
    case 'stage-started':
      return withStage(stages, event.stage, { status: 'running' });
    case 'progress':
      return withStage(stages, event.stage, { status: 'running', progress: progressOf(event) });
    case 'stage-finished': {
      const { stage, cached, seconds } = event;
      return withStage(stages, stage, { status: cached ? 'cached' : 'done', seconds, progress: null });
    }
    case 'run-finished':
      return stages.map((stage) => (stage.status === 'running' ? stopped(stage, event.status) : stage));
    default:
      return [...stages];
  }
}

function idle(name: string): StageState {
  return { name, status: 'idle', seconds: null, progress: null };
}

/** A stage that was not announced is added: what a newer runner says is shown too. */
function withStage(stages: readonly StageState[], name: string, change: Partial<StageState>): StageState[] {
  const known = stages.some((stage) => stage.name === name) ? stages : [...stages, idle(name)];
  return known.map((stage) => (stage.name === name ? { ...stage, ...change } : stage));
}

function progressOf({
  type: _,
  stage: __,
  run: ___,
  ...progress
}: Extract<RunEvent, { type: 'progress' }>): StageProgress {
  return progress;
}

/** The share of a stage that is done, of all of its parts. */
export function shareOfStage({ status, progress }: StageState): number {
  if (status === 'done' || status === 'cached') return 1;
  if (status !== 'running' || !progress) return 0;
  return progress.share ?? (progress.total > 0 ? progress.done / progress.total : 0);
}

/** A run that is done may have announced progress after its last stage; that stage is done as well. */
function stopped(stage: StageState, status: string): StageState {
  const end = status === 'cancelled' ? 'cancelled' : status === 'done' ? 'done' : 'failed';
  return { ...stage, status: end, progress: null };
}
