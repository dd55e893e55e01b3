import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DocumentHighlightKind } from 'vscode-languageserver-types';
import { definition } from '../../../server/src/language/features/definition.js';
import { documentHighlight } from '../../../server/src/language/features/document-highlight.js';
import { references } from '../../../server/src/language/features/references.js';
import { nameAt, namesIn } from '../../../server/src/language/names/names-in.js';
import type { Occurrence } from '../../../server/src/language/names/occurrence.js';
import { FULL } from '../../support/full.js';
import { markRanges, openMarked } from '../../support/marked-yaml.js';
import { experimentTexts, randomDocument } from '../../support/random-documents.js';

/** Asks at the cursor of a marked text for ranges, and compares them with those marked. */
function assertRanges(marked: string, ask: (opened: ReturnType<typeof openMarked>) => { range: object }[]) {
  const opened = openMarked(marked);
  const ranges = ask(opened).map(({ range }) => range as (typeof opened.ranges)[number]);
  assert.equal(markRanges(opened, ranges), marked.replace('‸', ''));
}

describe('Going to the definition', () => {
  const assertDefinition = (marked: string) =>
    assertRanges(marked, ({ document, cursor }) => definition(document, cursor));

  it('of a model leads to its `name`', () => {
    assertDefinition('embed: {models: [{use: onnx, name: ⟦arcface⟧}]}\nthreshold: {model: arc‸face}\n');
  });

  it('of a model without a name leads to its `use`', () => {
    assertDefinition('embed:\n  models:\n    - ⟦face-recognition⟧\nretrieve: {use: local, model: ‸face-recognition}\n');
    assertDefinition('embed: {models: [{use: "⟦acme/net⟧"}]}\nthreshold: {model: acme-‸net}\n');
  });

  it('of a perturbation that another is to be like leads to its key', () => {
    assertDefinition('poison: {⟦cloak⟧: fawkes, grain: {use: noise, like: clo‸ak}}\n');
  });

  it('of a model in an expectation leads there too', () => {
    assertDefinition("embed: {models: [{use: onnx, name: '⟦a⟧'}]}\nexpect: ['accuracy.a‸.top1 >= 85%']\n");
  });

  it('of a perturbation in an expectation leads to its key', () => {
    const text = 'poison:\n  ⟦fawkes⟧: {use: fawkes}\n  lowkey: {use: lowkey}\nexpect:\n  - ';
    assertDefinition(`${text}poison.fawkes‸.top1 < 5%\n`);
    assertDefinition(`${text}robustness.withValid.‸fawkes > 50%\n`);
    assertDefinition(`${text}  retrieve.returned.faw‸kes.mean > 9\n`);
  });

  it('of an alias leads to the anchor that is set before it', () => {
    assertDefinition('a: &x 1\nb: &⟦x⟧ {c: 2}\nd: [*‸x]\ne: &x 3\nf: *x\n');
  });

  it('leads nowhere from what is no name of the file’s own', () => {
    assertDefinition('dataset: {use: cel‸eba}\n');
    assertDefinition('embed: {models: [a]}\nexpect: [accura‸cy.a.top1 > 5%]\n');
    assertDefinition('name: [broken ‸\n');
  });
});

describe('References of a name', () => {
  const text = `embed:
  models:
    - {use: onnx, name: ‸⟦net⟧}
threshold: {model: ⟦net⟧}
poison: {net: {use: fawkes}}
retrieve: {use: local, model: "⟦net⟧"}
expect:
  - accuracy.⟦net⟧.top1 >= 85%
  - poison.net.top1 < 5% # net
`;

  it('are all its places, and those of nothing else that is called so', () => {
    assertRanges(text, ({ document, cursor }) => references(document, cursor, { includeDeclaration: true }));
  });

  it('leave the definition out where that is asked', () => {
    const marked = text.replace('⟦net⟧}', 'net}');
    assertRanges(marked, ({ document, cursor }) => references(document, cursor, { includeDeclaration: false }));
  });

  it('are found in files of Windows, after letters of two units', () => {
    assertRanges(
      'name: 😀\r\nembed: {models: [{use: "😀", name: ⟦a⟧}]}\r\nexpect: ["accuracy.⟦a⟧‸.top1 > 1%"]\r\n',
      ({ document, cursor }) => references(document, cursor, { includeDeclaration: true }),
    );
  });
});

describe('Highlighting a name', () => {
  it('tells where it is given from where it is meant', () => {
    const { document, cursor } = openMarked('dataset: &faces‸ synthetic\ngallery: *faces\n');
    assert.deepEqual(
      documentHighlight(document, cursor).map(({ kind, range }) => [kind, range.start.line]),
      [
        [DocumentHighlightKind.Write, 0],
        [DocumentHighlightKind.Read, 1],
      ],
    );
  });
});

describe('The name at a place', () => {
  it('is the one of all names that is there, wherever that is', () => {
    const texts = fc.oneof(fc.constantFrom(...experimentTexts().values()), randomDocument());
    fc.assert(
      fc.property(texts, fc.array(fc.nat(), { minLength: 3, maxLength: 3 }), (text, offsets) => {
        const all = namesIn(openMarked(text).document);
        for (const offset of offsets.map((nat) => nat % (text.length + 1))) {
          const { document } = openMarked(text);
          const expected = all.find(({ start, end }) => start <= offset && offset <= end);
          assert.deepEqual(
            spanOf(nameAt(document, document.positionAt(offset))),
            spanOf(expected),
            JSON.stringify([text, offset]),
          );
        }
      }),
      { numRuns: FULL ? 3000 : 40, seed: 7 },
    );
  });
});

function spanOf(name: Occurrence | undefined) {
  return name && [name.kind, name.role, name.name, name.start, name.end];
}
