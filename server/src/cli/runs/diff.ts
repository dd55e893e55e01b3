import { compareRuns } from '../../history/compare-runs.js';
import { findRun } from '../../history/find-run.js';
import { plugins } from '../../plugins/registry.js';
import { csvText } from '../../protocol/csv.js';
import { fail } from '../../protocol/errors.js';
import { counted } from '../../protocol/figure-text.js';
import {
  isOtherwise,
  letterOf,
  settingText,
  testedDeltaText,
  VERDICT_HEADS,
  valueText,
  verdictCells,
} from '../../protocol/runs/table/comparison-text.js';
import type { ComparedFigure, RunComparison } from '../../protocol/runs/table/run-comparison.js';
import { homeIn } from '../../store/home.js';
import { EXIT } from '../exit.js';
import { printProblem, say } from '../print.js';
import { textTable } from '../table.js';
import { type FormatOptions, markdownTable, printDocument, printJson } from './output.js';

export interface DiffArguments extends FormatOptions {
  /** Figures that are the same in all runs, too. */
  readonly all?: boolean;
}

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
  const compared = await compareRuns(folders, { plugins, env: process.env });
  if (!compared.ok) return printProblem(compared.problem, EXIT.failed);
  if (options.json) printJson(compared.value);
  else if (options.csv) printDocument(csvOf(compared.value));
  else if (options.md) printDocument(written(compared.value, options, markdownTable));
  else say(process.stdout, written(compared.value, options, textTable));
  return EXIT.done;
}

type Table = (head: readonly string[], rows: readonly (readonly string[])[]) => string;

function written(compared: RunComparison, { all = false }: DiffArguments, table: Table): string {
  const { runs, settings, sections } = compared;
  const letters = runs.map((_, n) => letterOf(n));
  const isShown = ({ values }: ComparedFigure) => all || new Set(values).size > 1;
  const left = sections.flatMap(({ figures }) => figures).filter((figure) => !isShown(figure)).length;
  const differences = letters.slice(1).map((letter) => `${letter} − A`);
  const parts = [
    table(
      ['', 'run', 'what tells it apart'],
      runs.map(({ id, label }, n) => [letterOf(n), id, label]),
    ),
    settings.length > 0
      ? table(
          ['setting', ...letters],
          settings.map(({ path, values }) => [path, ...values.map(settingText)]),
        )
      : 'No setting differs.',
    ...sections.map(({ title, figures }) => {
      const rows = figures
        .filter(isShown)
        .map((figure) => [
          figure.label,
          ...runs.map((_, n) => valueText(figure, n)),
          ...differences.map((_, n) => testedDeltaText(figure, n + 1, compared)),
        ]);
      return rows.length > 0 ? `${title}\n\n${table(['figure', ...letters, ...differences], rows)}` : '';
    }),
    left > 0 ? `${counted(left, 'figure is', 'figures are')} the same in all of them: --all shows them.` : '',
    queriesText(compared, table),
  ];
  return parts.filter(Boolean).join('\n\n');
}

/** What no test was made of, then each verdict that any two runs do not share, with queries to look at. */
function queriesText({ queries, untested, runs }: RunComparison, table: Table): string {
  const letters = new Map(runs.map(({ id }, n) => [id, letterOf(n)]));
  const without = untested.map(({ run, why }) => `Nothing is tested of ${letters.get(run)} against A: ${why}.`);
  if (queries.length === 0) return without.join('\n');
  const changed = queries.filter(isOtherwise);
  if (changed.length === 0) return 'Every query was judged alike.';
  const isOne = runs.length === 2;
  const rows = changed.map((one) => {
    const such = one.changed.slice(0, QUERIES_NAMED).map(({ id, now }) => `${now ? '+' : '−'}${id}`);
    const run = isOne ? [] : [letters.get(one.run) ?? one.run];
    return [...run, one.verdict, one.model, one.version, ...verdictCells(one), such.join(' ')];
  });
  const head = [...(isOne ? [] : ['run']), 'verdict', 'model', 'version', ...VERDICT_HEADS, 'such as'];
  return [...without, `Queries that were judged otherwise\n\n${table(head, rows)}`].join('\n\n');
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
