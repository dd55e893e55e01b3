import { readRun } from '../../history/read-run.js';
import { Throttle } from '../../processes/throttle.js';
import type { RunEnded } from '../../processes/watch-run.js';
import type { RunEvent } from '../../protocol/runner.js';
import type { RunSummary } from '../../protocol/runs/run-state.js';
import { afterEvent } from '../../protocol/runs/stage-states.js';

const TELL_EVERY_MS = 100;
/** Warnings of a run that are shown; a runner may utter any number. */
export const MOST_WARNINGS = 100;

/** A run while it goes on, whoever started it; tells of its changes, ten times a second at the most. */
export class LiveRun {
  private readonly telling: Throttle;

  constructor(
    private state: RunSummary,
    tell: (run: RunSummary) => void,
  ) {
    this.telling = new Throttle(TELL_EVERY_MS, () => tell(this.state));
    this.telling.now();
  }

  get summary(): RunSummary {
    return this.state;
  }

  receive(event: RunEvent): void {
    if (event.type === 'run-finished') {
      this.telling.stop();
      return;
    }
    const { stages, warnings } = this.state;
    this.state = { ...this.state, stages: afterEvent(stages, event), progress: this.progressAfter(event) };
    if (event.type === 'waiting') this.state = { ...this.state, waiting: event.runs };
    if (event.type === 'results-written') this.state = { ...this.state, written: this.state.written + 1 };
    this.telling.request();
    if (event.type === 'warning' && warnings.length < MOST_WARNINGS) {
      this.state = { ...this.state, warnings: [...warnings, event.problem] };
    }
  }

  /** What its folder says of its figures by now. */
  learn({ headline }: Pick<RunSummary, 'headline'>): void {
    this.state = { ...this.state, headline };
    this.telling.request();
  }

  /** Between two stages it is known how far the run is, and not how long it takes. */
  private progressAfter(event: RunEvent): RunSummary['progress'] {
    const { progress } = this.state;
    if (event.type === 'progress') return event.run ?? progress;
    return event.type === 'stage-finished' && progress ? { ...progress, secondsLeft: null } : progress;
  }

  /**
   * The run as its folder has it in the end, which is told of by whoever asks: its figures are known by then. Where
   * that holds nothing, as it was last heard of.
   */
  async end({ status, problem }: RunEnded): Promise<RunSummary> {
    this.telling.stop();
    const found = await readRun(this.state.folder);
    const end = found?.summary ?? { ...this.state, finishedAt: new Date().toISOString() };
    const stages = afterEvent(this.state.stages, { type: 'run-finished', status: storedStatus(status) });
    this.state = { ...end, stages, warnings: this.state.warnings, status, problem: problem ?? end.problem };
    return this.state;
  }
}

/** What was interrupted did not end as it should. */
function storedStatus(status: RunEnded['status']) {
  return status === 'interrupted' ? 'failed' : status;
}
