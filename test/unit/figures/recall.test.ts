import assert from 'node:assert/strict';
import { recallAgainst } from '../../../server/src/runner/figures/recall.js';
import { randomVectors } from '../../support/random-vectors.js';

describe('The recall of an index', () => {
  it('is the share of the true nearest that it finds, counted by hand', () => {
    const exact = { k: 3, ids: Int32Array.of(4, 2, 7, 1, 0, -1), distances: new Float32Array(6) };
    // Of five that are true, two of the first query's and one of the second's are found.
    const found = { k: 3, ids: Int32Array.of(7, 4, 9, 5, 1, -1), distances: new Float32Array(6) };
    assert.equal(recallAgainst(exact, found), 3 / 5);
  });

  it('takes one copy of a photograph for another, each once', () => {
    const exact = { k: 3, ids: Int32Array.of(4, 5, 7), distances: new Float32Array(3) };
    const found = { k: 3, ids: Int32Array.of(6, 1, 7), distances: new Float32Array(3) };
    // Rows 4, 5 and 6 hold one photograph, of which two are wanted and one was found.
    const contentOf = (row: number) => (row >= 4 && row <= 6 ? 'copied' : row);
    assert.equal(recallAgainst(exact, found, contentOf), 2 / 3);
  });

  it('is what a plain count gives, in 50 random pairs of lists with places that are empty', () => {
    for (let seed = 1; seed <= 50; seed++) {
      const [queries, k] = [1 + (seed % 7), 1 + (seed % 5)];
      const lists = [1, 2].map((list) =>
        Array.from({ length: queries }, (_, query) => {
          const { data } = randomVectors(1, k, 1000 * seed + 10 * query + list);
          const ids = [...new Set(Array.from(data, (value) => Math.floor(6 * (value + 1))))];
          return Array.from({ length: k }, (_, n) => ids[n] ?? -1);
        }),
      );
      const [exact, found] = lists.map((all) => {
        return { k, ids: Int32Array.from(all.flat()), distances: new Float32Array(queries * k) };
      });
      const wanted = lists[0].map((ids) => ids.filter((id) => id >= 0));
      const hits = wanted.map((ids, query) => ids.filter((id) => lists[1][query].includes(id)).length);
      const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);
      assert.equal(recallAgainst(exact, found), sum(hits) / sum(wanted.map(({ length }) => length)), `seed ${seed}`);
    }
  });
});
