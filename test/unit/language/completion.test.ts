import assert from 'node:assert/strict';
import { completion } from '../../../server/src/language/completion.js';
import { acceptCompletion, openMarked } from '../../support/marked-yaml.js';

describe('Completion', () => {
  it('offers the top-level keys that are not there', () => {
    const { document, cursor } = openMarked('dataset: synthetic\n‸');
    const items = completion(document, cursor);
    const queries = items.find(({ label }) => label === 'queries');
    assert.ok(queries && !items.some(({ label }) => label === 'dataset'));
    assert.equal(acceptCompletion(document, queries), 'dataset: synthetic\nqueries: ');
  });
});
