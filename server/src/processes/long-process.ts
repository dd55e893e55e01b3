import type { Problem } from '../protocol/errors.js';
import { forkRunner } from './fork-runner.js';

/** What it writes to its standard streams is kept to this length, from the end, to explain a crash. */
const LOG_TAIL = 8192;
/** Programs that it started may hold its streams open after its end; its last words are waited for this long. */
const LAST_WORDS_MS = 200;

/** A process that works for its parent until it is told to stop, of which it says `stopped`. */
export interface LongProcess {
  readonly pid: number | undefined;
  send(request: object): void;
  stop(): void;
  /** The problem that it ended for; undefined where it was stopped. */
  readonly ended: Promise<Problem | undefined>;
}

interface LongProcessOptions<Event> {
  readonly part: 'serve' | 'search';
  /** What it does, for the message of a crash: `serves`. */
  readonly does: string;
  /** Asked to stop, it has this long to end before it is killed. */
  readonly graceMs: number;
  /** Undefined for a message that is no event, which is passed over: a third party's plugin may send anything. */
  readonly parse: (message: unknown) => Event | undefined;
  readonly onEvent: (event: Event) => void;
}

/** Starts a process with a first request. */
export function startProcess<Event extends { readonly type: string; readonly problem?: Problem }>(
  request: object,
  { part, does, graceMs, parse, onEvent }: LongProcessOptions<Event>,
): LongProcess {
  const child = forkRunner(part);
  let log = '';
  let stopping: NodeJS.Timeout | undefined;
  let stopped: Event | undefined;
  const keepTail = (text: unknown) => {
    log = (log + text).slice(-LOG_TAIL);
  };
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', keepTail);
  child.on('message', (message) => {
    const event = parse(message);
    if (event?.type === 'stopped') stopped ??= event;
    if (event) onEvent(event);
  });
  const ended = new Promise<Problem | undefined>((resolve) => {
    const end = () => {
      clearTimeout(stopping);
      resolve(stopped || stopping ? stopped?.problem : crash(does, log));
    };
    child.once('error', (error) => {
      keepTail(error.message);
      if (child.pid === undefined) end();
    });
    child.once('close', end);
    child.once('exit', () => setTimeout(end, LAST_WORDS_MS).unref());
  });
  const send = (message: object) => {
    if (child.connected) child.send(message, () => undefined);
  };
  send(request);
  return {
    pid: child.pid,
    ended,
    send,
    stop() {
      stopping ??= setTimeout(() => child.kill('SIGKILL'), graceMs);
      send({ type: 'stop' });
    },
  };
}

function crash(does: string, log: string): Problem {
  const words = log.trim() ? `. Its last words:\n${log.trim()}` : '';
  const hint = 'Start it again: what was embedded is in the cache.';
  return { code: 'runner-crashed', message: `The process that ${does} ended by itself${words}`, hint };
}
