import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import type { ProcessIdentity } from '../protocol/runner.js';

/** `unknown`: it ran on another machine, in another container, or before this machine was started anew. */
export type Fate = 'alive' | 'dead' | 'unknown';

const SPACE = spaceOfThisProcess();

export function identityOf(pid: number): ProcessIdentity {
  return { pid, started: startOf(pid), space: SPACE };
}

export function fateOf({ pid, started, space }: ProcessIdentity): Fate {
  if (space !== SPACE) return 'unknown';
  return isAlive(pid) && startOf(pid) === started ? 'alive' : 'dead';
}

/** Whether a process of this machine runs; one that belongs to somebody else counts, one that waits to be buried does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return statOf(pid)?.[0] !== 'Z';
}

/** Ends every process that was started with a variable of this value: also those that left their parent's group. */
export function endMarked(name: string, value: string): void {
  if (process.platform !== 'linux') return;
  const mark = `${name}=${value}`;
  for (const pid of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    if (Number(pid) === process.pid || !environmentOf(pid).includes(mark)) continue;
    try {
      process.kill(Number(pid), 'SIGKILL');
    } catch {
      // It ended meanwhile.
    }
  }
}

function environmentOf(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  } catch {
    return [];
  }
}

function startOf(pid: number): string | null {
  if (process.platform === 'linux') return statOf(pid)?.[19] ?? null;
  if (process.platform === 'win32') return null;
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || null;
  } catch {
    return null;
  }
}

/** The fields of Linux's `/proc/PID/stat` behind the program's name, which may hold anything: the first is the state. */
function statOf(pid: number): string[] | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

function spaceOfThisProcess(): string {
  if (process.platform !== 'linux') return hostname();
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return [hostname(), boot, readlinkSync('/proc/self/ns/pid')].join(' ');
  } catch {
    return hostname();
  }
}
