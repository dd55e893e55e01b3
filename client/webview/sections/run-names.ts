import type { Results } from '../../../server/src/protocol/webview.js';

/** A run with what tells it from the runs beside it: a name of its own and a colour. */
export interface NamedRun {
  readonly results: Results;
  readonly name: string;
  /** A number from 0 that the style sheet has a colour for. */
  readonly colour: number;
}

/** Gives each run its colour, and its id before its name where names alone do not tell runs apart: charts cut a label's end. */
export function nameRuns(runs: readonly Results[]): NamedRun[] {
  const names = runs.map(({ name }) => name);
  return runs.map((results, colour) => {
    const unique = names.filter((name) => name === results.name).length === 1;
    return { results, colour, name: unique ? results.name : `${results.run.id} · ${results.name}` };
  });
}
