import assert from 'node:assert/strict';
import { SpecTree } from '../../../server/src/experiment/syntax/tree.js';
import { read, spanOf, unmark } from '../../support/spec-text.js';

describe('Where something stands in the text', () => {
  function assertMarked(marked: string, of: (tree: SpecTree) => ReturnType<SpecTree['rangeOf']>) {
    const { text, spans } = unmark(marked);
    assert.deepEqual(spanOf({ range: of(SpecTree.parse(text)) }), spans[0]);
  }

  it('a value, and its key', () => {
    assertMarked('dataset: {use: celeba, root: «~/data»}\n', (tree) => tree.rangeOf(['dataset', 'root']));
    assertMarked('dataset: {use: celeba, «root»: ~/data}\n', (tree) => tree.keyRangeOf(['dataset', 'root']));
  });

  it('an item of a list, which is its own key', () => {
    assertMarked('expect:\n  - a > 1\n  - «b > 2»\n', (tree) => tree.rangeOf(['expect', 1]));
    assertMarked('expect:\n  - a > 1\n  - «b > 2»\n', (tree) => tree.keyRangeOf(['expect', 1]));
  });

  it('of what is not written, what is around it', () => {
    assertMarked('dataset: «{use: celeba}»\n', (tree) => tree.rangeOf(['dataset', 'root']));
    assertMarked('«dataset: x»\n', (tree) => tree.rangeOf(['threshold', 'unit']));
    assertMarked('«»', (tree) => tree.rangeOf(['dataset']));
  });

  it('of an alias, what it stands for', () => {
    assertMarked('dataset: &faces {use: folder, root: «a»}\ngallery: *faces\n', (tree) =>
      tree.rangeOf(['gallery', 'root']),
    );
  });

  it('of a merged key, the block that it comes from', () => {
    const text = 'dataset: &faces {use: folder, root: «a»}\ngallery: {<<: *faces}\n';
    assertMarked(text, (tree) => tree.rangeOf(['gallery', 'root']));
    assertMarked(text.replace('*faces}', '[{x: 1}, *faces]}'), (tree) => tree.rangeOf(['gallery', 'root']));
  });

  it('of a key that stands before a merged one, itself', () => {
    assertMarked('gallery: {<<: {root: b}, root: «a»}\n', (tree) => tree.rangeOf(['gallery', 'root']));
  });

  it('of a key that is in two merged blocks, the first, whose value it has', () => {
    const marked = 'gallery: {<<: [{root: «a»}, {root: b}]}\n';
    assertMarked(marked, (tree) => tree.rangeOf(['gallery', 'root']));
    assert.deepEqual(SpecTree.parse(unmark(marked).text).toValue(), { gallery: { root: 'a' } });
  });

  it('in a block that is merged into itself, nowhere, and soon', () => {
    assertMarked('gallery: &a «{<<: *a}»\n', (tree) => tree.rangeOf(['gallery', 'root']));
  });

  describe('in lines and columns from 1, in UTF-16 units', () => {
    const placeOf = (text: string) => {
      const [{ range }] = read(text).diagnostics;
      return [range.start.line, range.start.column, text.slice(range.start.offset, range.end.offset)];
    };

    it('of the plain case', () => {
      assert.deepEqual(placeOf('name: x\ndataset: celbea\n'), [2, 10, 'celbea']);
    });

    it('where lines end as on Windows', () => {
      assert.deepEqual(placeOf('name: x\r\n\r\ndataset: celbea\r\n'), [3, 10, 'celbea']);
    });

    it('after a byte order mark, which is a unit of the first line', () => {
      assert.deepEqual(placeOf('\uFEFFdataset: celbea\r\n'), [1, 11, 'celbea']);
    });

    it('after letters of two units', () => {
      assert.deepEqual(placeOf('dataset: {use: synthetic, 🙂🙂: 1}\n'), [1, 27, '🙂🙂']);
      assert.deepEqual(placeOf('dataset: {use: "celeba", root: .} # 🙂\n# 😀\nembed: {"😀": 1, models: [onx]}\n'), [
        3,
        9,
        '"😀"',
      ]);
    });

    it('after letters with combining marks', () => {
      assert.deepEqual(placeOf('{name: "e\u0301", dataset: celbea}'), [1, 23, 'celbea']);
    });
  });
});
