import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LARGEST_TEXT, SpecTree } from '../../../server/src/experiment/syntax/tree.js';
import { formatting, onTypeFormatting, rangeFormatting } from '../../../server/src/language/features/formatting.js';
import { applyEdits, openMarked } from '../../support/marked-yaml.js';

const EXPERIMENTS = join(import.meta.dirname, '../../../experiments');

function formatted(text: string): string {
  const { document } = openMarked(text);
  return applyEdits(document, formatting(document));
}

describe('Formatting', () => {
  it('indents blocks by two, lists inside of their key', () => {
    assert.equal(
      formatted('embed:\n    models:\n    -   face-recognition\n    -   use: onnx\n        name: arcface\n'),
      'embed:\n  models:\n    - face-recognition\n    - use: onnx\n      name: arcface\n',
    );
  });

  it('puts one blank after colons and commas and none inside of brackets', () => {
    assert.equal(
      formatted('dataset : { use:   celeba,root: x ,images : y }\naccuracy: {top: [ 1,5 ]}\n'),
      'dataset: {use: celeba, root: x, images: y}\naccuracy: {top: [1, 5]}\n',
    );
  });

  it('indents what stands in brackets over several lines', () => {
    assert.equal(
      formatted('dataset: {\n      use: celeba,\n   root: x\n   }\nexpect: [ [\n    1\n ]\n ]\n'),
      'dataset: {\n  use: celeba,\n  root: x\n}\nexpect: [[\n    1\n  ]\n]\n',
    );
  });

  it('takes white space from the ends of lines, and ends the file with one line end', () => {
    assert.equal(formatted('name: x   \n  \ndataset: synthetic\t\n\n\n'), 'name: x\n\ndataset: synthetic\n');
    assert.equal(formatted('name: x'), 'name: x\n');
  });

  it('keeps quotes, anchors, tags, blank lines and the style of each collection', () => {
    const text =
      'name: "a"\n\ndataset: &faces {use: folder, root: \'x\'}\n\n\ngallery:\n  <<: *faces\n  root: !!str 5\n';
    assert.equal(formatted(text), text);
  });

  it('keeps comments in their column behind a value, and brings those above one to its indentation', () => {
    assert.equal(
      formatted('embed:   # first\n      # the models\n      models: [face-recognition]     # second\n# last\n'),
      'embed:   # first\n  # the models\n  models: [face-recognition]     # second\n# last\n',
    );
  });

  it('leaves a line that was commented out at the margin there', () => {
    const text = 'embed:\n  models:\n    - a\n#    - b\n    - c\n';
    assert.equal(formatted(text), text);
  });

  it('moves text in blocks without changing it', () => {
    assert.equal(
      formatted('name: |\n      two\n        words\n   \n      # and a line\n'),
      'name: |\n  two\n    words\n\n  # and a line\n',
    );
    assert.equal(formatted('a:\n    b: |2\n         words\n'), 'a:\n  b: |2\n       words\n');
  });

  it('keeps Windows line ends, and counts letters of two units as editors do', () => {
    assert.equal(formatted('name:   "😀"   \r\ndataset:  synthetic'), 'name: "😀"\r\ndataset: synthetic\r\n');
    const { document } = openMarked('"😀":   1\n');
    assert.deepEqual(formatting(document)[0].range, document.range(5, 8));
  });

  it('leaves YAML alone that is not valid, or larger than an experiment', () => {
    assert.equal(formatted('name:   x\ndataset: {use: \n'), 'name:   x\ndataset: {use: \n');
    const bomb = `a: &a [x]\n${[...'bcdefgh'].map((key, n) => `${key}: &${key} [${`*${'abcdefg'[n]}, `.repeat(9)}]`).join('\n')}\n`;
    assert.equal(formatted(bomb), bomb);
    assert.deepEqual(formatting(openMarked(`a:   ${'x'.repeat(LARGEST_TEXT)}`).document), []);
  });

  it('leaves a corner of YAML alone in which white space matters', () => {
    const text = '|2\n # not in the text\n';
    assert.equal(formatted(text), text);
  });

  it('changes no experiment of this repository in value, and nothing the second time', () => {
    for (const name of readdirSync(EXPERIMENTS)) {
      const text = readFileSync(join(EXPERIMENTS, name), 'utf8');
      const once = formatted(text);
      assert.deepEqual(SpecTree.parse(once).toValue(), SpecTree.parse(text).toValue(), name);
      assert.equal(formatted(once), once, name);
    }
  });

  it('of a range takes the whole top-level entries in it, and no others', () => {
    const { document, ranges } = openMarked('name:   x\nembed:\n    models:\n    ⟦-⟧   a\nindex:   flat\n');
    assert.equal(
      applyEdits(document, rangeFormatting(document, ranges[0])),
      'name:   x\nembed:\n  models:\n    - a\nindex:   flat\n',
    );
  });

  it('as a line is ended tidies that line, and not how it is indented', () => {
    const { document, cursor } = openMarked('name:   x\nembed:\n   models : [a,b]  \n‸\nindex:   flat\n');
    assert.equal(
      applyEdits(document, onTypeFormatting(document, cursor)),
      'name:   x\nembed:\n   models: [a, b]\n\nindex:   flat\n',
    );
  });
});
