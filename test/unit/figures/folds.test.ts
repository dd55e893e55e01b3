import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { type FoldedPairs, foldsOf } from '../../../server/src/runner/figures/folds.js';
import { parsePairs } from '../../../server/src/runner/figures/pairs-file.js';
import { askPeer, needsPeers } from '../../support/peer-venv.js';

const SCRIPT = fileURLToPath(new URL('../../support/folds-by-definition.py', import.meta.url));

/** Pairs whose distances overlap and tie: those of one person are less by some places of many. */
function madeUp(seed: number, folds: number, perFold: number): FoldedPairs {
  const generator = xoroshiro128plus(seed);
  const drawn = Array.from({ length: folds * perFold }, (_, n) => {
    const same = uniformInt(generator, 0, 1);
    return { same, fold: n % folds, distance: uniformInt(generator, same === 1 ? 0 : 25, same === 1 ? 60 : 99) / 64 };
  });
  return {
    distances: Float64Array.from(drawn, ({ distance }) => distance),
    same: Uint8Array.from(drawn, ({ same }) => same),
    fold: Int32Array.from(drawn, ({ fold }) => fold),
    folds,
    left: new Array<number>(folds).fill(0),
  };
}

describe('Accuracy over folds', () => {
  it('is what can be counted on paper', () => {
    const pairs: FoldedPairs = {
      // All of the second fold is right at 2; of the first, three of four at 1 and at 2.
      distances: Float64Array.of(1, 2, 3, 1.5, 1, 2, 5, 6),
      same: Uint8Array.of(1, 1, 0, 0, 1, 1, 0, 0),
      fold: Int32Array.of(0, 0, 0, 0, 1, 1, 1, 1),
      folds: 2,
      left: [0, 1],
    };
    const { accuracy, standardError, accuracyAll, each } = foldsOf(pairs) ?? assert.fail();
    assert.deepEqual(
      each.map(({ threshold, count, of }) => [threshold, count, of]),
      [
        [2, 3, 4],
        [1, 3, 4],
      ],
    );
    assert.deepEqual([accuracy, standardError, accuracyAll], [0.75, 0, (0.75 + 0.6) / 2]);
  });

  it('is none of one fold, nor where one is empty', () => {
    const pairs = madeUp(1, 2, 10);
    assert.equal(foldsOf({ ...pairs, folds: 1, fold: new Int32Array(20) }), undefined);
    assert.equal(foldsOf({ ...pairs, folds: 3, left: [0, 0, 4] }), undefined);
  });

  describe('beside scikit-learn (skipped where the environment of peers has none)', () => {
    let folder: string;
    before(async function () {
      needsPeers.call(this, 'numpy', 'sklearn');
      folder = await mkdtemp(join(tmpdir(), 'folds-'));
    });
    after(() => folder && rm(folder, { recursive: true }));

    for (const [seed, folds, perFold] of [
      [1, 10, 60],
      [2, 10, 12],
      [3, 2, 40],
      [4, 5, 7],
    ] as const) {
      it(`is the same on ${folds} folds of ${perFold} made-up pairs`, async () => {
        const pairs = madeUp(seed, folds, perFold);
        const file = join(folder, `${seed}.json`);
        const lists = { distances: [...pairs.distances], same: [...pairs.same], fold: [...pairs.fold], folds };
        await writeFile(file, JSON.stringify(lists));
        const own = foldsOf(pairs) ?? assert.fail();
        const peer = askPeer<Record<string, number | number[]>>(SCRIPT, file);
        assert.deepEqual(
          own.each.map(({ threshold }) => threshold),
          peer.thresholds,
        );
        assert.deepEqual(
          own.each.map(({ rate }) => rate),
          peer.accuracies,
        );
        assert.ok(Math.abs((own.accuracy ?? 0) - (peer.accuracy as number)) < 1e-12);
        assert.ok(Math.abs((own.standardError ?? 0) - (peer.standardError as number)) < 1e-12);
      });
    }
  });
});

describe('A file of pairs', () => {
  it('is read in LFW’s form, fold by fold', () => {
    const text = '2\t1\nAna_Bo\t1\t12\nAna_Bo\t1\tCy\t3\nCy\t2\t1\nCy\t4\tAna_Bo\t2\n';
    const read = parsePairs(text, 'pairs.txt');
    assert.ok(read.ok);
    assert.deepEqual(read.value, {
      form: 'lfw',
      folds: 2,
      pairs: [
        { line: 2, images: ['Ana_Bo/Ana_Bo_0001', 'Ana_Bo/Ana_Bo_0012'], same: true, fold: 0 },
        { line: 3, images: ['Ana_Bo/Ana_Bo_0001', 'Cy/Cy_0003'], same: false, fold: 0 },
        { line: 4, images: ['Cy/Cy_0002', 'Cy/Cy_0001'], same: true, fold: 1 },
        { line: 5, images: ['Cy/Cy_0004', 'Ana_Bo/Ana_Bo_0002'], same: false, fold: 1 },
      ],
    });
  });

  it('is read as a table, whose folds have names', () => {
    const read = parsePairs(
      'fold,left,right,same\r\nb,x 1.jpg,y.jpg,1\r\n\r\na,"q,2.jpg",y.jpg,False\r\n',
      'pairs.csv',
    );
    assert.ok(read.ok);
    assert.deepEqual(read.value, {
      form: 'csv',
      folds: 2,
      pairs: [
        { line: 2, images: ['x 1.jpg', 'y.jpg'], same: true, fold: 0 },
        { line: 4, images: ['q,2.jpg', 'y.jpg'], same: false, fold: 1 },
      ],
    });
  });

  for (const [what, text, says] of [
    ['with fewer lines than its first says', '2\t1\nAna\t1\t2\n', /pairs\.txt:2 .* says 4 pairs, and it has 1/],
    ['with two people in the place of one', '1\t1\nAna\t1\tBo\t2\nAna\t1\tBo\t2\n', /pairs\.txt:2 .*one person/],
    ['with one person in the place of two', '1\t1\nAna\t1\t2\nAna\t1\t2\n', /pairs\.txt:3 .*two people/],
    ['without a column that says which are the same', 'a,b\nx,y\n', /pairs\.txt:1 .*header is a, b/],
    ['with three columns of paths', 'a,b,c,same\nx,y,z,1\n', /pairs\.txt:1 .*header is a, b, c, same/],
    ['with an answer that is none', 'a,b,same\nx,y,1\nx,y,maybe\n', /pairs\.txt:3 .*same is "maybe"/],
    ['with an image without a name', 'a,b,same\nx,,1\n', /pairs\.txt:2 .*not named/],
    ['without a pair', 'a,b,same\n', /no pair/],
    ['that is empty', '', /header is empty/],
  ] as const) {
    it(`${what} is refused, with the line`, () => {
      const read = parsePairs(text, 'pairs.txt');
      assert.ok(!read.ok);
      assert.equal(read.problem.code, 'pairs-format');
      assert.match(read.problem.message, says);
    });
  }
});
