import assert from 'node:assert/strict';
import { applyEdits, expandSnippet, markRanges, openMarked } from '../../support/marked-yaml.js';

describe('YAML with markers', () => {
  it('opens as a document without them, with a cursor and ranges in UTF-16 units', () => {
    const { document, cursor, ranges } = openMarked('name: 😀 ⟦two⟧\ndataset: syn‸thetic\n');
    assert.equal(document.text, 'name: 😀 two\ndataset: synthetic\n');
    assert.deepEqual(cursor, { line: 1, character: 12 });
    assert.deepEqual(ranges, [{ start: { line: 0, character: 9 }, end: { line: 0, character: 12 } }]);
  });

  it('shows ranges of a document as they would be marked', () => {
    const marked = 'embed: {⟦models⟧: [⟦face-recognition⟧]}\n';
    const opened = openMarked(marked);
    assert.equal(markRanges(opened, opened.ranges), marked);
  });

  it('is edited as a client does it: every edit in places of the text before', () => {
    const { document, ranges } = openMarked('⟦index⟧: ⟦flat⟧\n');
    const newTexts = ['gallery', 'synthetic'];
    const edits = ranges.map((range, n) => ({ range, newText: newTexts[n] }));
    assert.equal(applyEdits(document, edits), 'gallery: synthetic\n');
  });

  it('takes a snippet’s tab stops at their defaults', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a snippet's tab stops are written so
    assert.equal(expandSnippet('use: ${1|flat,hnsw|}\nroot: ${2:\\$HOME}\n$0'), 'use: flat\nroot: $HOME\n');
  });
});
