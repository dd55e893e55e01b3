import { fail, type Problem, type Result } from '../protocol/errors.js';
import type { Search, SearchAnswer, SearchState } from '../protocol/searching/search.js';
import {
  type OpenRequest,
  type SearchProcessEvent,
  type SearchProcessRequest,
  searchProcessEventSchema,
} from '../protocol/searching/search-process.js';
import { type Conversation, converse } from './conversation.js';
import { Throttle } from './throttle.js';

const TELL_EVERY_MS = 100;
/** Told to stop, it has this long before it is killed, so that cancelling takes under a second. */
const STOP_GRACE_MS = 900;
/** Warnings that are shown; a data set may give rise to any number. */
const MOST_WARNINGS = 100;

type Waiting = (answer: Result<SearchAnswer>) => void;

/** A process that searches one experiment's images; tells of its state, ten times a second at the most. */
export class SearchProcess {
  private readonly child: Conversation;
  private readonly waiting = new Map<number, Waiting>();
  private readonly telling: Throttle;
  private asked = 0;
  private now: SearchState;
  /** Once the process is no more. */
  readonly closed: Promise<void>;

  constructor(request: OpenRequest, about: Pick<SearchState, 'uri' | 'name'>, tell: (state: SearchState) => void) {
    this.now = { ...about, status: 'opening', progress: null, indices: [], choices: [], warnings: [], problem: null };
    this.telling = new Throttle(TELL_EVERY_MS, () => tell(this.now));
    const parse = (message: unknown) => searchProcessEventSchema.safeParse(message).data;
    const onEvent = (event: SearchProcessEvent) => this.receive(event);
    const options = {
      part: 'search',
      who: 'The process that searches',
      graceMs: STOP_GRACE_MS,
      parse,
      onEvent,
    } as const;
    this.child = converse(request, options);
    this.telling.now();
    this.closed = this.child.ended.then((problem) => this.end(problem));
  }

  get pid(): number {
    return this.child.pid;
  }

  get state(): SearchState {
    return this.now;
  }

  /** Waits for its turn. Problems: `search-cancelled`, those of the engine, what the process ended for. */
  search(search: Search, signal: AbortSignal): Promise<Result<SearchAnswer>> {
    if (this.now.status === 'closed') return Promise.resolve(notOpen(this.now.problem));
    const question = this.asked++;
    const request: SearchProcessRequest = { type: 'search', question, search };
    this.child.send(request);
    signal.addEventListener('abort', () => this.settle(question, cancelled()));
    return new Promise((resolve) => this.waiting.set(question, resolve));
  }

  close(): void {
    this.child.stop();
  }

  private receive(event: SearchProcessEvent): void {
    if (event.type === 'answered') this.settle(event.question, event.answer);
    if (event.type === 'opened') {
      const { indices, choices } = event;
      this.now = { ...this.now, status: 'ready', progress: null, indices, choices };
    }
    if (event.type === 'progress' && this.now.status === 'opening') this.now = { ...this.now, progress: event };
    if (event.type === 'warning' && this.now.warnings.length < MOST_WARNINGS) {
      this.now = { ...this.now, warnings: [...this.now.warnings, event.problem] };
    }
    this.telling.request();
  }

  private settle(question: number, answer: Result<SearchAnswer>): void {
    this.waiting.get(question)?.(answer);
    this.waiting.delete(question);
  }

  private end(problem: Problem | undefined): void {
    this.now = { ...this.now, status: 'closed', progress: null, problem: problem ?? null };
    for (const question of [...this.waiting.keys()]) this.settle(question, notOpen(this.now.problem));
    this.telling.now();
    this.telling.stop();
  }
}

export function notOpen(problem: Problem | null): Result<never> {
  if (problem) return { ok: false, problem };
  return fail('search-closed', 'The images are not open to be searched', { hint: 'Open them again.' });
}

function cancelled(): Result<never> {
  return fail('search-cancelled', 'Something else was searched for before this was answered');
}
