import { URI } from 'vscode-uri';
import { Throttle } from '../../processes/throttle.js';
import type { Problem } from '../../protocol/errors.js';
import type { RunSummary } from '../../protocol/run-state.js';
import type { RunEvent } from '../../protocol/runner.js';
import { afterEvent } from '../../protocol/stage-states.js';
import type { RunFolder } from '../../store/run-folder/run-folder.js';
import { readRun } from './read-run.js';

const TELL_EVERY_MS = 100;
/** Warnings of a run that are shown; a runner may utter any number. */
const MOST_WARNINGS = 100;

/** A run of this server while it goes on; tells of its changes, ten times a second at the most. */
export class LiveRun {
  private state: RunSummary;
  private readonly telling: Throttle;

  constructor(file: string, name: string, { id, folder }: RunFolder, tell: (run: RunSummary) => void) {
    this.state = {
      ...{ id, folder, file, uri: URI.file(file).toString(), name, status: 'running', stages: [] },
      ...{ startedAt: new Date().toISOString(), finishedAt: null, problem: null, warnings: [], headline: [] },
      ...{ expect: { held: 0, of: 0 }, own: true },
    };
    this.telling = new Throttle(TELL_EVERY_MS, () => tell(this.state));
    this.telling.now();
  }

  get summary(): RunSummary {
    return this.state;
  }

  /** The end is not told of here: its figures are known when its folder is read. */
  receive(event: RunEvent): void {
    const { stages, warnings } = this.state;
    this.state = { ...this.state, stages: afterEvent(stages, event) };
    if (event.type === 'run-finished') this.telling.stop();
    else this.telling.request();
    if (event.type === 'warning' && warnings.length < MOST_WARNINGS) {
      this.state = { ...this.state, warnings: [...warnings, event.problem] };
    }
  }

  /** The run as its folder has it in the end; where that holds nothing, as it was last heard of. */
  async end(status: RunSummary['status'], problem?: Problem): Promise<RunSummary> {
    this.telling.stop();
    const found = await readRun(this.state.folder);
    const { stages, warnings } = this.state;
    const end = found?.summary ?? { ...this.state, finishedAt: new Date().toISOString() };
    this.state = { ...end, stages, warnings, status, problem: problem ?? end.problem, own: true };
    return this.state;
  }
}
