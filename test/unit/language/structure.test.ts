import assert from 'node:assert/strict';
import { type DocumentSymbol, SymbolKind } from 'vscode-languageserver-types';
import { documentSymbol } from '../../../server/src/language/features/document-symbol.js';
import { foldingRange } from '../../../server/src/language/features/folding-range.js';
import { selectionRange } from '../../../server/src/language/features/selection-range.js';
import { openMarked } from '../../support/marked-yaml.js';

describe('The outline', () => {
  const outline = (symbols: readonly DocumentSymbol[], indent = ''): string[] =>
    symbols.flatMap(({ name, detail, children }) => [
      `${indent}${name}${detail ? `: ${detail}` : ''}`,
      ...outline(children ?? [], `${indent}  `),
    ]);

  it('is the keys with what they say or use, the models and the expectations', () => {
    const { document } = openMarked(`name: Robustness
dataset: {use: folder, root: faces}
embed:
  models:
    - face-recognition
    - {use: onnx, name: arcface}
accuracy: {top: [1, 5]}
index: flat
expect: [images.total > 5]
`);
    assert.deepEqual(outline(documentSymbol(document)), [
      'name: Robustness',
      'dataset: folder',
      '  use: folder',
      '  root: faces',
      'embed',
      '  models',
      '    face-recognition',
      '    arcface',
      '      use: onnx',
      '      name: arcface',
      'accuracy',
      '  top',
      'index: flat',
      'expect',
      '  images.total > 5',
    ]);
  });

  it('spans each entry, and names it by its key', () => {
    const { document, ranges } = openMarked('⟦⟦embed⟧:\n  models: [{use: onnx}]⟧\n# end\n');
    const [embed] = documentSymbol(document);
    assert.deepEqual(
      [embed.range, embed.selectionRange].map(({ start }) => start.line),
      [0, 0],
    );
    assert.deepEqual(new Set([embed.range, embed.selectionRange]), new Set(ranges));
    assert.equal(embed.kind, SymbolKind.Object);
  });
});

describe('Folding', () => {
  const folds = (text: string) =>
    foldingRange(openMarked(text).document).map(({ startLine, endLine, kind }) =>
      [startLine, endLine, kind].filter((part) => part !== undefined).join(' '),
    );

  it('is of sections, of items and of comments that take several lines', () => {
    assert.deepEqual(
      folds('# why\n# and how\nembed:\n  models:\n    - use: onnx\n      file: a.onnx\n    - b\n\nindex: flat\n'),
      ['0 1 comment', '2 6', '3 6', '4 5'],
    );
  });

  it('leaves the line of a closing bracket, and the blank lines behind a block', () => {
    assert.deepEqual(folds('dataset: {\n  use: folder,\n  root: x\n}\n\nname: |\n  words\n\nindex: flat\n'), [
      '0 2',
      '5 6',
    ]);
  });

  it('is of nothing in a line alone, nor of what looks like comments in a text', () => {
    assert.deepEqual(folds('# one\nname: "# a\n\n  # b"\n# two\r\n'), ['1 3']);
  });
});

describe('Widening a selection', () => {
  it('goes from the word to its quotes, the entry, the block and the file', () => {
    const { document, cursor } = openMarked('name: 😀\ndataset: {use: "fol‸der", root: x}\n');
    const texts: string[] = [];
    for (let at = selectionRange(document, [cursor])[0]; at; at = at.parent as typeof at) {
      texts.push(document.text.slice(document.offsetAt(at.range.start), document.offsetAt(at.range.end)));
    }
    assert.deepEqual(texts, [
      'folder',
      '"folder"',
      'use: "folder"',
      '{use: "folder", root: x}',
      'dataset: {use: "folder", root: x}',
      document.text,
    ]);
  });

  it('is the file where there is nothing', () => {
    const { document, cursor } = openMarked('a: 1\n\n‸\n');
    assert.deepEqual(selectionRange(document, [cursor]), [{ range: document.range(0, 7) }]);
  });
});
