import type { Problem } from '../protocol/errors.js';
import { type ServeEvent, type ServeProcessRequest, type ServeRequest, serveEventSchema } from '../protocol/serve.js';
import { forkRunner } from './fork-runner.js';

/** A server that was asked to stop has this long to answer what is under way before it is killed. */
const STOP_GRACE_MS = 5000;
/** What it writes to its standard streams is kept to this length, from the end, to explain a crash. */
const LOG_TAIL = 8192;

/** A process that serves an experiment's indexes. */
export interface Serving {
  stop(): void;
  /** The problem that it ended for; undefined where it was stopped. */
  readonly ended: Promise<Problem | undefined>;
}

/** Starts serving in a process of its own. */
export function startServing(request: ServeRequest, onEvent: (event: ServeEvent) => void): Serving {
  const child = forkRunner('serve');
  let log = '';
  let stopping: NodeJS.Timeout | undefined;
  let stopped: Extract<ServeEvent, { type: 'stopped' }> | undefined;
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => {
      log = (log + chunk).slice(-LOG_TAIL);
    });
  }
  child.on('message', (message) => {
    const event = serveEventSchema.parse(message);
    if (event.type === 'stopped') stopped ??= event;
    onEvent(event);
  });
  const ended = new Promise<Problem | undefined>((resolve) => {
    const end = () => {
      clearTimeout(stopping);
      resolve(stopped || stopping ? stopped?.problem : crash(log));
    };
    child.once('error', end);
    child.once('close', end);
  });
  child.send(request, () => undefined);
  return {
    ended,
    stop() {
      stopping ??= setTimeout(() => child.kill('SIGKILL'), STOP_GRACE_MS);
      if (child.connected) child.send({ type: 'stop' } satisfies ServeProcessRequest, () => undefined);
    },
  };
}

function crash(log: string): Problem {
  const words = log.trim() ? `. Its last words:\n${log.trim()}` : '';
  const hint = 'Start it again: what was embedded is in the cache.';
  return { code: 'runner-crashed', message: `The process that serves ended by itself${words}`, hint };
}
