import assert from 'node:assert/strict';
import { create } from '@bufbuild/protobuf';
import { type Attributes, float, GraphBuilder, tensorProto, valueInfo } from '../../../server/src/onnx/build.js';
import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  GraphProtoSchema,
  type ModelProto,
  NodeProtoSchema,
} from '../../../server/src/onnx/onnx_pb.js';
import { raiseOpset } from '../../../server/src/onnx/raise-opset.js';
import { gradientsOf } from '../../support/onnx/gradient-check.js';
import { RunningModel } from '../../support/onnx/run-model.js';
import { SeededNumbers } from '../../support/onnx/tensor.js';

const x = new SeededNumbers(9).tensor([2, 3, 4]);

/** One operator as operator set `version` writes it, and the sum of what it makes. */
function modelOf(
  version: number,
  operator: string,
  attributes: Attributes,
  inputs: (g: GraphBuilder) => string[] = () => [],
): ModelProto {
  const g = new GraphBuilder('old');
  const outputs = operator === 'Split' || operator === 'TopK' ? 2 : 1;
  const [y] = g.ops(operator, [g.input('x', 'float32', [2, 3, 4]), ...inputs(g)], attributes, outputs);
  g.output(y, 'float32', [], 'y');
  // The form of a sum over everything is the same in all operator sets.
  g.output(g.op('ReduceSum', [g.op('Mul', [y, y])], { keepdims: 0 }), 'float32', [], 'loss');
  const model = g.toModel();
  model.opsetImport[0].version = BigInt(version);
  return model;
}

