import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { endMarked } from '../store/process-identity.js';

/** What marks a process of ours, and every program that it starts, so that none outlives it. A run's is its folder. */
const MARK = 'LOOKALIKE_PROCESS';

/** Ends every program that a process of ours started, by its mark. */
export const endPrograms = (mark: string) => endMarked(MARK, mark);

export type Part = 'runner' | 'serve' | 'search' | 'sweep' | 'explore';

/** How a process ended; `message` where it did not start. */
export interface Exit {
  readonly code: number | null;
  readonly signal: string | null;
  readonly message?: string;
}

/** A process that may load natives. */
export interface StartedProcess {
  /** 0 where it did not start. */
  readonly pid: number;
  /** The file that its standard streams are written to. */
  readonly log: string;
  /** Never rejects. */
  readonly exited: Promise<Exit>;
  send(message: object): void;
  onMessage(listen: (message: unknown) => void): void;
  /** Ends it at once, and every program that it started. */
  kill(): void;
  /** Removes the log: it ended as it should. */
  forgetLog(): void;
}

interface StartOptions {
  readonly part: Part;
  /** Default: a file in the user's temporary folder. */
  readonly log?: string;
  /** The run's folder, for a runner that is spoken to by files: it outlives the process that starts it. */
  readonly folder?: string;
}

/**
 * Starts a process: the one way there is. It is in a session of its own, so that neither a terminal's Control-C nor the
 * end of an editor reaches it, and its streams are a file, which waits for nobody. The bundle runs what is bundled; the
 * sources, under a loader, run the source.
 */
export function startProcess({ part, log: given, folder }: StartOptions): StartedProcess {
  const log = given ?? join(mkdtempSync(join(tmpdir(), 'lookalike-')), `${part}.log`);
  const mark = folder ?? randomUUID();
  const streams = openSync(log, 'a', 0o600);
  const { execArgv, entry } = programOf(part);
  const child = spawn(process.execPath, [...execArgv, entry, ...(folder === undefined ? [] : [folder])], {
    env: { ...memoryOf(part), ...process.env, ORT_DISABLE_TELEMETRY: '1', ELECTRON_RUN_AS_NODE: '1', [MARK]: mark },
    stdio: ['ignore', streams, streams, ...(folder === undefined ? (['ipc'] as const) : [])],
    detached: true,
    windowsHide: true,
  });
  closeSync(streams);
  if (folder !== undefined) child.unref();
  const exited = exitOf(child);
  void exited.then(() => endPrograms(mark));
  return {
    pid: child.pid ?? 0,
    log,
    exited,
    send: (message) => void (child.connected && child.send(message, () => undefined)),
    onMessage: (listen) => void child.on('message', listen),
    kill() {
      child.kill('SIGKILL');
      endPrograms(mark);
    },
    forgetLog: () => rmSync(dirname(log), { recursive: true, force: true }),
  };
}

/**
 * A process that lasts gives memory back. glibc's allocator has many arenas by default, each of which keeps what it was
 * given, and the more, the larger the blocks are that it has seen: after some large pictures in many threads it holds
 * hundreds of megabytes for nothing. Other systems' allocators do not read these.
 */
function memoryOf(part: Part): NodeJS.ProcessEnv {
  if (part === 'runner') return {};
  return { MALLOC_ARENA_MAX: '2', MALLOC_MMAP_THRESHOLD_: '131072', MALLOC_TRIM_THRESHOLD_: '131072' };
}

/** Of a part whose source is not in a folder of its name. */
const SOURCES: Partial<Record<Part, string>> = { explore: 'search/explore' };

function programOf(part: Part) {
  const here = fileURLToPath(import.meta.url);
  const fromSource = here.endsWith('.ts');
  return fromSource
    ? { execArgv: ['--import', 'tsx'], entry: `${dirname(dirname(here))}/${SOURCES[part] ?? part}/main.ts` }
    : { execArgv: [], entry: `${dirname(here)}/${part}.js` };
}

function exitOf(child: ChildProcess): Promise<Exit> {
  return new Promise((resolve) => {
    child.once('error', ({ message }) => {
      if (child.pid === undefined) resolve({ code: null, signal: null, message });
    });
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
}
