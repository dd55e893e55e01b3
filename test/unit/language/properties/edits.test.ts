import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { CodeAction, TextEdit } from 'vscode-languageserver-types';
import { SpecTree } from '../../../../server/src/experiment/syntax/tree.js';
import type { ExperimentDocument } from '../../../../server/src/language/document.js';
import { codeAction } from '../../../../server/src/language/features/code-action.js';
import { formatting, rangeFormatting } from '../../../../server/src/language/features/formatting.js';
import { rename } from '../../../../server/src/language/features/rename.js';
import { FULL } from '../../../support/full.js';
import { applyEdits, openMarked } from '../../../support/marked-yaml.js';
import { diagnosticsOf } from '../../../support/quick-fixes.js';
import { randomDocument, SUITE_TEXTS } from '../../../support/random-documents.js';

const RUNS = FULL ? 20_000 : 200;

/** The plain value of a text, or undefined where it is no valid YAML. */
function plainValue(text: string): { value: unknown } | undefined {
  const tree = SpecTree.parse(text);
  try {
    return tree.problems.length > 0 ? undefined : { value: tree.toValue() };
  } catch {
    return undefined;
  }
}

function assertStaysValid(document: ExperimentDocument, edits: readonly TextEdit[], what: string) {
  if (plainValue(document.text) === undefined) return;
  const after = applyEdits(document, edits);
  assert.ok(plainValue(after) !== undefined, `${what} breaks the YAML:\n${document.text}\n→\n${after}`);
}

function editsOf(document: ExperimentDocument, { edit }: CodeAction): TextEdit[] {
  return edit?.changes?.[document.uri] ?? [];
}

describe('Edits of random documents', function () {
  this.timeout(FULL ? 1_200_000 : 60_000);

  it('leave valid YAML valid, whichever action is taken', async () => {
    const property = fc.asyncProperty(randomDocument(), fc.nat(), async (text, at) => {
      const { document, services } = openMarked(text);
      const position = document.positionAt(at % (text.length + 1));
      const context = { diagnostics: await diagnosticsOf(document, services) };
      const actions = await codeAction(document, { start: position, end: position }, context, services);
      for (const action of actions) assertStaysValid(document, editsOf(document, action), action.title);
    });
    await fc.assert(property, { numRuns: RUNS, seed: 6 });
  });

  it('leave valid YAML valid, whatever is renamed', () => {
    const property = fc.property(randomDocument(), fc.nat(), (text, at) => {
      const { document } = openMarked(text);
      const edit = rename(document, document.positionAt(at % (text.length + 1)), 'renamed');
      if (edit.ok) assertStaysValid(document, edit.value.changes?.[document.uri] ?? [], 'renaming');
    });
    fc.assert(property, { numRuns: RUNS, seed: 7 });
  });

  it('change no value by formatting, and nothing the second time', () => {
    const assertFormats = (text: string, from: number, to: number) => {
      const { document } = openMarked(text);
      const before = plainValue(text);
      const after = applyEdits(document, formatting(document));
      assert.deepEqual(plainValue(after), before);
      assert.deepEqual(formatting(openMarked(after).document), [], after);
      const part = document.range(from % (text.length + 1), to % (text.length + 1));
      assert.deepEqual(plainValue(applyEdits(document, rangeFormatting(document, part))), before);
    };
    fc.assert(fc.property(randomDocument(), fc.nat(), fc.nat(), assertFormats), { numRuns: RUNS, seed: 8 });
    for (const text of SUITE_TEXTS) assertFormats(text, text.length >> 2, text.length >> 1);
  });
});
