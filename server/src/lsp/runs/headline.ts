import { isDeepStrictEqual } from 'node:util';
import type { Results } from '../../protocol/results.js';
import type { RunSummary } from '../../protocol/runs/run-state.js';
import type { FigureNames } from '../../stages/declare.js';
import { type Figure, figuresOfFile, nameSources, namesInResults, withNames } from '../../stages/figures.js';
import { measuredFigure } from '../../stages/measured.js';

/** The shares of a run that matter, each in a few characters; a white-box rate says so. */
export function headlineOf(results: Results): RunSummary['headline'] {
  const figures = figuresOfFile(namesInResults(results), (section) => section in results);
  return figures.filter(isFirst).flatMap((figure) => {
    const measured = figure.short && figure.kind === 'share' ? measuredFigure(results, figure) : undefined;
    if (!measured) return [];
    const tag = measured.whiteBox ? ' (white-box)' : '';
    return { label: `${withNames(figure.label, figure.names)}${tag}`, value: measured.text };
  });
}

/** Of the depths of one figure the first. */
function isFirst({ segments, names }: Figure, n: number, all: readonly Figure[]): boolean {
  const lines = (given: FigureNames) => Object.entries(given).filter(([kind]) => nameSources[kind]?.givenAt);
  return n === all.findIndex((one) => one.segments === segments && isDeepStrictEqual(lines(one.names), lines(names)));
}