describe('A model of an older operator set means the same in the newer', () => {
  const reductions = ['ReduceMean', 'ReduceMax', 'ReduceL1', 'ReduceL2', 'ReduceSumSquare', 'ReduceLogSumExp'];
  const cases: [number, string, Attributes][] = [
    [7, 'Upsample', { scales: float([1, 2, 3]) }],
    [8, 'Upsample', { scales: float([1, 1, 2]), mode: 'nearest' }],
    [7, 'Dropout', { ratio: float(0.5) }],
    [8, 'Slice', { starts: [0, 1], ends: [2, 2 ** 31 - 1], axes: [1, 2] }],
    [9, 'Slice', { starts: [0, 1, -3], ends: [1, 3, -1] }],
    [8, 'TopK', { k: 2, axis: 1 }],
    [9, 'TopK', { k: 3 }],
    [8, 'Clip', { min: float(-0.25) }],
    [10, 'Clip', { min: float(-0.5), max: float(0.5) }],
    [7, 'Clip', {}],
    [8, 'Pad', { pads: [0, 1, 0, 0, 0, 2], value: float(0.5) }],
    [10, 'Pad', { pads: [0, 0, 1, 0, 1, 0], mode: 'reflect' }],
    [8, 'Softmax', { axis: 2 }],
    [10, 'Squeeze', {}],
    [9, 'Unsqueeze', { axes: [1] }],
    [7, 'ReduceSum', { axes: [2] }],
    [8, 'Split', { axis: 1, split: [1, 2] }],
    [11, 'Softmax', {}],
    [12, 'Softmax', { axis: 2 }],
    [11, 'LogSoftmax', { axis: 0 }],
    [13, 'Softmax', { axis: 1 }],
    [11, 'ReduceSum', { axes: [1], keepdims: 0 }],
    [12, 'ReduceSum', {}],
    [11, 'Unsqueeze', { axes: [0, 2] }],
    [11, 'Split', { axis: 1, split: [1, 2] }],
    [13, 'Split', { axis: 2 }],
    [11, 'Dropout', { ratio: float(0.3) }],
    ...reductions.map((name): [number, string, Attributes] => [13, name, { axes: [0, -1] }]),
  ];
  for (const [version, operator, attributes] of cases) {
    it(`${operator} of ${version} with ${JSON.stringify(attributes)}`, async () => {
      const model = modelOf(version, operator, attributes);
      const before = await (await RunningModel.open(model, 'float32')).run({ x });
      const after = await (await RunningModel.open(raiseOpset(model), 'float32')).run({ x });
      assert.deepEqual(after, before);
    });
  }

  const WITH_INPUTS: readonly [number, string, Attributes, (g: GraphBuilder) => string[]][] = [
    [9, 'Upsample', {}, (g) => [g.constant(Float32Array.of(1, 2, 2), [3])]],
    [9, 'Upsample', { mode: 'nearest' }, (g) => [g.constant(Float32Array.of(1, 1, 3), [3])]],
    [10, 'Resize', {}, (g) => [g.constant(Float32Array.of(1, 2, 0.5), [3])]],
    [10, 'Resize', { mode: 'linear' }, (g) => [g.constant(Float32Array.of(1, 1, 2), [3])]],
    [8, 'PRelu', {}, (g) => [g.constant(Float32Array.of(0.1, 0.2, 0.3), [3, 1])]],
    [7, 'Add', {}, (g) => [g.constant(Float32Array.of(1, 2, 3, 4), [4])]],
    [9, 'MatMul', {}, (g) => [g.constant(Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8), [4, 2])]],
    [10, 'Reshape', {}, (g) => [g.ints(0, -1)]],
    [
      9,
      'Scatter',
      { axis: 1 },
      (g) => [g.constant(BigInt64Array.of(2n, 0n), [1, 1, 2]), g.constant(Float32Array.of(7, 8), [1, 1, 2])],
    ],
    [
      8,
      'BatchNormalization',
      { epsilon: float(0.01), spatial: 1 },
      (g) => [1, 2, 3, 4].map((seed) => g.constant(Float32Array.of(seed, 1, 0.5), [3])),
    ],
  ];
  for (const [version, operator, attributes, inputs] of WITH_INPUTS) {
    it(`${operator} of ${version} with ${JSON.stringify(attributes)} and inputs`, async () => {
      const model = modelOf(version, operator, attributes, inputs);
      const before = await (await RunningModel.open(model, 'float32')).run({ x });
      const after = await (await RunningModel.open(raiseOpset(model), 'float32')).run({ x });
      assert.deepEqual(after, before);
    });
  }

  it('but for what no newer set can do, and for sets before 7', () => {
    const perElement = modelOf(8, 'BatchNormalization', { spatial: 0 });
    assert.throws(() => raiseOpset(perElement), /normalises each element by itself/);
    assert.throws(() => raiseOpset(modelOf(6, 'Relu', {})), /operator set 6; the oldest that is known is 7/);
  });

  it('Softmax of several axes, in its gradient too', async () => {
    const gradients = await gradientsOf(modelOf(11, 'Softmax', { axis: 1 }), ['x'], { x }, 'float32');
    // Over whole images the gradient of Σ y² is y·(2y − Σ 2y²), which sums to nothing.
    for (const image of [0, 1]) {
      const sum = gradients.x.data.slice(12 * image, 12 * image + 12).reduce((total, value) => total + value, 0);
      assert.ok(Math.abs(sum) < 1e-6 && gradients.x.data.some((value) => Math.abs(value) > 1e-4));
    }
  });

  /** A small network of the operators that face networks of that time are made of, drawn by seed. */
  function smallFaceNetwork(version: number, seed: number): ModelProto {
    const numbers = new SeededNumbers(seed);
    const channels = numbers.integer(2, 5);
    const constant = (g: GraphBuilder, ...shape: number[]) =>
      g.constant(Float32Array.from(numbers.tensor(shape).data), shape);
    const g = new GraphBuilder('face network');
    const image = g.input('image', 'float32', [1, 3, 9, 9]);
    const pads = { pads: [1, 1, 1, 1], kernel_shape: [3, 3] };
    const strides = numbers.pick([1, 2]);
    let value = g.op('Conv', [image, constant(g, channels, 3, 3, 3)], { ...pads, strides: [strides, strides] });
    const slope = numbers.pick([[channels, 1, 1], [1], [1, 1, 1]]);
    value = g.op('PRelu', [value, constant(g, ...slope)]);
    const alone = g.op('Conv', [value, constant(g, channels, 1, 3, 3)], { ...pads, group: channels });
    value = g.op('Add', [g.op('PRelu', [alone, constant(g, channels, 1, 1)]), value]);
    const flat = g.op('Reshape', [value, g.ints(1, -1)]);
    g.output(g.op('ReduceSum', [g.op('Mul', [flat, flat])], { keepdims: 0 }), 'float32', [], 'loss');
    const model = g.toModel();
    model.opsetImport[0].version = BigInt(version);
    return model;
  }

  for (const version of [7, 8, 9, 10]) {
    it(`in the gradient of networks of Conv, PRelu, Add and Reshape of operator set ${version}`, async () => {
      for (let seed = 1; seed <= 5; seed++) {
        const image = new SeededNumbers(seed).tensor([1, 3, 9, 9]);
        const [old, recent] = await Promise.all(
          [version, 20].map((set) => gradientsOf(smallFaceNetwork(set, seed), ['image'], { image }, 'float32')),
        );
        assert.deepEqual(old, recent);
        assert.ok(old.image.data.some((slope) => Math.abs(slope) > 1e-3));
      }
    });
  }

  it('inside the branches of an If', async () => {
    const shape = [1, 2, 3, 4];
    const branch = (name: string) => {
      const [unsqueeze] = modelOf(11, 'Unsqueeze', { axes: [0] }).graph!.node;
      const output = [valueInfo(name, 'float32', shape)];
      const g = create(GraphProtoSchema, { name, node: [{ ...unsqueeze, name, output: [name] }], output });
      return create(AttributeProtoSchema, { name: `${name}_branch`, type: AttributeProto_AttributeType.GRAPH, g });
    };
    const model = modelOf(11, 'Identity', {});
    const graph = model.graph!;
    graph.initializer = [tensorProto(Uint8Array.of(1), [], 'condition', 'bool')];
    const attribute = ['then', 'else'].map(branch);
    graph.node = [create(NodeProtoSchema, { opType: 'If', input: ['condition'], output: ['y'], attribute })];
    graph.output = [valueInfo('y', 'float32', shape)];
    const before = await (await RunningModel.open(model, 'float32')).run({ x });
    const after = await (await RunningModel.open(raiseOpset(model), 'float32')).run({ x });
    assert.deepEqual(after, before);
  });

  it('and one of the newer set stays as it is', () => {
    const model = modelOf(20, 'Softmax', {});
    assert.deepEqual(raiseOpset(model), model);
  });
});
