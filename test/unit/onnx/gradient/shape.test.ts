import { assertGradientsAgree } from '../../../support/onnx/gradient-check.js';

const x = [2, 3, 4];

describe('gradients of operators that move elements', () => {
  it('Reshape', () =>
    assertGradientsAgree({ inputs: { x }, formula: (g, i) => g.op('Reshape', [i.x, g.ints(4, -1)]) }));

  it('Reshape to a shape that the graph computes', () =>
    assertGradientsAgree({
      inputs: { x },
      formula: (g, i) => {
        const batch = g.op('Shape', [i.x], { start: 0, end: 1 });
        return g.op('Reshape', [i.x, g.op('Concat', [batch, g.ints(-1)], { axis: 0 })]);
      },
    }));

  for (const axis of [0, 1, 2, -1]) {
    it(`Flatten from axis ${axis}`, () =>
      assertGradientsAgree({ inputs: { x }, formula: (g, i) => g.op('Flatten', [i.x], { axis }) }));
  }

  it('Squeeze and Unsqueeze', () =>
    assertGradientsAgree({
      inputs: { x: [2, 1, 3] },
      formula: (g, i) => g.op('Unsqueeze', [g.op('Squeeze', [i.x, g.ints(1)]), g.ints(0, -1)]),
    }));

  for (const perm of [[2, 0, 1], [1, 0, 2], undefined]) {
    it(`Transpose by ${perm ?? 'no permutation'}`, () =>
      assertGradientsAgree({ inputs: { x }, formula: (g, i) => g.op('Transpose', [i.x], perm ? { perm } : {}) }));
  }

  for (const [from, to] of [
    [
      [3, 1],
      [2, 3, 4],
    ],
    [
      [3, 4],
      [1, 4],
    ],
    [[], [2, 2]],
  ]) {
    it(`Expand [${from}] to [${to}]`, () =>
      assertGradientsAgree({ inputs: { x: from }, formula: (g, i) => g.op('Expand', [i.x, g.ints(...to)]) }));
  }

  for (const axis of [1, -2]) {
    it(`Concat of three along axis ${axis}, one of them twice`, () =>
      assertGradientsAgree({
        inputs: { a: [2, 3, 2], b: [2, 1, 2] },
        formula: (g, { a, b }) => g.op('Concat', [a, b, a], { axis }),
      }));
  }

  it('Split into parts of different sizes, one of them unused', () =>
    assertGradientsAgree({
      inputs: { x: [2, 6] },
      formula: (g, i) => {
        const [first, , last] = g.ops('Split', [i.x, g.ints(1, 3, 2)], { axis: 1 }, 3);
        return g.op('Mul', [first, last]);
      },
    }));

  it('Split into equal parts', () =>
    assertGradientsAgree({
      inputs: { x: [2, 6] },
      formula: (g, i) => g.op('Mul', g.ops('Split', [i.x], { axis: -1, num_outputs: 2 }, 2)),
    }));

  for (const mode of ['constant', 'reflect', 'edge', 'wrap']) {
    it(`Pad with ${mode}`, () =>
      assertGradientsAgree({
        inputs: { x: [2, 3, 4] },
        formula: (g, i) => g.op('Pad', [i.x, g.ints(0, 1, 2, 1, 2, 3)], { mode }),
      }));
  }

  it('Pad that takes away, and along some axes only', () =>
    assertGradientsAgree({
      inputs: { x: [2, 3, 4] },
      formula: (g, i) => g.op('Pad', [i.x, g.ints(-1, 2, 1, -2), '', g.ints(1, -1)]),
    }));
});
