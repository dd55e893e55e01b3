import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create } from '@bufbuild/protobuf';
import { InferenceSession, Tensor as RuntimeTensor } from 'onnxruntime-node';
import { GraphBuilder } from '../../../../server/src/onnx/build.js';
import { differentiate } from '../../../../server/src/onnx/gradient/differentiate.js';
import {
  type ModelProto,
  StringStringEntryProtoSchema,
  TensorProto_DataLocation,
} from '../../../../server/src/onnx/onnx_pb.js';
import { graphOf, readModel, writeModel } from '../../../../server/src/onnx/read.js';
import { assertClose, assertGradientsAgree, gradientsOf } from '../../../support/onnx/gradient-check.js';
import { RunningModel } from '../../../support/onnx/run-model.js';
import { SeededNumbers, type Tensor } from '../../../support/onnx/tensor.js';

/** A model of the input x, [batch, 3], and what `formula` makes of it, summed to `loss`. */
function lossOf(formula: (g: GraphBuilder, x: string) => string): ModelProto {
  const g = new GraphBuilder('loss');
  const y = formula(g, g.input('x', 'float64', ['batch', 3]));
  g.output(g.op('ReduceSum', [y], { keepdims: 0 }), 'float64', [], 'loss');
  return g.toModel();
}

const vector = (...data: number[]): Tensor => ({ data: Float64Array.from(data), shape: [1, data.length] });

function problemOf(model: ModelProto, request = { output: 'loss', wrt: ['x'] }) {
  const outcome = differentiate(model, request);
  return outcome.ok ? undefined : outcome.problem;
}

