import type { Problem } from '../../protocol/errors.js';
import type { RunStatus } from '../../protocol/results.js';
import type { RunEvent, StartRequest } from '../../protocol/runner.js';
import { afterEvent } from '../../protocol/runs/stage-states.js';
import { EventLog } from '../../store/run-folder/control-files.js';
import { newRunRecord, type RunRecord, writeRunRecord } from '../../store/run-folder/run-record.js';
import { type ExpectedPart, RunProgress } from './run-progress.js';

/** Whoever looks at the run's folder from elsewhere sees what is at most this old. */
const WRITE_EVERY_MS = 1000;
/** Progress is of use at once or not at all: a run of days writes down less of it than one of minutes. */
const PROGRESS_EVERY_MS = { least: 100, most: 2000, shareOfTime: 1 / 2000 };

/** Writes down what a run says, in the order in which it says it, and keeps `run.json` up with it. */
export class RunJournal {
  private readonly events: EventLog;
  private readonly progress = new RunProgress();
  private record: RunRecord;
  private writing: Promise<void> = Promise.resolve();
  private readonly began = performance.now();
  private lastWrite = performance.now();
  private lastProgress = Number.NEGATIVE_INFINITY;
  private unwritten: RunEvent | undefined;

  constructor(
    private readonly folder: string,
    request: StartRequest,
  ) {
    this.events = new EventLog(folder);
    this.record = newRunRecord(request.runId, request);
  }

  get startedAt(): string {
    return this.record.startedAt;
  }

  /** What the parts of the run's stages will take, as soon as that is known. */
  expect(parts: readonly ExpectedPart[]): void {
    this.progress.expect(parts);
  }

  /** Takes note of an event. A disk that is full by now is the run's matter, not this. */
  note(said: RunEvent): void {
    const event = this.progress.told(said);
    this.record = { ...this.record, stages: afterEvent(this.record.stages, event) };
    this.append(event);
    if (performance.now() - this.lastWrite < WRITE_EVERY_MS) return;
    this.write().catch(() => undefined);
  }

  /** Writes down what the experiment's file says, once it is read. */
  describe(experiment: Pick<RunRecord, 'name' | 'perturbed'>): Promise<void> {
    this.record = { ...this.record, ...experiment };
    return this.write();
  }

  /** Writes the end, after which there is nothing to note. Throws the file system's error. */
  end(status: RunStatus, problem?: Problem): Promise<void> {
    const stages = afterEvent(this.record.stages, { type: 'run-finished', status });
    this.record = { ...this.record, stages, status, problem };
    this.events.release();
    return this.write();
  }

  private write(): Promise<void> {
    this.lastWrite = performance.now();
    const writing = this.writing.catch(() => undefined).then(() => writeRunRecord(this.folder, this.record));
    this.writing = writing;
    return writing;
  }

  /** Of progress the last before anything else is never left out: it says how much there was. */
  private append(event: RunEvent): void {
    if (event.type === 'progress' && !this.isTimeForProgress(event)) {
      this.unwritten = event;
      return;
    }
    if (this.unwritten && event.type !== 'progress') this.events.append(this.unwritten);
    this.unwritten = undefined;
    this.events.append(event);
  }

  private isTimeForProgress({ done, total }: { done: number; total: number }): boolean {
    const now = performance.now();
    const { least, most, shareOfTime } = PROGRESS_EVERY_MS;
    const every = Math.min(most, Math.max(least, shareOfTime * (now - this.began)));
    if (done < total && now - this.lastProgress < every) return false;
    this.lastProgress = now;
    return true;
  }
}
