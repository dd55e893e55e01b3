import { float, type GraphBuilder } from '../../../../server/src/onnx/build.js';
import { assertGradientsAgree } from '../../../support/onnx/gradient-check.js';
import { SeededNumbers } from '../../../support/onnx/tensor.js';

const numbers = new SeededNumbers(11);
const shape = [2, 3, 4];
const positive = numbers.tensor(shape, () => numbers.between(0.3, 2));
/** No closer to 0 than 0.1: what float32 steps over has no kink. */
const awayFromZero = numbers.tensor(shape, () => numbers.pick([-1, 1]) * numbers.between(0.1, 1));
const double = (g: GraphBuilder, value: number) => g.constant(Float64Array.of(value), []);

describe('gradients of functions of one value', () => {
  for (const operator of ['Neg', 'Abs', 'Exp', 'Tanh', 'Sigmoid', 'Relu', 'Softplus', 'Identity']) {
    const type = operator === 'Softplus' ? 'float32' : 'float64';
    it(`${operator}`, () =>
      assertGradientsAgree({ inputs: { x: shape }, type, formula: (g, { x }) => g.op(operator, [x]) }));
  }

  for (const operator of ['Sqrt', 'Log', 'Reciprocal']) {
    it(`${operator} of positive numbers`, () =>
      assertGradientsAgree({ inputs: { x: positive }, formula: (g, { x }) => g.op(operator, [x]) }));
  }

  for (const [operator, attributes] of [
    ['Erf', {}],
    ['Gelu', {}],
    ['Gelu', { approximate: 'tanh' }],
    ['HardSwish', {}],
    ['LeakyRelu', { alpha: float(0.3) }],
    ['LeakyRelu', {}],
  ] as const) {
    it(`${operator} ${JSON.stringify(attributes)}, in float32`, () =>
      assertGradientsAgree({
        inputs: { x: awayFromZero },
        type: 'float32',
        formula: (g, { x }) => g.op(operator, [x], attributes),
      }));
  }

  it('HardSwish and HardSigmoid beyond their bends, in float32', () =>
    assertGradientsAgree({
      inputs: { x: { data: Float64Array.of(-4, -2.5, 0.1, 2.2, 3.5), shape: [5] } },
      type: 'float32',
      formula: (g, { x }) => g.op('Add', [g.op('HardSwish', [x]), g.op('HardSigmoid', [x], { alpha: float(0.3) })]),
    }));

  it('Clip with both bounds, with one, and with none', () =>
    assertGradientsAgree({
      inputs: { x: shape },
      formula: (g, { x }) => {
        const both = g.op('Clip', [x, double(g, -0.4), double(g, 0.5)]);
        const upper = g.op('Clip', [x, '', double(g, 0.1)]);
        return g.op('Concat', [both, upper, g.op('Clip', [x])], { axis: 0 });
      },
    }));

  it('Clip by bounds that are inputs', () =>
    assertGradientsAgree({
      inputs: {
        x: shape,
        low: { data: Float64Array.of(-0.4), shape: [] },
        high: { data: Float64Array.of(0.3), shape: [] },
      },
      formula: (g, { x, low, high }) => g.op('Clip', [x, low, high]),
    }));

  it('Cast to float32 and back keeps the gradient', () =>
    assertGradientsAgree({
      inputs: { x: shape },
      step: 1e-2,
      formula: (g, { x }) => g.op('Tanh', [g.op('Cast', [g.op('Cast', [g.op('Mul', [x, x])], { to: 1 })], { to: 11 })]),
    }));

  it('Dropout in inference', () =>
    assertGradientsAgree({ inputs: { x: shape }, formula: (g, { x }) => g.op('Dropout', [x]) }));
});

const broadcasts: readonly [readonly number[], readonly number[]][] = [
  [
    [2, 3, 4],
    [2, 3, 4],
  ],
  [
    [2, 3, 4],
    [3, 1],
  ],
  [[4], [2, 3, 4]],
  [
    [2, 1, 4],
    [3, 1],
  ],
  [[2, 3], []],
  [[1, 1], [3]],
  [[1], [1, 1, 1]],
];

describe('gradients of functions of several values', () => {
  for (const [a, b] of broadcasts) {
    for (const operator of ['Add', 'Sub', 'Mul', 'Div', 'Min', 'Max', 'Sum']) {
      const divisor = numbers.tensor(b, () => numbers.pick([-1, 1]) * numbers.between(0.5, 1.5));
      it(`${operator} of [${a}] and [${b}]`, () =>
        assertGradientsAgree({ inputs: { a, b: divisor }, formula: (g, i) => g.op(operator, [i.a, i.b]) }));
    }

    it(`Pow of [${a}] by [${b}]`, () =>
      assertGradientsAgree({
        inputs: { x: numbers.tensor(a, () => numbers.between(0.3, 2)), p: b },
        formula: (g, { x, p }) => g.op('Pow', [x, p]),
      }));

    it(`Where between [${a}] and [${b}]`, () =>
      assertGradientsAgree({
        inputs: { a, b },
        formula: (g, i) => g.op('Where', [g.op('Greater', [i.a, double(g, 0)]), i.a, i.b]),
      }));
  }

  for (const exponent of [2, 3, 1, 0.5]) {
    it(`Pow by the constant ${exponent}`, () =>
      assertGradientsAgree({ inputs: { x: positive }, formula: (g, { x }) => g.op('Pow', [x, double(g, exponent)]) }));
  }

  it('Pow of negative numbers by an integer', () =>
    assertGradientsAgree({
      inputs: { x: awayFromZero },
      formula: (g, { x }) => g.op('Pow', [x, g.constant(BigInt64Array.of(3n), [])]),
    }));

  it('Max and Min of three, and of a value with itself', () =>
    assertGradientsAgree({
      inputs: { a: [2, 3], b: [3], c: [2, 1] },
      formula: (g, { a, b, c }) => g.op('Sub', [g.op('Max', [a, b, c]), g.op('Min', [a, a])]),
    }));

  it('PRelu with a slope for each channel, in float32', () =>
    assertGradientsAgree({
      inputs: { x: awayFromZero, slope: [3, 1] },
      type: 'float32',
      formula: (g, { x, slope }) => g.op('PRelu', [x, slope]),
    }));
});