describe('A gradient', () => {
  it('is summed over all uses of a value', () =>
    assertGradientsAgree({
      inputs: { x: [2, 3] },
      formula: (g, { x }) => {
        const square = g.op('Mul', [x, x]);
        const branches = [g.op('Exp', [square]), g.op('Sigmoid', [square]), g.op('Add', [square, x])];
        return g.op('Mul', [g.op('Sum', branches), square]);
      },
    }));

  it('is that of each input that is asked for, of those that are not there is none', async () => {
    const g = new GraphBuilder('two inputs');
    const [a, b] = ['a', 'b'].map((name) => g.input(name, 'float64', [2]));
    g.output(g.op('ReduceSum', [g.op('Mul', [a, b])], { keepdims: 0 }), 'float64', [], 'loss');
    const outcome = differentiate(g.toModel(), { output: 'loss', wrt: ['b'] });
    assert.deepEqual(outcome.ok && graphOf(outcome.value).outputs.map(({ name }) => name), ['loss', 'grad_b']);
  });

  it('has its input’s type and shape, and leaves the batch free', () => {
    const outcome = differentiate(
      lossOf((_, x) => x),
      { output: 'loss', wrt: ['x'] },
    );
    assert.deepEqual(outcome.ok && graphOf(outcome.value).outputs[1], {
      name: 'grad_x',
      type: 'float64',
      shape: ['batch', 3],
    });
  });

  it('is computed by one model for any batch', async () => {
    const model = lossOf((g, x) => g.op('Softmax', [g.op('Mul', [x, g.op('Tanh', [x])])]));
    const numbers = new SeededNumbers(4);
    const outcome = differentiate(model, { output: 'loss', wrt: ['x'] });
    assert.ok(outcome.ok);
    const session = await InferenceSession.create(writeModel(outcome.value));
    const three = numbers.tensor([3, 3]);
    const run = async (data: Float64Array) => {
      const { grad_x } = await session.run({ x: new RuntimeTensor('float64', data, [data.length / 3, 3]) });
      return [...(grad_x.data as Float64Array)];
    };
    const whole = await run(three.data);
    const single = await Promise.all([0, 3, 6].map((start) => run(three.data.slice(start, start + 3))));
    assert.deepEqual(whole, single.flat());
  });

  it('is not summed where free sizes are known to be alike, after windows and padding too', async () => {
    const weighed = (rows: string, columns: string) => {
      const g = new GraphBuilder('windows');
      const x = g.input('x', 'float32', [1, 1, 'height', 'width']);
      const weights = g.input('weights', 'float32', [1, 1, rows, columns]);
      const mean = (value: string) => g.op('AveragePool', [value], { kernel_shape: [3, 2], strides: [1, 1] });
      const padded = g.op('Pad', [mean(x), g.ints(0, 0, 1, 0, 0, 0, 1, 1)]);
      const product = g.op('Add', [g.op('Mul', [mean(g.op('Mul', [padded, x])), weights]), mean(x)]);
      g.output(g.op('ReduceSum', [product], { keepdims: 0 }), 'float32', [], 'loss');
      const outcome = differentiate(g.toModel(), { output: 'loss', wrt: ['x', 'weights'] });
      assert.ok(outcome.ok);
      return outcome.value;
    };
    const [known, unknown] = [weighed('height - 2', 'width - 1'), weighed('rows', 'columns')];
    const sums = (model: ModelProto) => graphOf(model).nodes.filter(({ operator }) => operator === 'NonZero').length;
    assert.deepEqual([sums(known), sums(unknown) > 0], [0, true]);
    const numbers = new SeededNumbers(6);
    const inputs = { x: numbers.tensor([1, 1, 6, 5]), weights: numbers.tensor([1, 1, 4, 4]) };
    const run = async (model: ModelProto) => (await RunningModel.open(model, 'float32')).run(inputs);
    assert.deepEqual(await run(known), await run(unknown));
  });

  it('does not go through shapes, comparisons and rounding', async () => {
    const model = lossOf((g, x) => {
      const size = g.op('Cast', [g.op('Size', [x])], { to: 11 });
      const step = g.op('Cast', [g.op('Greater', [x, g.constant(Float64Array.of(0), [])])], { to: 11 });
      return g.op('Add', [g.op('Mul', [x, size]), g.op('Add', [step, g.op('Floor', [x])])]);
    });
    const { x } = await gradientsOf(model, ['x'], { x: vector(0.5, -2.5, 1.5) }, 'float64');
    assertClose(x, vector(3, 3, 3), '∂/∂x');
  });

  it('of the norm is zero where the norm is zero', async () => {
    const model = lossOf((g, x) =>
      g.op('Cast', [g.op('ReduceL2', [g.op('Cast', [x], { to: 1 }), g.ints(1)])], { to: 11 }),
    );
    const { x } = await gradientsOf(model, ['x'], { x: vector(0, 0, 0) }, 'float64');
    assert.deepEqual([...x.data], [0, 0, 0]);
  });

  it('may be of any value inside the graph', async () => {
    const model = lossOf((g, x) => g.op('Exp', [g.rename(g.op('ReduceSumSquare', [x], { keepdims: 0 }), 'inner')]));
    const outcome = differentiate(model, { output: 'inner', wrt: ['x'] });
    assert.ok(outcome.ok);
    const session = await InferenceSession.create(writeModel(outcome.value));
    const { grad_x } = await session.run({ x: new RuntimeTensor('float64', Float64Array.of(1, 2, 3), [1, 3]) });
    assert.deepEqual([...(grad_x.data as Float64Array)], [2, 4, 6]);
  });

  it('is written into a copy: the model stays as it is', () => {
    const model = lossOf((g, x) => g.op('MaxPool', [g.op('Unsqueeze', [x, g.ints(0)])], { kernel_shape: [2] }));
    const before = writeModel(model);
    assert.ok(differentiate(model, { output: 'loss', wrt: ['x'] }).ok);
    assert.deepEqual(writeModel(model), before);
  });
});

