import { fail, type Problem } from '../../protocol/errors.js';
import type { ProcessIdentity } from '../../protocol/runner.js';
import { fateOf } from '../../store/process-identity.js';
import { beat, isAskedToCancel } from '../../store/run-folder/control-files.js';

/** So often a runner looks whether it is to stop: a request is heard within a tenth of the second it has. */
const LOOK_EVERY_MS = 100;
const BEAT_EVERY_MS = 1000;

/**
 * Aborted when the run is to stop: by a file in its folder, by a signal, with the editor that it is to end with, or
 * since its folder is gone. Its reason is the problem to report where the user did not ask for it. Meanwhile the run
 * gives a sign of life once a second.
 */
export function wordOfEnd(folder: string, stopWith: ProcessIdentity | undefined): AbortSignal {
  const ending = new AbortController();
  let lastBeat = Number.NEGATIVE_INFINITY;
  const look = () => {
    if (isAskedToCancel(folder)) ending.abort();
    if (performance.now() - lastBeat < BEAT_EVERY_MS) return;
    lastBeat = performance.now();
    void beat(folder).then((isThere) => isThere || ending.abort());
    if (stopWith && fateOf(stopWith) === 'dead') ending.abort(editorGone());
  };
  look();
  setInterval(look, LOOK_EVERY_MS).unref();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => ending.abort());
  return ending.signal;
}

/** Why a run was stopped, where nobody asked for it. */
export function reasonOf({ reason }: AbortSignal): Problem | undefined {
  return reason instanceof Error ? undefined : (reason as Problem);
}

function editorGone(): Problem {
  const hint =
    'Run it again to go on: what was finished is kept. With lookalike.stopWithEditor off, runs go on by themselves.';
  return fail('stopped-with-editor', 'The editor’s window was closed or reloaded, and the run ended with it', { hint })
    .problem;
}
