import { appendFileSync, existsSync, lstatSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type RunEvent, runEventSchema, type StartRequest, startRequestSchema } from '../../protocol/runner.js';
import { sha256, writeAtomically } from '../files.js';
import { openPlain, readPlain } from '../plain-file.js';

/*
 * The files by which a run is controlled and watched from any process: what it was asked, what it says, that it lives,
 * and that it is to stop.
 */
export const REQUEST = 'request.json';
export const EVENTS = 'events.jsonl';
export const LOG = 'runner.log';
const HEARTBEAT = 'heartbeat';
const CANCEL = 'cancel';
const RESERVE = 'reserve';
export const CONTROL_FILES = [REQUEST, EVENTS, LOG, HEARTBEAT, CANCEL, RESERVE];

/** A run whose heart has not beaten for so long is taken for dead where its process cannot be looked at. */
export const HEARTBEAT_EXPIRES_MS = 120_000;
/** On a disk that is full, so much is given back to write down why the run ended. */
const RESERVE_BYTES = 16_384;
/** More of a log does not explain more. */
const LOG_TAIL = 8192;
const MOST_EVENT_BYTES = 2 ** 28;

/** What tells the text of an experiment, as it was run, from any other: `run.specHash` of its results. */
export function specHash(text: string, overrides: readonly string[]): string {
  return sha256(JSON.stringify([text, overrides]));
}

export function writeRequest(folder: string, request: StartRequest): Promise<void> {
  return writeAtomically(join(folder, REQUEST), `${JSON.stringify(request, null, 2)}\n`);
}

/** Throws where it is not there or not what a starter writes: nobody but a starter starts a runner. */
export function readRequest(folder: string): StartRequest {
  const file = join(folder, REQUEST);
  if (!lstatSync(file).isFile()) throw new Error(`${file} is no file`);
  return startRequestSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
}

/** Writes a run's events, each before the next instruction: a runner that is blocked or killed has said what it said. */
export class EventLog {
  private readonly file: string;
  private readonly reserve: string;

  constructor(folder: string) {
    this.file = join(folder, EVENTS);
    this.reserve = join(folder, RESERVE);
    this.tryTo(() => writeFileSync(this.reserve, Buffer.alloc(RESERVE_BYTES, 1), { mode: 0o600 }));
  }

  /** A disk that is full by now is the run's matter, not this. */
  append(event: RunEvent): void {
    const line = `${JSON.stringify(event)}\n`;
    const write = () => appendFileSync(this.file, line, { mode: 0o600 });
    if (this.tryTo(write)) return;
    this.release();
    this.tryTo(write);
  }

  /** Gives the reserved room back. */
  release(): void {
    this.tryTo(() => rmSync(this.reserve, { force: true }));
  }

  private tryTo(work: () => void): boolean {
    try {
      work();
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === undefined) throw error;
      return false;
    }
  }
}

/** Reads the events that have come since it was asked last, from the first on. */
export class EventTail {
  private offset = 0;
  private begun: Buffer = Buffer.alloc(0);
  private readonly file: string;

  constructor(folder: string) {
    this.file = join(folder, EVENTS);
  }

  /** What is no event is passed over: a newer runner may say more. */
  async read(): Promise<RunEvent[]> {
    const added = await this.added();
    if (added.length === 0) return [];
    const bytes = Buffer.concat([this.begun, added]);
    const end = bytes.lastIndexOf('\n') + 1;
    this.begun = bytes.subarray(end);
    const lines = bytes.subarray(0, end).toString('utf8').split('\n');
    return lines.flatMap((line) => eventOf(line) ?? []);
  }

  private async added(): Promise<Buffer> {
    const handle = await openPlain(this.file).catch(() => undefined);
    if (!handle) return Buffer.alloc(0);
    try {
      const { size } = await handle.stat();
      const room = Buffer.alloc(Math.max(0, size - this.offset));
      const { bytesRead } = await handle.read(room, 0, room.length, this.offset);
      this.offset += bytesRead;
      return room.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  }
}

function eventOf(line: string): RunEvent | undefined {
  try {
    return runEventSchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

/** The end of what a run's process wrote to its streams. */
export async function readLogTail(log: string): Promise<string> {
  const handle = await openPlain(log).catch(() => undefined);
  if (!handle) return '';
  try {
    const { size } = await handle.stat();
    const room = Buffer.alloc(Math.min(size, LOG_TAIL));
    const { bytesRead } = await handle.read(room, 0, room.length, size - room.length);
    return room.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}

/**
 * Says that the run lives; gives whether its folder is there. A sign that a shortage of handles or of disk keeps from being
 * given is left out: nobody takes a run for dead by one.
 */
export async function beat(folder: string): Promise<boolean> {
  const file = join(folder, HEARTBEAT);
  const now = new Date();
  try {
    await utimes(file, now, now).catch(() => writeFile(file, '', { mode: 0o600 }));
    return true;
  } catch {
    return existsSync(folder);
  }
}

/** Whether a run's heart beat a moment ago, by a clock that may be a little ahead or behind. */
export async function isBeating(folder: string): Promise<boolean> {
  const found = await lastSign(folder);
  return found !== undefined && Math.abs(Date.now() - found) < HEARTBEAT_EXPIRES_MS;
}

async function lastSign(folder: string): Promise<number | undefined> {
  for (const name of [HEARTBEAT, 'run.json']) {
    const found = await stat(join(folder, name)).catch(() => undefined);
    if (found) return found.mtimeMs;
  }
  return undefined;
}

/** Asks the run in a folder to stop; it looks ten times a second. */
export function askToCancel(folder: string): Promise<void> {
  return writeFile(join(folder, CANCEL), '', { mode: 0o600 });
}

export function isAskedToCancel(folder: string): boolean {
  return existsSync(join(folder, CANCEL));
}

/** All warnings of a run, as it uttered them. */
export async function readEvents(folder: string): Promise<RunEvent[]> {
  const bytes = await readPlain(join(folder, EVENTS), MOST_EVENT_BYTES).catch(() => undefined);
  const lines = bytes?.toString('utf8').split('\n') ?? [];
  return lines.flatMap((line) => eventOf(line) ?? []);
}
