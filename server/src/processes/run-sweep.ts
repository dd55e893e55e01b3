import type { Problem, Result } from '../protocol/errors.js';
import type { RunEvent } from '../protocol/runner.js';
import type { Sweep } from '../protocol/runs/sweep.js';
import type { VariantValues } from '../protocol/runs/variant.js';
import { keyOf } from '../store/files.js';
import { homeOf } from '../store/home.js';
import { fateOf } from '../store/process-identity.js';
import { isGoingOn, type RunFolder } from '../store/run-folder/run-folder.js';
import { readRunRecord } from '../store/run-folder/run-record.js';
import {
  isFinished,
  isSweepAskedToCancel,
  openSweep,
  relativeFolder,
  runFolderOf,
  type StoredSweep,
  writeSweep,
} from '../store/sweep-file.js';
import { endRun } from './end-run.js';
import { folderProblem, type RunOptions, startRun } from './start-run.js';
import { type RunEnded, type RunHandle, watchRun } from './watch-run.js';

/** A variant that is to be run: its values, and the experiment that it is. */
export interface WantedVariant {
  readonly values: VariantValues;
  readonly text: string;
}

export interface SweepOptions extends Omit<RunOptions, 'text' | 'variant' | 'sweep' | 'variantCount' | 'onEvent'> {
  /** The experiment's name. */
  readonly name: string;
  /** The file's text, matrix and all. */
  readonly text: string;
  readonly axes: Sweep['axes'];
  readonly variants: readonly WantedVariant[];
  /** How many variants run at once; they take turns at what uses every core. */
  readonly jobs: number;
  readonly listener: SweepListener;
}

/** Told of each variant by its number, from 0. */
export interface SweepListener {
  /** It begins; `isKept`: it was finished before, and is not run again. */
  started(variant: number, how: { readonly isKept: boolean }): void;
  /** It has a folder, and a process that works in it. */
  runs?(variant: number, run: RunFolder, sweep: string): void;
  event(variant: number, event: RunEvent): void;
  ended(variant: number, end: VariantEnd): void;
}

export interface VariantEnd {
  readonly values: VariantValues;
  /** Absent where it did not begin. */
  readonly folder?: string;
  readonly status: RunEnded['status'];
  readonly problem?: Problem;
}

export interface SweepHandle {
  readonly id: string;
  /** Where it is written down. */
  readonly file: string;
  /** An earlier command began it. */
  readonly goesOn: boolean;
  /** How its variants ended, in their order; those that a cancel kept from beginning are cancelled. Never rejects. */
  readonly ended: Promise<readonly VariantEnd[]>;
  /** Ends what is going on, and begins nothing more. `atOnce`: without waiting. */
  cancel(options?: { readonly atOnce?: boolean }): Promise<void>;
}

/**
 * Runs the variants of an experiment, each as a run of its own: one that fails stops no other. What they share is computed
 * once, by the cache. A sweep of the same that was begun and not finished goes on: what is finished is not run again, and a
 * run of it that outlived its command is waited for. Problems: those of `openSweep`.
 */
export async function runSweep(options: SweepOptions): Promise<Result<SweepHandle>> {
  const { file, set = [], stage, name, text, axes, variants, out, useCache = true } = options;
  const { device = 'cpu', plugins = [] } = options;
  const values = variants.map((variant) => variant.values);
  const key = keyOf([file, text, set, stage ?? null, device, plugins, values]);
  const asked = { file, name, set: [...set], stage, axes, key, variants: values };
  const opened = await openSweep(homeOf(file), asked, { out, anew: !useCache }).catch(folderProblem);
  if (!opened.ok) return opened;
  const sweep = new RunningSweep(opened.value, options);
  const { id } = opened.value.sweep;
  const cancel: SweepHandle['cancel'] = ({ atOnce = false } = {}) => sweep.cancel(atOnce);
  return { ok: true, value: { id, file: opened.value.file, goesOn: opened.value.goesOn, ended: sweep.run(), cancel } };
}

const LOOK_EVERY_MS = 100;

