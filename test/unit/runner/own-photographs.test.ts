import assert from 'node:assert/strict';
import { FlatIndex } from '../../../server/src/compute/search/flat-index.js';
import type { Matrix } from '../../../server/src/plugins/declare.js';
import { inMemory, selectRows, someOf } from '../../../server/src/plugins/matrix.js';
import type { HashedImage } from '../../../server/src/runner/stages/list-images.js';
import { Partners } from '../../../server/src/runner/stages/own-photographs.js';
import { splitGallery } from '../../../server/src/runner/stages/perturbing/gallery-split.js';
import {
  inSet,
  type RowNeighbours,
  type SetNeighbours,
  searchOthers,
} from '../../../server/src/runner/stages/search-others.js';
import type { PerturbationUse } from '../../../server/src/stages/spec.js';
import { plainSearch } from '../../support/plain-search.js';
import { randomVectors } from '../../support/random-vectors.js';

const work = { signal: new AbortController().signal, progress: () => undefined };

/** Images of which some are copies: each draws its content from `contents`, and a copy has the content's vector. */
function imagesWithCopies(count: number, contents: number, seed: number): { images: HashedImage[]; vectors: Matrix } {
  const drawn = Array.from(randomVectors(1, count, seed).data, (value) => Math.floor(((value + 1) / 2) * contents));
  const images = drawn.map((content, n) => {
    const id = String(n).padStart(4, '0');
    return { id, file: id, hash: `content ${content}`, identity: `person ${content % 7}` };
  });
  return { images, vectors: selectRows(randomVectors(contents, 8, seed + 1), drawn) };
}

describe('A query and its copies', () => {
  it('are left out of what an index finds, however many there are and whoever else is searched for', async () => {
    for (const [seed, contents] of [3, 20, 60, 1000].entries()) {
      const { images, vectors } = imagesWithCopies(80, contents, seed + 1);
      const source = inMemory(vectors);
      const opened = await new FlatIndex('l2', 1).open(source);
      assert.ok(opened.ok);
      for (const rows of [images.map((_, row) => row), [5, 40, 79]]) {
        const queries = rows.length === images.length ? vectors : selectRows(vectors, rows);
        const asked = queries === vectors ? source : someOf(source, rows);
        const sources = rows.map((row) => images[row]);
        const found = await searchOthers({ index: opened.value, images }, asked, sources, 6, work);
        const ranked = plainSearch(vectors, queries, 'l2', images.length);
        for (const [n, row] of rows.entries()) {
          const others = [...ranked.ids.subarray(n * images.length, (n + 1) * images.length)]
            .filter((other) => images[other].hash !== images[row].hash)
            .slice(0, 6);
          const wanted = Array.from({ length: 6 }, (_, place) => others[place] ?? -1);
          assert.deepEqual([...found.ids.subarray(n * 6, (n + 1) * 6)], wanted, `contents ${contents}, row ${row}`);
        }
      }
      await opened.value.close();
    }
  });

  it('are found by rows of an index, which the compiler takes for no positions until they are put into the set', () => {
    const found: RowNeighbours = {
      k: 2,
      ids: Int32Array.of(1, 0, 2, -1),
      distances: Float32Array.of(0, 1, 2, Number.NaN),
    };
    // @ts-expect-error: they are rows
    const mistaken: SetNeighbours = found;
    assert.equal(mistaken, found);
    assert.deepEqual(inSet(found, [3, 5, 8]), { ...found, ids: Int32Array.of(5, 3, 8, -1) });
    assert.throws(() => inSet(found, [3, 5]), RangeError);
  });

  it('are no partners of one another: another photograph of the person must be there', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const { images } = imagesWithCopies(30, 20, seed);
      const partners = new Partners(images);
      for (const image of images) {
        const others = images.filter(({ identity, hash }) => identity === image.identity && hash !== image.hash);
        assert.equal(partners.has(image), others.length > 0);
      }
      assert.equal(partners.has({ ...images[0], identity: null }), false);
    }
  });

  it('are on one side of a split gallery, and on neither where they are two people’s', () => {
    const use = { use: 'precomputed', name: 'x', params: {}, target: 'gallery', users: 5, split: 0.5 };
    for (let seed = 1; seed <= 50; seed++) {
      const { images } = imagesWithCopies(60, 30, seed);
      // One photograph stands under another person too.
      images.push({ ...images[0], id: 'again', identity: 'person 9' });
      const positions = images.map((_, position) => position);
      const set = { images, perIdentity: new Map(), missing: 0, unreadable: 0, copies: 0, passedOver: {} };
      const split = splitGallery(set, positions, { ...use, seed } as unknown as PerturbationUse);
      const gallery = new Set(split.gallery.map((position) => images[position].hash));
      assert.ok(split.gallery.length > 0 && split.tests.length > 0);
      for (const position of split.tests) assert.ok(!gallery.has(images[position].hash));
      for (const position of [...split.gallery, ...split.tests]) assert.notEqual(images[position].hash, images[0].hash);
      assert.ok(split.protected.every((position) => split.gallery.includes(position)));
    }
  });
});
