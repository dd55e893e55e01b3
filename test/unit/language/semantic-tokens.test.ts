import assert from 'node:assert/strict';
import type { ExperimentDocument } from '../../../server/src/language/document.js';
import { SEMANTIC_TOKENS_LEGEND, semanticTokens } from '../../../server/src/language/features/semantic-tokens.js';
import { openMarked } from '../../support/marked-yaml.js';

/** Tokens as a client decodes them: `type text`, with a star where the name is given. */
function decoded(document: ExperimentDocument, data: readonly number[]): string[] {
  let [line, character] = [0, 0];
  return Array.from({ length: data.length / 5 }, (_, n) => {
    const [lines, characters, length, type, modifiers] = data.slice(n * 5, n * 5 + 5);
    character = lines === 0 ? character + characters : characters;
    line += lines;
    const start = document.offsetAt({ line, character });
    const name = SEMANTIC_TOKENS_LEGEND.tokenTypes[type];
    return `${name}${modifiers === 1 ? '*' : ''} ${document.text.slice(start, start + length)}`;
  });
}

describe('Semantic tokens', () => {
  const text = `name: embed
embed: {models: [face-recognition, {use: "onnx", name: 'arcface'}]}\r
threshold: {model: arcface}
⟦poison: {😀: x, mine: {use: test/noise}}⟧
expect:
  - accuracy.arcface.top1 >= 85%
  - images.total > -1e3
`;

  it('are stages, plugins, the file’s names, and the parts of expectations', () => {
    const { document } = openMarked(text);
    assert.deepEqual(decoded(document, semanticTokens(document).data), [
      'keyword embed',
      'class face-recognition',
      'class onnx',
      'variable* arcface',
      'keyword threshold',
      'variable arcface',
      'keyword poison',
      'variable* 😀',
      'variable* mine',
      'class test/noise',
      'property accuracy',
      'variable arcface',
      'property top1',
      'operator >=',
      'number 85%',
      'property images',
      'property total',
      'operator >',
      'number -1e3',
    ]);
  });

  it('of a range are those in it', () => {
    const { document, ranges } = openMarked(text);
    assert.deepEqual(decoded(document, semanticTokens(document, ranges[0]).data), [
      'keyword poison',
      'variable* 😀',
      'variable* mine',
      'class test/noise',
    ]);
  });
});
