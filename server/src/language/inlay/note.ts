import type { SpecPath } from '../../experiment/syntax/tree.js';
import type { Measured } from '../run-states.js';

/** Something to say beside a value of the file. */
export interface Note {
  readonly at: SpecPath;
  readonly label: string;
  /** Markdown. */
  readonly tooltip?: string;
}

/**
 * A note on a figure: it says when it was measured, whether the file has changed since, and whether the run that measured it
 * goes on.
 */
export function measuredNote(at: SpecPath, label: string, lines: readonly string[], measured: Measured<unknown>): Note {
  const { measuredAt, stale, isGoingOn } = measured;
  const age = stale
    ? `Measured ${moment(measuredAt)}, with other settings than the file has now.`
    : `Measured ${moment(measuredAt)}.`;
  const going = isGoingOn ? ['The run goes on: what else it measures comes as each part is done.'] : [];
  const state = stale ? 'outdated: ' : isGoingOn ? 'running: ' : '';
  return { at, label: `${state}${label}`, tooltip: [...lines, age, ...going].join('\n\n') };
}

/** A moment to the minute, in the server's time zone: `2026-01-31 14:05`. */
function moment(iso: string): string {
  const at = new Date(iso);
  const local = new Date(at.getTime() - 60_000 * at.getTimezoneOffset());
  return local.toISOString().slice(0, 16).replace('T', ' ');
}
