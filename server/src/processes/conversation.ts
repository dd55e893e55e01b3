import type { Problem } from '../protocol/errors.js';
import { crashReport } from './crash-report.js';
import { type Part, startProcess } from './start-process.js';

/** A process that works for its parent by messages until it is told to stop, of which it says `stopped`. */
export interface Conversation {
  readonly pid: number;
  send(request: object): void;
  stop(): void;
  /** Ends it at once. */
  kill(): void;
  /** The problem that it ended for; undefined where it was stopped. */
  readonly ended: Promise<Problem | undefined>;
}

interface ConversationOptions<Event> {
  readonly part: Part;
  /** For the message of a crash: `The process that serves`. */
  readonly who: string;
  /** Asked to stop, it has this long to end before it is killed. */
  readonly graceMs: number;
  /** Undefined for a message that is no event, which is passed over: a third party's plugin may send anything. */
  readonly parse: (message: unknown) => Event | undefined;
  readonly onEvent: (event: Event) => void;
}

/** Starts a process with a first request. */
export function converse<Event extends { readonly type: string; readonly problem?: Problem }>(
  request: object,
  { part, who, graceMs, parse, onEvent }: ConversationOptions<Event>,
): Conversation {
  const child = startProcess({ part });
  let stopping: NodeJS.Timeout | undefined;
  let stopped: Event | undefined;
  child.onMessage((message) => {
    const event = parse(message);
    if (event?.type === 'stopped') stopped ??= event;
    if (event) onEvent(event);
  });
  const ended = child.exited.then(async (exit) => {
    clearTimeout(stopping);
    if (!stopped && !stopping) return crashReport({ who, exit, log: child.log });
    child.forgetLog();
    return stopped?.problem;
  });
  child.send(request);
  return {
    pid: child.pid,
    ended,
    send: child.send,
    stop() {
      stopping ??= setTimeout(child.kill, graceMs);
      child.send({ type: 'stop' });
    },
    kill() {
      stopping ??= setTimeout(() => undefined);
      child.kill();
    },
  };
}
