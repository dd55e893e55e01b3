import { compareRuns } from '../../history/compare-runs.js';
import { findRun } from '../../history/find-run.js';
import { plugins } from '../../plugins/registry.js';
import { csvText } from '../../protocol/csv.js';
import { fail } from '../../protocol/errors.js';
import { count, counted, figureText, interval, NONE } from '../../protocol/figure-text.js';
import type { FigureKind } from '../../protocol/results/figure.js';
import { whiteBoxText } from '../../protocol/runs/table/columns.js';
import type { RunComparison } from '../../protocol/runs/table/run-comparison.js';
import { holm, pairedDifference } from '../../runner/figures/differences.js';
import { homeIn } from '../../store/home.js';
import { EXIT } from '../exit.js';
import { printProblem, say } from '../print.js';
import { textTable } from '../table.js';
import { type FormatOptions, markdownTable, printDocument, printJson } from './output.js';

export interface DiffArguments extends FormatOptions {
  /** Figures that are the same in all runs, too. */
  readonly all?: boolean;
}

const PAIRING = { differenceOf: pairedDifference, adjusted: holm };

/** So many changed queries are named a line. */
const QUERIES_NAMED = 5;

/** `lookalike runs diff A B…`: what tells runs apart, their settings first. */
export async function diff(ids: readonly string[], options: DiffArguments): Promise<number> {
  if (ids.length < 2) return printProblem(fail('invalid-argument', 'Name two runs at least').problem, EXIT.usage);
  const folders: string[] = [];
  for (const id of ids) {
    const found = await findRun(id, homeIn(process.cwd()));
    if (!found.ok) return printProblem(found.problem, EXIT.usage);
    folders.push(found.value);
  }
  const compared = await compareRuns(folders, { plugins, env: process.env }, PAIRING);
  if (!compared.ok) return printProblem(compared.problem, EXIT.failed);
  if (options.json) printJson(compared.value);
  else if (options.csv) printDocument(csvOf(compared.value));
  else if (options.md) printDocument(written(compared.value, options, markdownTable));
  else say(process.stdout, written(compared.value, options, textTable));
  return EXIT.done;
}

type Figure = RunComparison['sections'][number]['figures'][number];
type Table = (head: readonly string[], rows: readonly (readonly string[])[]) => string;

function written(compared: RunComparison, { all = false }: DiffArguments, table: Table): string {
  const { runs, settings, sections, queries } = compared;
  const ids = runs.map(({ id }) => id);
  const isShown = (figure: Figure) => all || new Set(figure.values).size > 1;
  const names = new Set(runs.map(({ name, file }) => JSON.stringify([name, file])));
  const left = sections.flatMap(({ figures }) => figures).filter((figure) => !isShown(figure)).length;
  const others = ids.length === 2 ? ['difference'] : ids.slice(1).map((id) => `${id} − ${ids[0]}`);
  const parts = [
    names.size > 1 ? runs.map(({ id, name, file }) => `${id}: ${name} (${file})`).join('\n') : '',
    settings.length > 0
      ? table(
          ['setting', ...ids],
          settings.map(({ path, values }) => [path, ...values.map(settingText)]),
        )
      : 'No setting differs.',
    ...sections.map(({ title, figures }) => {
      const rows = figures
        .filter(isShown)
        .map((figure) => [
          figure.label,
          ...figure.values.map((_, n) => valueText(figure, n)),
          ...figure.deltas.map((delta) => deltaText(figure.kind, delta)),
        ]);
      return rows.length > 0 ? `${title}\n\n${table(['figure', ...ids, ...others], rows)}` : '';
    }),
    left > 0 ? `${counted(left, 'figure is', 'figures are')} the same in all of them: --all shows them.` : '',
    queriesText(queries, table),
  ];
  return parts.filter(Boolean).join('\n\n');
}

function settingText(value: RunComparison['settings'][number]['values'][number]): string {
  return value === null ? NONE : String(value);
}

function valueText({ kind, values, intervals, whiteBox }: Figure, n: number): string {
  const bounds = intervals[n];
  const box = whiteBox[n] || undefined;
  const between = kind === 'share' && bounds ? ` (${interval(bounds)})` : '';
  return `${figureText(kind, values[n])}${between}${whiteBoxText({ whiteBox: box })}`;
}

/** Of shares in percentage points. */
function deltaText(kind: FigureKind, delta: number | null): string {
  if (delta === null) return NONE;
  if (delta === 0) return '0';
  const sign = delta > 0 ? '+' : '−';
  if (kind !== 'share') return `${sign}${figureText(kind, Math.abs(delta))}`;
  const points = 100 * Math.abs(delta);
  return `${sign}${points >= 0.05 ? points.toFixed(1) : Number(points.toPrecision(1))} points`;
}

function queriesText(queries: RunComparison['queries'], table: Table): string {
  const changed = queries.filter(({ gained, lost, unpaired }) => gained + lost + unpaired > 0);
  if (queries.length === 0) return '';
  if (changed.length === 0) return 'Every query was judged alike.';
  const isOne = new Set(queries.map(({ run }) => run)).size === 1;
  const [head, figures] = [
    [...(isOne ? [] : ['run']), 'verdict', 'model', 'version', 'in both', 'gained', 'lost', 'in one'],
    ['difference', '95 % interval', 'p by identity', 'such as'],
  ];
  const rows = changed.map((one) => {
    const ids = one.changed.slice(0, QUERIES_NAMED).map(({ id, now }) => `${now ? '+' : '−'}${id}`);
    const counts = [one.both, one.gained, one.lost, one.unpaired].map(count);
    const bounds = one.ci95ByIdentity?.map((bound) => deltaText('share', bound)).join(' to ') ?? NONE;
    const tested = [deltaText('share', one.difference), bounds, probability(one.pByIdentity)];
    return [...(isOne ? [] : [one.run]), one.verdict, one.model, one.version, ...counts, ...tested, ids.join(' ')];
  });
  return `Queries that were judged otherwise\n\n${table([...head, ...figures], rows)}`;
}

/** To two digits that count. */
function probability(p: number | null): string {
  if (p === null) return NONE;
  return p < 0.0001 ? '< 0.0001' : String(Number(p.toPrecision(2)));
}

/** A line a value: settings, then figures. */
function csvOf({ runs, settings, sections }: RunComparison): string {
  const ids = runs.map(({ id }) => id);
  const deltas = ids.slice(1).map((id) => `${id} minus ${ids[0]}`);
  const none = deltas.map(() => null);
  return csvText(
    ['of', 'path', ...ids, ...deltas],
    [
      ...settings.map(({ path, values }) => ['setting', path, ...values, ...none]),
      ...sections.flatMap(({ figures }) =>
        figures.map((figure) => ['figure', figure.path, ...figure.values, ...figure.deltas]),
      ),
    ],
  );
}
