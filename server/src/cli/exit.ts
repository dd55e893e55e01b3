import type { ShownStatus } from '../protocol/runs/run-state.js';

/** What the process ends with. */
export const EXIT = {
  done: 0,
  /** The run failed, or an `expect` did not hold. */
  failed: 1,
  /** The file or the arguments are wrong. */
  usage: 2,
  cancelled: 130,
} as const;

export const EXIT_OF_STATUS: Readonly<Record<ShownStatus, number>> = {
  done: EXIT.done,
  running: EXIT.failed,
  failed: EXIT.failed,
  interrupted: EXIT.failed,
  cancelled: EXIT.cancelled,
};
