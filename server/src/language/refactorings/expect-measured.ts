import type { Position } from 'vscode-languageserver-types';
import { isMap, isSeq, type YAMLMap } from 'yaml';
import type { TextChange } from '../../experiment/syntax/text-change.js';
import type { SpecPath } from '../../experiment/syntax/tree.js';
import { formatPath, parsePath } from '../../protocol/figure-path.js';
import { lookUp } from '../../protocol/results/look-up.js';
import type { Results } from '../../protocol/results.js';
import type { Figure } from '../../stages/figures.js';
import { FileFacts } from '../complete/file-facts.js';
import { outlineOf } from '../complete/outline.js';
import type { ExperimentDocument } from '../document.js';
import { insertEntry, onOneLine } from '../edit/insert-entry.js';
import type { Fix } from '../fixes/fix.js';
import { lineOf } from '../names/given-names.js';
import type { LanguageServices } from '../services.js';

/** Expects of later runs what the last one measured of the thing at a position: as much, or no more. */
export function expectMeasured(document: ExperimentDocument, position: Position, services: LanguageServices): Fix[] {
  const results = services.runs?.of(document).results;
  const place = results && document.tree.placeAt(document.offsetAt(position));
  if (!place) return [];
  const { figures } = new FileFacts(outlineOf(document), services.plugins, { path: ['expect'], tree: document.tree });
  return figures
    .filter((figure) => isAbout(document, place.path, figure) && !isExpected(document, figure))
    .flatMap((figure) => expectationOf(figure, results) ?? [])
    .flatMap((line) => {
      const change = insertion(document, line);
      return change ? [{ title: `Expect ${line}`, changes: [change] }] : [];
    });
}

/** Of a line the figures that stand beside it and, of a stage's, all of the stage; behind `expect` all there are. */
function isAbout(document: ExperimentDocument, [section, ...below]: SpecPath, figure: Figure): boolean {
  if (section === 'expect') return true;
  if (below.length === 0 && figure.stage?.key === section) return true;
  const line = lineOf(document, figure);
  return (
    line !== undefined &&
    line[0] === section &&
    line.every((segment, n) => n === 0 || below.length < n || segment === below[n - 1])
  );
}

function isExpected({ experiment }: ExperimentDocument, { path }: Figure): boolean {
  return (experiment.draft.expect ?? []).some((expected) => formatPath(expected.path) === path);
}

/** The bound is rounded to the side on which the measured figure holds. */
function expectationOf({ path, kind, short, better, names }: Figure, results: Results): string | undefined {
  const measured = lookUp(results, parsePath(path) ?? []);
  if (short === undefined || better === 'neither' || measured === null) return undefined;
  // What still finds somebody by a perturbed photograph is to be little, by the photograph itself much.
  const operator = better === 'higher' || names.version === 'original' ? '>=' : '<=';
  const round = operator === '>=' ? Math.floor : Math.ceil;
  const bound = round(measured * 1000);
  return `${path} ${operator} ${kind === 'share' ? `${bound / 10}%` : bound / 1000}`;
}

function insertion(document: ExperimentDocument, line: string): TextChange | undefined {
  const list = document.tree.nodeAt(['expect']);
  if (isSeq(list)) return insertEntry(document, list, onOneLine(line));
  const root = document.tree.document.contents;
  if (list || !isMap(root)) return undefined;
  const entry = { block: ['expect:', `  - ${line}`], flow: `expect: [${line}]` };
  return insertEntry(document, root as YAMLMap, entry);
}
