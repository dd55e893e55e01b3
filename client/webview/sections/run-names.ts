import { variantText } from '../../../server/src/protocol/runs/variant.js';
import type { Results } from '../../../server/src/protocol/webview.js';

/** A run with what tells it from the runs beside it: a name of its own and a colour. */
export interface NamedRun {
  readonly results: Results;
  readonly name: string;
  /** A number from 0 that the style sheet has a colour for. */
  readonly colour: number;
}

/** More than two differences are no name any more. */
const DIFFERENCES_NAMED = 2;

/**
 * Gives each run its colour, and a name that begins with what tells it from the others: those of one experiment by their
 * settings, by the lines of their files (`texts`) where those are known, and by when they were started.
 */
export function nameRuns(runs: readonly Results[], texts: readonly (string | null)[] = []): NamedRun[] {
  const named = (nameOf: (results: Results, n: number) => string) => runs.map(nameOf);
  const ways = [
    named(({ name }) => name),
    named((results, n) => [differences(runs, texts, n), startOf(results, 'short')].filter(Boolean).join(' · ')),
    named((results, n) => [differences(runs, texts, n), startOf(results, 'medium')].filter(Boolean).join(' · ')),
  ];
  const unique = ways.find((names) => new Set(names).size === names.length);
  return runs.map((results, n) => {
    const name = unique?.[n] ?? `${startOf(results, 'medium')} · ${results.run.id}`;
    return { results, colour: n, name };
  });
}

/** Settings and lines that not all of the runs have. */
function differences(runs: readonly Results[], texts: readonly (string | null)[], n: number): string {
  const said = runs.map(({ run }, place) => [...variantOf(run), ...run.set, ...linesOf(texts[place])]);
  const own = said[n]?.filter((one) => !said.every((all) => all.includes(one))) ?? [];
  const more = own.length > DIFFERENCES_NAMED ? ' …' : '';
  return `${own.slice(0, DIFFERENCES_NAMED).join(', ')}${more}`;
}

/** Of variants of one sweep their values say it, and the lines that hold them need not. */
function variantOf({ variant }: Results['run']): string[] {
  return Object.entries(variant ?? {}).map(([path, value]) => variantText({ [path]: value }));
}

function linesOf(text: string | null | undefined): string[] {
  return (text ?? '')
    .split('\n')
    .map((line) => line.replace(/(^|\s)#.*/, '').trim())
    .filter(Boolean);
}

function startOf({ run }: Results, timeStyle: 'short' | 'medium'): string {
  return new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle }).format(new Date(run.startedAt));
}
