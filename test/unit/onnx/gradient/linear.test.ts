import { float } from '../../../../server/src/onnx/build.js';
import { assertGradientsAgree } from '../../../support/onnx/gradient-check.js';

describe('gradients of matrix products', () => {
  for (const [a, b] of [
    [
      [3, 4],
      [4, 2],
    ],
    [
      [2, 3, 4],
      [4, 2],
    ],
    [
      [3, 4],
      [2, 4, 5],
    ],
    [
      [2, 3, 4],
      [2, 4, 5],
    ],
    [
      [2, 1, 3, 4],
      [3, 4, 2],
    ],
    [
      [1, 3, 4],
      [5, 4, 2],
    ],
    [[4], [4, 2]],
    [[3, 4], [4]],
    [[4], [4]],
    [[4], [2, 4, 3]],
    [[2, 3, 4], [4]],
  ]) {
    it(`MatMul of [${a}] and [${b}]`, () =>
      assertGradientsAgree({ inputs: { a, b }, formula: (g, i) => g.op('MatMul', [i.a, i.b]) }));
  }

  for (const transA of [0, 1]) {
    for (const transB of [0, 1]) {
      for (const c of [[], [2], [3, 1], [3, 2]]) {
        it(`Gemm with transA ${transA}, transB ${transB} and C of [${c}]`, () =>
          assertGradientsAgree({
            inputs: { a: transA ? [4, 3] : [3, 4], b: transB ? [2, 4] : [4, 2], c },
            formula: (g, i) => g.op('Gemm', [i.a, i.b, i.c], { transA, transB, alpha: float(0.5), beta: float(-1.5) }),
          }));
      }
    }
  }

  it('Gemm without C', () =>
    assertGradientsAgree({ inputs: { a: [3, 4], b: [4, 2] }, formula: (g, { a, b }) => g.op('Gemm', [a, b]) }));
});