class RunningSweep {
  private state: Sweep;
  private readonly going = new Map<number, RunHandle>();
  private isCancelled = false;
  private next = 0;
  private writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly stored: StoredSweep,
    private readonly options: SweepOptions,
  ) {
    this.state = stored.sweep;
  }

  async run(): Promise<readonly VariantEnd[]> {
    const ends: VariantEnd[] = [];
    const work = async () => {
      for (let n = this.next++; n < this.options.variants.length; n = this.next++) {
        const end = await this.runVariant(n);
        ends[n] = end;
        this.note(n, { status: end.status, problem: end.problem });
        this.options.listener.ended(n, end);
      }
    };
    const looking = setInterval(() => this.lookForWordOfEnd(), LOOK_EVERY_MS);
    await Promise.all(Array.from({ length: Math.max(1, this.options.jobs) }, work));
    clearInterval(looking);
    await this.writing;
    return ends;
  }

  async cancel(atOnce: boolean): Promise<void> {
    this.isCancelled = true;
    await Promise.all([...this.going.values()].map(({ folder }) => endRun(folder, { atOnce })));
  }

  /** Somebody asks for its end by a file; the editor that it is to end with is gone, of which its runs know themselves. */
  private lookForWordOfEnd(): void {
    const { stopWith } = this.options;
    if (isSweepAskedToCancel(this.stored.file)) void this.cancel(false);
    else if (stopWith && !this.isCancelled && fateOf(stopWith) === 'dead') this.isCancelled = true;
  }

  private async runVariant(n: number): Promise<VariantEnd> {
    const { values } = this.options.variants[n]!;
    if (this.isCancelled) return { values, status: 'cancelled' };
    const kept = runFolderOf(this.stored, this.state.variants[n]?.folder ?? null);
    if (kept !== undefined && this.stored.goesOn && (await isFinished(kept))) {
      const record = await readRunRecord(kept);
      this.options.listener.started(n, { isKept: true });
      return { values, folder: kept, status: record?.status ?? 'done', problem: record?.problem };
    }
    const started = (await this.adopted(n, kept)) ?? (await this.started(n, kept));
    if (!started.ok) return { values, status: 'failed', problem: started.problem };
    const run = started.value;
    this.going.set(n, run);
    if (this.isCancelled) void run.cancel();
    const { status, problem } = await run.ended;
    this.going.delete(n);
    return { values, folder: run.folder, status, problem };
  }

  /** A run that outlived the command which began it. */
  private async adopted(n: number, folder: string | undefined): Promise<Result<RunHandle> | undefined> {
    const record = folder === undefined ? undefined : await readRunRecord(folder);
    if (folder === undefined || !record || !(await isGoingOn(folder, record))) return undefined;
    this.options.listener.started(n, { isKept: false });
    this.options.listener.runs?.(n, { id: record.id, folder }, this.state.id);
    const onEvent = (event: RunEvent) => this.options.listener.event(n, event);
    return { ok: true, value: watchRun({ id: record.id, folder }, { onEvent }) };
  }

  private async started(n: number, kept: string | undefined): Promise<Result<RunHandle>> {
    const { variants, listener, axes: _, jobs: __, out, ...options } = this.options;
    const { values, text } = variants[n]!;
    listener.started(n, { isKept: false });
    const started = await startRun({
      ...options,
      text,
      variant: values,
      sweep: this.state.id,
      variantCount: variants.length,
      out: out && kept,
      onEvent: (event) => listener.event(n, event),
    });
    // What is killed from now on is found again.
    if (started.ok) this.note(n, { folder: relativeFolder(this.stored, started.value.folder) });
    await this.writing;
    if (started.ok) listener.runs?.(n, started.value, this.state.id);
    return started;
  }

  /** Written one after the other; a disk that is full by now is the runs' matter. */
  private note(n: number, what: Partial<Sweep['variants'][number]>): void {
    const variants = this.state.variants.map((one, at) => (at === n ? { ...one, ...what } : one));
    this.state = { ...this.state, variants };
    this.writing = this.writing.then(() => writeSweep(this.stored.file, this.state)).catch(() => undefined);
  }
}
