import { fail, type Problem } from '../../protocol/errors.js';
import { type ExploreEvent, type ExploreRequest, exploreRequestSchema } from '../../protocol/runs/explore/process.js';
import { problemOf, unwrap } from '../../runner/halt.js';
import { keepLogShort, keepPrivate, ParentChannel } from '../../runner/parent-channel.js';
import { UnusableFile } from '../../store/run-folder/run-files.js';
import { mapFaces } from './face-map.js';
import { findKept } from './kept-vectors.js';
import { describePeople, similaritiesOf } from './people.js';

/*
 * A process that works one thing out of the embeddings that are kept of a run: it reads what may be hundreds of
 * megabytes, and gives that back by ending. Its parent sends the request; without it the process ends.
 */
const TELL_EVERY_MS = 200;
const parent = new ParentChannel<ExploreEvent>();

keepPrivate();
keepLogShort();
process.once('disconnect', () => process.exit());
process.once('message', (message) => void work(exploreRequestSchema.parse(message)));

async function work(request: ExploreRequest): Promise<void> {
  const answer = await answerTo(request).catch(
    (error): ExploreEvent => ({ type: 'refused', problem: expected(error) }),
  );
  parent.emit(answer);
  await parent.leave();
}

async function answerTo(request: ExploreRequest): Promise<ExploreEvent> {
  const { folder, model } = request;
  const kept = unwrap(await findKept(folder, model));
  if (request.type === 'people') return { type: 'people', people: await describePeople(folder, model, kept, tell) };
  if (request.type === 'map') return { type: 'map', map: await mapFaces(folder, request, kept, tell) };
  return { type: 'similarities', similarities: await similaritiesOf(kept, request.identities) };
}

let told = 0;
function tell(what: string) {
  return (done: number, total: number) => {
    if (done < total && Date.now() - told < TELL_EVERY_MS) return;
    told = Date.now();
    parent.emit({ type: 'progress', what, done, total });
  };
}

/** A bug ends the process, and its trace explains the end. */
function expected(error: unknown): Problem {
  if (error instanceof UnusableFile) {
    return fail('neighbours-unusable', error.message, { hint: 'Run the experiment again.' }).problem;
  }
  const problem = problemOf(error);
  if (problem) return problem;
  throw error;
}
