import type { Position } from 'vscode-languageserver-types';
import { isMap, isSeq, type YAMLMap } from 'yaml';
import { lookUp } from '../../experiment/expectations/expectation.js';
import type { TextChange } from '../../experiment/syntax/text-change.js';
import type { SpecPath } from '../../experiment/syntax/tree.js';
import type { Results } from '../../protocol/results.js';
import { FileFacts } from '../complete/file-facts.js';
import type { Metric } from '../complete/metrics.js';
import { outlineOf } from '../complete/outline.js';
import type { ExperimentDocument } from '../document.js';
import { insertEntry, onOneLine } from '../edit/insert-entry.js';
import type { Fix } from '../fixes/fix.js';
import type { LanguageServices } from '../services.js';

/** Figures that are worth holding on to, and on which side of them a later run should be. */
const HEADLINES: readonly (readonly [path: RegExp, operator: '>=' | '<='])[] = [
  [/^accuracy\.[^.]+\.top\d+$/, '>='],
  [/^threshold\.median$/, '<='],
  [/^poison\.[^.]+\.top1$/, '<='],
  [/^robustness\.withValid\.original$/, '>='],
  [/^robustness\.withValid\.[^.]+$/, '<='],
];

/** Expects of later runs what the last one measured of the thing at a position: as much, or no more. */
export function expectMeasured(document: ExperimentDocument, position: Position, services: LanguageServices): Fix[] {
  const results = services.runs?.of(document).results;
  const place = results && document.tree.placeAt(document.offsetAt(position));
  if (!place) return [];
  const at = { path: ['expect'], tree: document.tree };
  const { metrics } = new FileFacts(outlineOf(document), services.plugins, at);
  return metrics
    .filter(({ path }) => isAbout(document, place.path, path) && !isExpected(document, path))
    .flatMap((metric) => expectationOf(metric, results) ?? [])
    .flatMap((line) => {
      const change = insertion(document, line);
      return change ? [{ title: `Expect ${line}`, changes: [change] }] : [];
    });
}

/** Of a section its own figures, of a model or a perturbation those that are called so. */
function isAbout({ experiment }: ExperimentDocument, [section, , index]: SpecPath, metric: string): boolean {
  const [part, name] = metric.split('.');
  if (section === 'expect') return true;
  if (section !== 'embed') return section === part || (section === 'poison' && part === 'robustness');
  const model = experiment.draft.embed?.models[Number(index)];
  return part === 'accuracy' && (model === undefined || model.name === name);
}

function isExpected({ experiment }: ExperimentDocument, metric: string): boolean {
  return (experiment.draft.expect ?? []).some(({ path }) => path.join('.') === metric);
}

/** The bound is rounded to the side on which the measured figure holds. */
function expectationOf({ path, isShare }: Metric, results: Results): string | undefined {
  const operator = HEADLINES.find(([headline]) => headline.test(path))?.[1];
  const measured = lookUp(results, path.split('.'));
  if (!operator || measured === null) return undefined;
  const round = operator === '>=' ? Math.floor : Math.ceil;
  const bound = round(measured * 1000);
  return `${path} ${operator} ${isShare ? `${bound / 10}%` : bound / 1000}`;
}

function insertion(document: ExperimentDocument, line: string): TextChange | undefined {
  const list = document.tree.nodeAt(['expect']);
  if (isSeq(list)) return insertEntry(document, list, onOneLine(line));
  const root = document.tree.document.contents;
  if (list || !isMap(root)) return undefined;
  const entry = { block: ['expect:', `  - ${line}`], flow: `expect: [${line}]` };
  return insertEntry(document, root as YAMLMap, entry);
}
