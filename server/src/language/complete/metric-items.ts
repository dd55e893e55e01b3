import { type CompletionItem, CompletionItemKind } from 'vscode-languageserver-types';
import { unfitBound } from '../../experiment/expectations/check-figure.js';
import { parseExpectation } from '../../experiment/expectations/expectation.js';
import { parsePath } from '../../protocol/figure-path.js';
import { lookUp } from '../../protocol/results/look-up.js';
import type { Results } from '../../protocol/results.js';
import type { Figure } from '../../stages/figures.js';
import { describeFigure } from '../describe.js';
import type { CompletionSite } from './site.js';
import { Snippet } from './snippet.js';

const OPERATORS = ['>=', '<=', '>', '<', '==', '!='] as const;

/** Figures that an expectation may be about; behind one, the operators. An expectation that is whole keeps its bound. */
export function metricItems(site: CompletionSite): CompletionItem[] {
  const { typed, rest } = site.probed;
  const results = site.services.runs?.of(site.document).results;
  const [, written] = /^(\S+)\s+\S*$/.exec(typed) ?? [];
  if (parseExpectation(typed + rest).ok) return /\s/.test(typed) ? [] : pathItems(site);
  if (written === undefined) return site.facts.figures.map((metric) => expectationItem(site, metric, results));
  const metric = site.facts.figures.find(({ path }) => path === written);
  return metric ? operatorItems(site, metric, results) : [];
}

/** The path alone is typed over, up to the operator: by figures that the number behind it fits. */
function pathItems(site: CompletionSite): CompletionItem[] {
  const { start, typed, rest } = site.probed;
  const [path] = /^[^\s<>=!]*/.exec(typed + rest) ?? [''];
  const parsed = parseExpectation(typed + rest);
  const fits = ({ path: figure }: Figure) =>
    !parsed.ok || unfitBound({ ...parsed.value, path: parsePath(figure) ?? [] }) === undefined;
  return site.facts.figures
    .filter(fits)
    .map((metric) => site.itemFor(start, start + path.length, metric.path, factsOf(metric)));
}

function expectationItem(site: CompletionSite, metric: Figure, results: Results | undefined): CompletionItem {
  const snippet = new Snippet();
  const text = `${metric.path} ${snippet.choice(OPERATORS)} ${snippet.stop(bound(metric, results))}`;
  return site.item(text, factsOf(metric, results));
}

function operatorItems(site: CompletionSite, metric: Figure, results: Results | undefined): CompletionItem[] {
  return OPERATORS.map((operator) =>
    site.item(`${metric.path} ${operator} ${new Snippet().stop(bound(metric, results))}`, {
      ...factsOf(metric, results),
      label: operator,
      kind: CompletionItemKind.Operator,
      filterText: `${metric.path} ${operator}`,
    }),
  );
}

/** The last measured value to begin with, else a half, or none. */
function bound({ path, kind }: Figure, results: Results | undefined): string {
  const measured = results ? lookUp(results, parsePath(path) ?? []) : null;
  if (measured === null) return kind === 'share' ? '50%' : '0';
  return kind === 'share' ? `${Math.floor(measured * 1000) / 10}%` : String(Number(measured.toPrecision(3)));
}

function factsOf(metric: Figure, results?: Results) {
  const measured = results ? lookUp(results, parsePath(metric.path) ?? []) : null;
  return {
    label: metric.path,
    kind: CompletionItemKind.Field,
    detail: measured === null ? undefined : `measured: ${bound(metric, results)}`,
    documentation: describeFigure(metric),
  };
}
