import { isDeepStrictEqual } from 'node:util';
import { parsePath } from '../protocol/figure-path.js';
import { whiteBoxWords } from '../protocol/figure-text.js';
import type { Results } from '../protocol/results.js';
import type { RunSummary } from '../protocol/runs/run-state.js';
import type { FigureOfTable, RunRow } from '../protocol/runs/table/run-row.js';
import type { FigureNames } from '../stages/declare.js';
import {
  type Figure,
  figureAt,
  figurePatterns,
  figuresOfFile,
  nameSources,
  namesInResults,
  withNames,
} from '../stages/figures.js';
import { type MeasuredFigure, measuredFigure } from '../stages/findings/measured.js';

/** A figure that a run measured and that has a short form: it stands beside lines and in lists of runs. */
export interface ListedFigure {
  readonly figure: Figure;
  readonly measured: MeasuredFigure;
}

export function listedFigures(results: Results): ListedFigure[] {
  return figuresWithShortForm(results).flatMap((figure) => {
    const measured = measuredFigure(results, figure);
    return measured ? { figure, measured } : [];
  });
}

/** Those of the results that were asked about last: of thousands of runs most have the same names. */
let last: { readonly key: string; readonly figures: readonly Figure[] } | undefined;

function figuresWithShortForm(results: Results): readonly Figure[] {
  const names = namesInResults(results);
  const key = JSON.stringify([Object.keys(results), names]);
  if (last?.key !== key) {
    const figures = figuresOfFile(names, (section) => section in results).filter(({ short }) => short !== undefined);
    last = { key, figures };
  }
  return last.figures;
}

/** In a few characters; a white-box rate says so. */
export function figureWords({ figure, measured }: ListedFigure): RunSummary['headline'][number] {
  const words = whiteBoxWords(measured.whiteBox);
  const tag = words && ` (${words})`;
  return { label: `${withNames(figure.label, figure.names)}${tag}`, value: measured.text };
}

/** Whether a list shows a figure unless it is told what to show: a share, and of the depths of one figure the first. */
export function matters({ kind, segments, names }: NamedFigure, n: number, all: readonly NamedFigure[]): boolean {
  const lines = (given: FigureNames) => Object.entries(given).filter(([kind]) => nameSources[kind]?.givenAt);
  const isFirst =
    n === all.findIndex((one) => one.segments === segments && isDeepStrictEqual(lines(one.names), lines(names)));
  return kind === 'share' && isFirst;
}
type NamedFigure = Pick<Figure, 'kind' | 'segments' | 'names'>;

/** What the figures are that rows have by their paths, each once, in the order of the results. */
export function figuresOfRows(rows: readonly Pick<RunRow, 'figures'>[]): FigureOfTable[] {
  const found = new Map<string, FigureOfTable>();
  const seen = new Set<string>();
  for (const { figures } of rows) {
    const paths = Object.keys(figures);
    const key = paths.join('\n');
    if (seen.has(key)) continue;
    seen.add(key);
    for (const figure of figuresAt(paths)) {
      const known = found.get(figure.path);
      found.set(figure.path, known?.matters ? known : figure);
    }
  }
  const place = new Map(figurePatterns.map(({ segments }, n) => [segments, n]));
  const placeOf = ({ path }: FigureOfTable) => place.get(figureAt(parsePath(path) ?? [])?.pattern.segments ?? []) ?? 0;
  return [...found.values()].sort((a, b) => placeOf(a) - placeOf(b));
}

/** A path that no figure of this version has is passed over. */
function figuresAt(paths: readonly string[]): FigureOfTable[] {
  const known = paths.flatMap((path) => {
    const found = figureAt(parsePath(path) ?? []);
    return found ? { ...found.pattern, names: found.names, path } : [];
  });
  return known.map(({ path, label, names, kind, better }, n) => {
    return { path, label: withNames(label, names), kind, better, matters: matters(known[n] as NamedFigure, n, known) };
  });
}
