import { isDeepStrictEqual } from 'node:util';
import type { Position, Range, TextEdit } from 'vscode-languageserver-types';
import { isMap, type Node } from 'yaml';
import { applyChanges, type TextChange } from '../../experiment/syntax/text-change.js';
import { LARGEST_TEXT, SpecTree } from '../../experiment/syntax/tree.js';
import type { ExperimentDocument } from '../document.js';
import { layOut } from '../format/lay-out.js';

/** The edits of white space that lay a document out evenly; none where it is not valid YAML. */
export function formatting(document: ExperimentDocument): TextEdit[] {
  return harmless(document, changesOf(document));
}

/** Those of the top-level entries that a range touches: half an entry cannot be indented alone. */
export function rangeFormatting(document: ExperimentDocument, range: Range): TextEdit[] {
  const entries = topLevelStarts(document);
  const from = entries.findLast((offset) => offset <= document.offsetAt(range.start)) ?? 0;
  const to = entries.find((offset) => offset >= document.offsetAt(range.end)) ?? document.text.length;
  const inside = changesOf(document).filter(({ start, end }) => start >= from && end <= to);
  return harmless(document, inside);
}

/** Those within the line that a new line has just ended, its indentation left to the editor. */
export function onTypeFormatting(document: ExperimentDocument, { line }: Position): TextEdit[] {
  const typed = document.text.split('\n', line)[line - 1] ?? '';
  const from = document.offsetAt({ line: line - 1, character: /^\s*/.exec(typed)?.[0].length ?? 0 });
  const to = document.offsetAt({ line: line - 1, character: typed.length });
  return harmless(
    document,
    changesOf(document).filter(({ start, end }) => start >= from && end <= to),
  );
}

/** Where entries stand that begin at the margin. */
function topLevelStarts({ tree, text }: ExperimentDocument): number[] {
  const root = tree.document.contents;
  const starts = isMap(root) ? root.items.map(({ key }) => (key as Node | null)?.range?.[0] ?? 0) : [];
  return starts.filter((offset) => offset === 0 || text[offset - 1] === '\n');
}

function changesOf(document: ExperimentDocument): TextChange[] {
  const readable = document.text.length <= LARGEST_TEXT && document.tree.problems.length === 0;
  return readable ? layOut(document.text) : [];
}

/** The changes as edits, or none where YAML has a corner in which one of them would change a value. */
function harmless(document: ExperimentDocument, changes: readonly TextChange[]): TextEdit[] {
  const after = SpecTree.parse(applyChanges(document.text, changes));
  const same = changes.length > 0 && after.problems.length === 0 && haveOneValue(after, document.tree);
  return same ? changes.map(({ start, end, text }) => ({ range: document.range(start, end), newText: text })) : [];
}

function haveOneValue(one: SpecTree, other: SpecTree): boolean {
  try {
    return isDeepStrictEqual(one.toValue(), other.toValue());
  } catch {
    return false; // An alias bomb has no value.
  }
}
