import { fail, ok, type Problem, type Result } from '../protocol/errors.js';
import { type SweepEvent, type SweepRequest, sweepEventSchema } from '../protocol/runs/sweep-process.js';
import { converse } from './conversation.js';

/** A sweep in a process of its own; it goes on without the one that started it. */
export interface StartedSweep {
  readonly id: string;
  /** An earlier command began it. */
  readonly goesOn: boolean;
  /** When its process is gone, with why where that was before its time. */
  readonly ended: Promise<Problem | undefined>;
}

/**
 * Starts a sweep that outlives this process. `onEvent` is told of its variants as long as this process lives. Problems: those
 * of `runSweep`; `runner-crashed`.
 */
export function startSweep(request: SweepRequest, onEvent: (event: SweepEvent) => void): Promise<Result<StartedSweep>> {
  return new Promise((resolve) => {
    const process = converse<SweepEvent>(request, {
      ...{ part: 'sweep', who: 'The process that runs the sweep', graceMs: 0 },
      parse: (message) => sweepEventSchema.safeParse(message).data,
      onEvent(event) {
        onEvent(event);
        if (event.type === 'opened') resolve(ok({ id: event.id, goesOn: event.goesOn, ended: process.ended }));
      },
    });
    void process.ended.then((problem) =>
      resolve(problem ? { ok: false, problem } : fail('runner-crashed', 'The sweep ended before it began')),
    );
  });
}
