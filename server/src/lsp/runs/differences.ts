import { parse } from 'yaml';
import { flatSettings } from '../../experiment/flat-settings.js';
import type { FoundRun } from '../../history/read-run.js';
import { formatPath, parsePath, readPath } from '../../protocol/figure-path.js';
import type { RunSummary } from '../../protocol/runs/run-state.js';
import { overridesOf } from '../../protocol/runs/variant.js';

/** More than so many values tell two runs apart no better. */
const MOST = 3;
const LONGEST = 40;

/** What the file and its overrides say, as text by the paths of `--set`: what they leave out they have alike. */
type Flat = ReadonlyMap<string, string>;

const flattened = new WeakMap<FoundRun, Flat>();

/** In what each run differs from the one before it of the same file; `runs` are the newest first. */
export function differencesOf(runs: readonly FoundRun[]): Map<string, RunSummary['differs']> {
  const differs = new Map<string, RunSummary['differs']>();
  const before = new Map<string, Flat>();
  for (const run of runs.toReversed()) {
    if (run.text === undefined) continue;
    const { file, folder } = run.summary;
    const now = flat(run);
    const earlier = before.get(file);
    if (earlier) differs.set(folder, difference(earlier, now));
    before.set(file, now);
  }
  return differs;
}

function difference(before: Flat, now: Flat): string[] {
  const changed = [...now].filter(([path, value]) => before.get(path) !== value);
  const gone = [...before.keys()].filter((path) => !now.has(path));
  const said = [
    ...changed.map(([path, value]) => shortened(`${lastKey(path)}: ${value}`)),
    ...gone.map((path) => `no ${lastKey(path)}`),
  ];
  return said.length > MOST ? [...said.slice(0, MOST - 1), `${said.length - MOST + 1} more`] : said;
}

function flat(run: FoundRun): Flat {
  const known = flattened.get(run);
  if (known) return known;
  const written: unknown = parsed(run.text ?? '');
  const settings = flatSettings({ valueAt: () => written, spec: undefined });
  const values = new Map(Object.entries(settings).map(([path, value]) => [path, String(value)]));
  for (const override of overridesOf(run.summary)) {
    const path = readPath(override);
    if (path) values.set(formatPath(path.segments.map(({ text }) => text)), override.slice(path.end + 1));
  }
  flattened.set(run, values);
  return values;
}

function lastKey(path: string): string {
  return parsePath(path)?.at(-1) ?? path;
}

function parsed(text: string): unknown {
  try {
    return parse(text, { maxAliasCount: 100 });
  } catch {
    return {};
  }
}

function shortened(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1)}…`;
}
