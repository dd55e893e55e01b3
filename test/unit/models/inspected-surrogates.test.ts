import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openSurrogates } from '../../../server/src/compute/perturbations/surrogates.js';
import { GraphBuilder } from '../../../server/src/onnx/build.js';
import { writeModel } from '../../../server/src/onnx/read.js';
import { onnx } from '../../../server/src/plugins/models/onnx.js';
import { randomVectors } from '../../support/random-vectors.js';
import { temporaryFolder } from '../../support/run-folder.js';

const SIDE = 16;

/** An encoder with the operator in its middle; its weights are more than a skeleton keeps. */
function encoderWith(operator: string, opset: number, type: 'float32' | 'float16' = 'float32'): Uint8Array {
  const g = new GraphBuilder('with');
  const image = g.input('image', type, ['N', 3, SIDE, SIDE]);
  const flat = g.op('Flatten', [type === 'float32' ? image : g.op('Cast', [image], { to: 1 })]);
  const hidden = g.op('MatMul', [flat, g.constant(randomVectors(3 * SIDE * SIDE, 24, 3).data, [3 * SIDE * SIDE, 24])]);
  const made = operator === 'TopK' ? g.ops('TopK', [hidden, g.ints(12)], {}, 2)[0] : g.op(operator, [hidden]);
  g.output(made, 'float32', ['N', 'features'], 'out');
  const model = g.toModel();
  model.opsetImport[0].version = BigInt(opset);
  return writeModel(model);
}

describe('A surrogate, looked at by its file alone', () => {
  const folder = temporaryFolder();
  const params = () => onnx.params.parse({ file: join(folder(), 'model.onnx') });

  async function opened() {
    const context = { folder: folder(), threads: 1 };
    const openSurrogate = () => onnx.surrogate!(params() as never, context);
    return openSurrogates([{ use: 'onnx', params: params() }], { ...context, openSurrogate });
  }

  const operators = [
    'Relu',
    'Sigmoid',
    'Tanh',
    'Softplus',
    'Elu',
    'Selu',
    'Sqrt',
    'Exp',
    'Abs',
    'TopK',
    'Floor',
    'Round',
  ];
  const rare = [
    'Erf',
    'HardSwish',
    'Mish',
    'Celu',
    'Softsign',
    'Shrink',
    'ThresholdedRelu',
    'Hardmax',
    'Sinh',
    'Sign',
    'IsNaN',
  ];
  for (const [operator, opset] of [
    ...[8, 9, 10, 11, 17, 20].flatMap((version) =>
      ['Relu', 'Sigmoid', 'Softmax'].map((name) => [name, version] as const),
    ),
    ...[...operators, ...rare].map((name) => [name, 20] as const),
  ]) {
    it(`is refused exactly where an attack would refuse it: ${operator} of operator set ${opset}`, async () => {
      await writeFile(join(folder(), 'model.onnx'), encoderWith(operator, opset));
      const [problem] = await onnx.inspectSurrogate!(params() as never);
      const attack = await opened();
      assert.equal(problem?.code, attack.ok ? undefined : attack.problem.code);
      if (opset < 20) assert.equal(problem, undefined);
      if (problem?.code !== 'operator-without-gradient') return;
      assert.match(
        problem.message,
        new RegExp(`model.onnx .*The operator ${operator} of the node ".+" cannot be differentiated`),
      );
      assert.ok(problem.hint);
      assert.deepEqual(problem.specPath, ['file']);
    });
  }

  it('is refused in half precision, and of an operator set before 7', async () => {
    await writeFile(join(folder(), 'model.onnx'), encoderWith('Relu', 20, 'float16'));
    assert.match((await onnx.inspectSurrogate!(params() as never))[0].message, /half precision/);
    await writeFile(join(folder(), 'model.onnx'), encoderWith('Relu', 6));
    assert.equal((await onnx.inspectSurrogate!(params() as never))[0].code, 'opset-unsupported');
  });
});
