import assert from 'node:assert/strict';
import { GraphBuilder } from '../../../server/src/onnx/build.js';
import { differentiate } from '../../../server/src/onnx/gradient/differentiate.js';
import type { ModelProto } from '../../../server/src/onnx/onnx_pb.js';
import { type FloatType, RunningModel } from './run-model.js';
import { SeededNumbers, type Tensor, type Tensors } from './tensor.js';

/** A function of inputs, written with a builder: the names of its inputs to that of its value. */
export type Formula = (g: GraphBuilder, inputs: Record<string, string>) => string;

export interface GradientCase {
  /** Shapes of the inputs, or the inputs themselves; values of a shape are drawn from [-1, 1). */
  readonly inputs: Readonly<Record<string, readonly number[] | Tensor>>;
  readonly formula: Formula;
  /** What ONNX Runtime computes in: double where it has a kernel for it. */
  readonly type?: FloatType;
  /** Half the distance of the two points of a difference. */
  readonly step?: number;
  /** The inputs to differentiate; all where absent. */
  readonly wrt?: readonly string[];
  readonly seed?: number;
}

/** The difference that is allowed between a gradient and the finite difference, as a share of the latter. */
const TOLERANCE = 1e-3;
/** Elements smaller than this share of the largest are compared as if they were that large. */
const FLOOR = 1e-2;

/**
 * Compares gradients with central finite differences of Σ r·y, r drawn by seed, where the model declares its
 * inputs' sizes and where it leaves them free.
 */
export async function assertGradientsAgree(check: GradientCase): Promise<void> {
  const numbers = new SeededNumbers(check.seed ?? 1);
  const inputs = Object.fromEntries(
    Object.entries(check.inputs).map(([name, given]) => [name, 'data' in given ? given : numbers.tensor(given)]),
  );
  const type = check.type ?? 'float64';
  const wrt = check.wrt ?? Object.keys(inputs);
  const forward = await RunningModel.open(modelOf(check.formula, inputs, type, 'fixed').forward, type);
  const { y } = await forward.run(inputs);
  const weights = numbers.tensor(y.shape);
  const expected = await finiteDifferences(
    forward,
    inputs,
    weights,
    wrt,
    check.step ?? (type === 'float64' ? 1e-6 : 1e-2),
  );
  for (const sizes of ['fixed', 'free'] as const) {
    const { loss } = modelOf(check.formula, inputs, type, sizes, y.shape.length);
    const gradients = await gradientsOf(loss, wrt, { ...inputs, weights }, type);
    for (const name of wrt) assertClose(gradients[name], expected[name], `∂/∂${name} with ${sizes} sizes`);
  }
}

/** The gradients of the value named `loss`, by ONNX Runtime on the differentiated model. */
export async function gradientsOf(
  model: ModelProto,
  wrt: readonly string[],
  tensors: Tensors,
  type: FloatType,
): Promise<Record<string, Tensor>> {
  const outcome = differentiate(model, { output: 'loss', wrt });
  assert.ok(outcome.ok, outcome.ok ? '' : outcome.problem.message);
  const results = await (await RunningModel.open(outcome.value, type)).run(tensors);
  return Object.fromEntries(wrt.map((name) => [name, results[`grad_${name}`]]));
}

/** The formula as a model with the output y, and as one with the output loss = Σ weights·y. */
function modelOf(formula: Formula, inputs: Tensors, type: FloatType, sizes: 'fixed' | 'free', rank = 0) {
  const build = (finish: (g: GraphBuilder, y: string) => void) => {
    const g = new GraphBuilder('case');
    const free = (name: string, shape: readonly number[]) => shape.map((_, axis) => `${name}${axis}`);
    const names = Object.entries(inputs).map(([name, { shape }]) => [
      name,
      g.input(name, type, sizes === 'fixed' ? shape : free(name, shape)),
    ]);
    finish(g, formula(g, Object.fromEntries(names)));
    return g.toModel();
  };
  return {
    forward: build((g, y) => g.output(y, type, [], 'y')),
    loss: build((g, y) => {
      const weights = g.input(
        'weights',
        type,
        Array.from({ length: rank }, (_, axis) => `weights${axis}`),
      );
      g.output(g.op('ReduceSum', [g.op('Mul', [y, weights])], { keepdims: 0 }), type, [], 'loss');
    }),
  };
}

async function finiteDifferences(
  forward: RunningModel,
  inputs: Tensors,
  weights: Tensor,
  wrt: readonly string[],
  step: number,
): Promise<Record<string, Tensor>> {
  const lossWith = async (name: string, index: number, change: number) => {
    const data = inputs[name].data.slice();
    data[index] += change;
    const { y } = await forward.run({ ...inputs, [name]: { data, shape: inputs[name].shape } });
    return y.data.reduce((sum, value, i) => sum + value * weights.data[i], 0);
  };
  const found: Record<string, Tensor> = {};
  for (const name of wrt) {
    const data = new Float64Array(inputs[name].data.length);
    for (let i = 0; i < data.length; i++) {
      data[i] = ((await lossWith(name, i, step)) - (await lossWith(name, i, -step))) / (2 * step);
    }
    found[name] = { data, shape: inputs[name].shape };
  }
  return found;
}

/** Fails where an element differs by more than the tolerance. */
export function assertClose(actual: Tensor, expected: Tensor, what: string): void {
  assert.deepEqual([...actual.shape], [...expected.shape], `${what}: its shape`);
  const largest = expected.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  expected.data.forEach((value, i) => {
    const allowed = TOLERANCE * Math.max(Math.abs(value), FLOOR * largest);
    const difference = Math.abs(actual.data[i] - value);
    assert.ok(difference <= allowed, `${what}[${i}] is ${actual.data[i]}, by finite differences ${value}`);
  });
}
