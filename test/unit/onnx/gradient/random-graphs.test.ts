import { assertGradientsAgree } from '../../../support/onnx/gradient-check.js';
import { randomFormula } from '../../../support/onnx/random-formula.js';

describe('gradients of random graphs', () => {
  for (let seed = 1; seed <= 80; seed++) {
    it(`of seed ${seed}`, () => assertGradientsAgree({ ...randomFormula(seed), seed }));
  }
});