describe('A graph that cannot be differentiated gives', () => {
  it('an operator without a rule, with its node', () => {
    const problem = problemOf(lossOf((g, x) => g.op('CumSum', [x, g.constant(BigInt64Array.of(0n), [])])));
    assert.deepEqual(problem, {
      code: 'operator-without-gradient',
      message: 'The operator CumSum of the node "cumsum_1" cannot be differentiated: there is no rule for it',
      operator: 'CumSum',
      node: 'cumsum_1',
    });
  });

  it('an operator of another domain by its full name', () => {
    const model = lossOf((g, x) => g.op('Gelu', [x]));
    model.graph!.node[0].domain = 'com.microsoft';
    assert.equal(problemOf(model)?.operator, 'com.microsoft.Gelu');
  });

  it('no problem with such an operator beside the path from input to loss', () => {
    const besides = lossOf((g, x) => {
      g.output(g.op('CumSum', [x, g.constant(BigInt64Array.of(0n), [])]), 'float64', ['batch', 3]);
      return x;
    });
    assert.equal(problemOf(besides), undefined);
  });

  it('an operator that asks for what its rule does not know', () => {
    const batchNormalization = lossOf((g, x) => {
      const [ones] = [g.constant(Float64Array.of(1, 1, 1), [3])];
      return g.ops('BatchNormalization', [x, ones, ones, ones, ones], { training_mode: 1 }, 3)[0];
    });
    assert.match(problemOf(batchNormalization)?.message ?? '', /BatchNormalization.*training mode/);
  });

  it('an output of an operator that only its first has a rule for', () => {
    const mean = lossOf(
      (g, x) => g.ops('LayerNormalization', [x, g.constant(Float64Array.of(1, 1, 1), [3])], {}, 2)[1],
    );
    assert.match(problemOf(mean)?.message ?? '', /LayerNormalization.*first output/);
  });

  it('an input or output that is not there', () => {
    const model = lossOf((_, x) => x);
    assert.equal(problemOf(model, { output: 'loss', wrt: ['z'] })?.code, 'value-unknown');
    assert.equal(problemOf(model, { output: 'z', wrt: ['x'] })?.code, 'value-unknown');
  });

  it('an output that is more than one number', () => {
    const g = new GraphBuilder('three numbers');
    g.output(g.op('Exp', [g.input('x', 'float32', [1, 3])]), 'float32', [1, 3], 'loss');
    assert.equal(problemOf(g.toModel())?.code, 'output-not-scalar');
  });

  it('an input of integers', () => {
    const g = new GraphBuilder('integers');
    g.output(g.op('ReduceSum', [g.input('x', 'int64', [3])], { keepdims: 0 }), 'int64', [], 'loss');
    assert.equal(problemOf(g.toModel())?.code, 'value-not-differentiable');
  });

  it('an input that the output does not depend on, but through integers', () => {
    const throughIntegers = lossOf((g, x) => g.op('Cast', [g.op('Cast', [x], { to: 7 })], { to: 11 }));
    assert.equal(problemOf(throughIntegers)?.code, 'output-independent');
  });

  it('a name that is taken', () => {
    const model = lossOf((g, x) => g.rename(x, 'grad_x'));
    assert.equal(problemOf(model)?.code, 'name-taken');
  });

  it('an operator set that is too old', () => {
    const model = lossOf((_, x) => x);
    model.opsetImport[0].version = 6n;
    assert.equal(problemOf(model)?.code, 'opset-unsupported');
  });

  it('bytes that are no model', () => {
    for (const bytes of [
      new Uint8Array(),
      new TextEncoder().encode('no model'),
      writeModel(lossOf((_, x) => x)).slice(0, 40),
    ]) {
      const outcome = readModel(bytes);
      assert.equal(outcome.ok ? 'read' : outcome.problem.code, 'model-unreadable');
    }
  });
});

describe('External data', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lookalike-onnx-'));
  });
  after(() => rm(folder, { recursive: true }));

  it('stays in its file, which the differentiated model still refers to', async () => {
    const model = lossOf((g, x) => g.op('Mul', [x, g.constant(Float64Array.of(2, 3, 5), [3], 'weights')]));
    const weights = model.graph!.initializer[0];
    await writeFile(join(folder, 'weights.bin'), weights.rawData);
    weights.rawData = new Uint8Array();
    weights.dataLocation = TensorProto_DataLocation.EXTERNAL;
    weights.externalData = [create(StringStringEntryProtoSchema, { key: 'location', value: 'weights.bin' })];

    const read = readModel(writeModel(model));
    const outcome = read.ok ? differentiate(read.value, { output: 'loss', wrt: ['x'] }) : read;
    assert.ok(outcome.ok);
    const held = graphOf(outcome.value).initializers.get(weights.name);
    assert.deepEqual(held?.external, new Map([['location', 'weights.bin']]));

    await writeFile(join(folder, 'model.onnx'), writeModel(outcome.value));
    const session = await InferenceSession.create(join(folder, 'model.onnx'));
    const { grad_x } = await session.run({ x: new RuntimeTensor('float64', Float64Array.of(7, 7, 7), [1, 3]) });
    assert.deepEqual([...(grad_x.data as Float64Array)], [2, 3, 5]);
  });
});
