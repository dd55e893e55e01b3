import { plugins as builtIn } from '../plugins/registry.js';
import { loadPlugins } from '../plugins/third-party.js';
import { fail, type Problem, type Result } from '../protocol/errors.js';
import type { Search, SearchAnswer } from '../protocol/searching/search.js';
import {
  type OpenRequest,
  type SearchProcessEvent,
  type SearchRequest,
  searchProcessRequestSchema,
} from '../protocol/searching/search-process.js';
import { problemOf } from '../runner/halt.js';
import { keepLogShort, keepPrivate, ParentChannel } from '../runner/parent-channel.js';
import { ImageSearch } from './image-search.js';

/*
 * A process that searches one experiment's images. Its parent sends `open`, then any number of `search`, and in the end
 * `stop`; it answers with events, searches in the order in which they came. Without its parent it stops.
 */
const stopping = new AbortController();
const parent = new ParentChannel<SearchProcessEvent>();
let last: Promise<unknown> = Promise.resolve();
let engine: ImageSearch | undefined;

keepPrivate();
keepLogShort();
process.on('disconnect', () => stop());
process.on('message', (message) => {
  const request = searchProcessRequestSchema.parse(message);
  if (request.type === 'stop') stop();
  else if (request.type === 'open') void open(request);
  else last = last.then(() => answer(request));
});

async function open(request: OpenRequest): Promise<void> {
  const extra = await loadPlugins(request.plugins);
  if (!extra.ok) return leave(extra.problem);
  try {
    engine = await ImageSearch.open(request, [...builtIn, ...extra.value], parent.emit, stopping.signal);
    parent.emit({ type: 'opened', indices: [...engine.indices], choices: engine.choices() });
  } catch (error) {
    if (stopping.signal.aborted) return leave();
    await leave(expected(error));
  }
}

async function answer({ question, search }: SearchRequest): Promise<void> {
  parent.emit({ type: 'answered', question, answer: await answerTo(search) });
}

/** A model that cannot be loaded, say. */
async function answerTo(search: Search): Promise<Result<SearchAnswer>> {
  if (!engine) return fail('search-closed', 'The images are not open yet', { hint: 'Search again in a moment.' });
  try {
    return await engine.search(search);
  } catch (error) {
    return { ok: false, problem: expected(error) };
  }
}

/** A bug ends the process, and its trace explains the end. */
function expected(error: unknown): Problem {
  const problem = problemOf(error);
  if (problem) return problem;
  throw error;
}

/** What is being embedded stops at the next batch; what is done is in the cache. */
function stop(): void {
  stopping.abort();
  if (engine) void leave();
}

async function leave(problem?: Problem): Promise<void> {
  parent.emit({ type: 'stopped', problem });
  await parent.leave();
}
