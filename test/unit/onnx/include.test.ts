import assert from 'node:assert/strict';
import { GraphBuilder } from '../../../server/src/onnx/build.js';
import { differentiate } from '../../../server/src/onnx/gradient/differentiate.js';
import { includeModel } from '../../../server/src/onnx/include.js';
import type { ModelProto } from '../../../server/src/onnx/onnx_pb.js';
import { RunningModel } from '../../support/onnx/run-model.js';

/** y = k·x */
function times(k: number, opset = 20): ModelProto {
  const g = new GraphBuilder('times');
  g.output(g.op('Mul', [g.input('x', 'float64', [2]), g.constant(Float64Array.of(k), [])]), 'float64', [2], 'y');
  const model = g.toModel();
  model.opsetImport[0].version = BigInt(opset);
  return model;
}

function include(g: GraphBuilder, model: ModelProto, x: string): string {
  const included = includeModel(g, model, { x });
  assert.ok(included.ok);
  return included.value.get('y') as string;
}

const TWO = { data: Float64Array.of(1, -2), shape: [2] };

describe('A model included in a graph', () => {
  it('is applied to values there, more than once, and differentiated through', async () => {
    const g = new GraphBuilder('twice');
    const model = times(3);
    const y = include(g, model, include(g, model, g.input('x', 'float64', [2])));
    g.output(g.op('ReduceSum', [y], { keepdims: 0 }), 'float64', [], 'loss');
    const outcome = differentiate(g.toModel(), { output: 'loss', wrt: ['x'] });
    assert.ok(outcome.ok);
    const { loss, grad_x } = await (await RunningModel.open(outcome.value, 'float64')).run({ x: TWO });
    assert.equal(loss.data[0], -9);
    assert.deepEqual([...grad_x.data], [9, 9]);
  });

  it('raises what the graph imports to its own operator set, and is raised to the graph’s', () => {
    const importedWith = (opset: number) => {
      const g = new GraphBuilder('mixed');
      include(g, times(2, opset), g.input('x', 'float64', [2]));
      return Number(g.toModel().opsetImport.find(({ domain }) => domain === '')?.version);
    };
    assert.deepEqual([13, 20, 22].map(importedWith), [20, 20, 22]);
  });

  it('is refused where its operator set is not known', () => {
    const g = new GraphBuilder('old');
    const included = includeModel(g, times(2, 6), { x: g.input('x', 'float64', [2]) });
    assert.equal(included.ok ? undefined : included.problem.code, 'opset-unsupported');
  });
});

describe('A gradient with values taken for constants', () => {
  it('goes around them: rounding has the gradient of what is rounded', async () => {
    const g = new GraphBuilder('rounded');
    const x = g.input('x', 'float64', [2]);
    const rounding = g.op('Sub', [g.op('Round', [x]), x]);
    const rounded = g.op('Add', [x, rounding]);
    g.output(g.op('ReduceSum', [g.op('Mul', [rounded, rounded])], { keepdims: 0 }), 'float64', [], 'loss');
    const outcome = differentiate(g.toModel(), { output: 'loss', wrt: ['x'], constants: [rounding] });
    assert.ok(outcome.ok);
    const at = { data: Float64Array.of(1.2, -2.4), shape: [2] };
    const { loss, grad_x } = await (await RunningModel.open(outcome.value, 'float64')).run({ x: at });
    assert.equal(loss.data[0], 5);
    assert.deepEqual([...grad_x.data], [2, -4]);
  });
});
