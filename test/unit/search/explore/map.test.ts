import assert from 'node:assert/strict';
import type { Matrix } from '../../../../server/src/plugins/declare.js';
import { shownImages } from '../../../../server/src/search/explore/face-map.js';
import { principalAxes, projected } from '../../../../server/src/search/explore/principal-axes.js';
import { umapOf } from '../../../../server/src/search/explore/umap.js';
import { randomVectors } from '../../../support/random-vectors.js';

/** Rows that vary by these widths along directions at right angles, which are turned by random reflections. */
function varied(rows: number, widths: readonly number[], seed: number) {
  const dimension = widths.length;
  const { data } = randomVectors(rows, dimension, seed);
  const mirrors = randomVectors(3, dimension, seed + 1).data;
  const turn = (vector: Float64Array) => {
    for (let n = 0; n < 3; n++) {
      const mirror = mirrors.subarray(n * dimension, (n + 1) * dimension);
      const [along, length] = [0, 1].map((squared) =>
        mirror.reduce((sum, value, i) => sum + value * (squared ? value : vector[i]), 0),
      );
      for (let i = 0; i < dimension; i++) vector[i] -= (2 * along * mirror[i]) / length;
    }
    return vector;
  };
  const turned = new Float32Array(data.length);
  for (let row = 0; row < rows; row++) {
    const vector = Float64Array.from(widths, (width, i) => 3 + width * data[row * dimension + i]);
    turned.set(turn(vector), row * dimension);
  }
  const axis = (n: number) => turn(Float64Array.from(widths, (_, i) => Number(i === n)));
  return { vectors: { data: turned, rows, dimension } satisfies Matrix, axes: [axis(0), axis(1)] };
}

const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, i) => sum + value * b[i], 0);

describe('A map of embeddings', () => {
  it('by PCA has the axes along which rows were made to vary most, and their shares of variance', () => {
    for (const seed of [1, 2, 3]) {
      const { vectors, axes } = varied(2000, [8, 4, 1, 1, 0.5, 0.2, 0.2, 0.1, 0.1, 0.1], seed);
      const found = principalAxes(vectors);
      for (const n of [0, 1]) assert.ok(Math.abs(dot(found.axes[n], axes[n])) > 0.999, `axis ${n}`);
      const all = 64 + 16 + 1 + 1 + 0.25 + 0.04 + 0.04 + 0.03;
      assert.ok(Math.abs(found.explained[0] - 64 / all) < 0.02 && Math.abs(found.explained[1] - 16 / all) < 0.02);
      assert.equal(found.rows, 2000);
    }
  });

  it('by PCA has places that vary as the shares say, do not vary together, and keep no mean', () => {
    const { vectors } = varied(2000, [3, 2, 1, 1, 1, 1], 4);
    const found = principalAxes(vectors);
    const [x, y] = projected(vectors, found);
    const mean = (values: Float64Array) => values.reduce((a, b) => a + b) / values.length;
    assert.ok(Math.abs(mean(x)) < 1e-6 && Math.abs(mean(y)) < 1e-6);
    const [xx, yy, xy] = [dot(x, x), dot(y, y), dot(x, y)].map((sum) => sum / x.length);
    assert.ok(Math.abs(xy) < 1e-4 * Math.sqrt(xx * yy), String(xy));
    assert.ok(Math.abs(xx / yy - found.explained[0] / found.explained[1]) < 1e-5);
  });

  for (const [what, rows, dimension] of [
    ['one row', 1, 5],
    ['rows that are all one', 6, 4],
    ['rows of one number', 9, 1],
  ] as const) {
    it(`by PCA is a map all the same of ${what}`, () => {
      const data = Float32Array.from({ length: rows * dimension }, (_, at) => (dimension === 1 ? at : 2));
      const vectors = { data, rows, dimension };
      const found = principalAxes(vectors);
      const places = projected(vectors, found);
      assert.ok([...places[0], ...places[1], ...found.explained].every(Number.isFinite));
      assert.ok(places[1].every((value) => Math.abs(value) < 1e-6));
    });
  }

  it('by UMAP keeps groups together that are apart, and is the same each time', async () => {
    const { data, dimension } = randomVectors(120, 16, 9);
    for (let row = 0; row < 120; row++) data[row * dimension + (row % 3)] += 20;
    const vectors = { data, rows: 120, dimension };
    const places = projected(vectors, principalAxes(vectors));
    const layout = async () => {
      const made = await umapOf(vectors, places, () => () => undefined);
      assert.ok(made.ok);
      return made.value;
    };
    const [x, y] = await layout();
    const nearest = (row: number) => {
      const others = [...x.keys()].filter((other) => other !== row);
      const distance = (other: number) => Math.hypot(x[row] - x[other], y[row] - y[other]);
      return others.reduce((a, b) => (distance(b) < distance(a) ? b : a));
    };
    assert.ok([...x.keys()].every((row) => nearest(row) % 3 === row % 3));
    assert.deepEqual(await layout(), [x, y]);
  });

  for (const [method, most] of [
    ['pca', 50_000],
    ['umap', 15_000],
  ] as const) {
    it(`by ${method} has ${most} points at the most, versions among them`, () => {
      assert.equal(shownImages(method, 200_000, 0), most);
      for (const [images, versions] of [
        [200_000, 30_000],
        [1000, 90_000],
        [60_000, 60_000],
      ]) {
        const shown = shownImages(method, images, versions);
        const points = shown + (shown * versions) / images;
        assert.ok(points <= most && points > 0.9 * most, `${points}`);
      }
    });
  }

  it('by UMAP is refused of fewer rows than can be neighbours', async () => {
    const vectors = randomVectors(3, 4, 1);
    const made = await umapOf(vectors, projected(vectors, principalAxes(vectors)), () => () => undefined);
    assert.ok(!made.ok && made.problem.code === 'map-too-small');
  });
});
