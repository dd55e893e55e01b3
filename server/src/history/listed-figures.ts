import { isDeepStrictEqual } from 'node:util';
import type { Results } from '../protocol/results.js';
import type { FigureNames } from '../stages/declare.js';
import { type Figure, figuresOfFile, nameSources, namesInResults } from '../stages/figures.js';
import { type MeasuredFigure, measuredFigure } from '../stages/findings/measured.js';

/** A figure that a run measured and that has a short form: it stands beside lines and in lists of runs. */
export interface ListedFigure {
  readonly figure: Figure;
  readonly measured: MeasuredFigure;
  /** A share, and of the depths of one figure the first: a list shows it unless it is told what to show. */
  readonly matters: boolean;
}

export function listedFigures(results: Results): ListedFigure[] {
  const figures = figuresOfFile(namesInResults(results), (section) => section in results);
  return figures.flatMap((figure, n) => {
    const measured = figure.short === undefined ? undefined : measuredFigure(results, figure);
    if (!measured) return [];
    return { figure, measured, matters: figure.kind === 'share' && isFirst(figure, n, figures) };
  });
}

function isFirst({ segments, names }: Figure, n: number, all: readonly Figure[]): boolean {
  const lines = (given: FigureNames) => Object.entries(given).filter(([kind]) => nameSources[kind]?.givenAt);
  return n === all.findIndex((one) => one.segments === segments && isDeepStrictEqual(lines(one.names), lines(names)));
}
