import { startServing } from '../processes/serve-process.js';
import type { ServeEvent, ServeWork } from '../protocol/searching/serve.js';
import { EXIT } from './exit.js';
import { onInterrupt } from './interrupt.js';
import { printProblem } from './print.js';
import { type ProgressStyle, progressDisplay } from './progress.js';

/** Problems of what was asked for on the command line, which are found out by trying it. */
const ARGUMENTS = new Set([
  'folder-not-empty',
  'model-unknown',
  'photographs-changed',
  'port-taken',
  'address-unusable',
  'permission-needed',
]);

/** What was asked for is there: it is served, or written. */
type Reached = Extract<ServeEvent, { type: 'serving' | 'exported' }>;

/** Serves or exports in a process of its own, with progress until that is reached; Control-C stops it. Gives the exit code. */
export async function workUntilEnded(
  request: ServeWork,
  progress: ProgressStyle,
  print: (reached: Reached) => void,
): Promise<number> {
  const display = progressDisplay(progress);
  let isReached = false;
  const work = startServing(request, (event) => {
    if (event.type === 'stopped') return;
    if (event.type !== 'serving' && event.type !== 'exported') return display.show(event);
    isReached = true;
    display.close();
    print(event);
  });
  const stopListening = onInterrupt({ first: work.stop, second: work.kill });
  const problem = await work.ended;
  stopListening();
  display.close();
  if (problem) return printProblem(problem, ARGUMENTS.has(problem.code) ? EXIT.usage : EXIT.failed);
  return isReached ? EXIT.done : EXIT.cancelled;
}
