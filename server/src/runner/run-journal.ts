import type { Problem } from '../protocol/errors.js';
import type { RunStatus } from '../protocol/results.js';
import type { RunEvent } from '../protocol/runner.js';
import { afterEvent } from '../protocol/stage-states.js';
import { type RunRecord, writeRunRecord } from '../store/run-folder/run-record.js';

/** Whoever looks at the run's folder from elsewhere sees what is at most this old. */
const WRITE_EVERY_MS = 1000;

/** Keeps `run.json` up with what a run says. */
export class RunJournal {
  private writing: Promise<void> = Promise.resolve();
  private lastWrite = performance.now();

  constructor(
    private readonly folder: string,
    private record: RunRecord,
  ) {}

  /** Takes note of an event; it is written with others. A disk that is full by now is the run's matter, not this. */
  note(event: RunEvent): void {
    this.record = { ...this.record, stages: afterEvent(this.record.stages, event) };
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
    return this.write();
  }

  private write(): Promise<void> {
    this.lastWrite = performance.now();
    const writing = this.writing.catch(() => undefined).then(() => writeRunRecord(this.folder, this.record));
    this.writing = writing;
    return writing;
  }
}
