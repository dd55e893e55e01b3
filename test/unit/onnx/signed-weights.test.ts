import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { create } from '@bufbuild/protobuf';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { openEncoder } from '../../../server/src/compute/encoder/open-encoder.js';
import { GraphBuilder, tensorProto } from '../../../server/src/onnx/build.js';
import { type GraphProto, type ModelProto, OperatorSetIdProtoSchema } from '../../../server/src/onnx/onnx_pb.js';
import { writeModel } from '../../../server/src/onnx/read.js';
import { unsignedWeights, withSignedWeights } from '../../../server/src/onnx/weights/signed-weights.js';
import { SeededNumbers } from '../../support/onnx/tensor.js';
import { temporaryFolder } from '../../support/run-folder.js';

const [INNER, COLUMNS, SIDE] = [12, 5, 4];
const OPTIONS = { intraOpNumThreads: 1, logSeverityLevel: 3 } as const;

type Zero = 'none' | 'one' | 'a column';
type Range = readonly [number, number];
/** So far from 128 that older instructions, too, sum two products exactly. */
const NEAR: Range = [64, 191];
const ALL: Range = [0, 255];

/** `x` times weights in unsigned bytes, by an operator, as a quantised file has it. */
class Quantised {
  readonly g = new GraphBuilder('quantised');
  private readonly x: string;

  constructor(
    private readonly seeded: SeededNumbers,
    private readonly range: Range,
    readonly shape: readonly number[],
  ) {
    this.x = this.g.input('x', 'float32', shape);
  }

  bytes(name: string, shape: readonly number[]): string {
    const count = shape.reduce((product, size) => product * size, 1);
    const values = Uint8Array.from({ length: count }, () => this.seeded.integer(...this.range));
    return this.g.constant(values, shape, name);
  }

  product(operator: string, zero: Zero, weights?: string): string {
    const { g, x } = this;
    const conv = operator === 'ConvInteger';
    const w = weights ?? this.bytes('weights', conv ? [COLUMNS, 3, 2, 2] : [INNER, COLUMNS]);
    const w0 = zero === 'none' ? '' : this.bytes('zero', zero === 'one' ? [] : [COLUMNS]);
    if (operator === 'DynamicQuantizeMatMul') return this.contributed(operator, [x, w, g.scalar(0.01), w0]);
    const [bytes, scale, zeroOfX] = g.ops('DynamicQuantizeLinear', [x], {}, 3);
    if (operator === 'MatMulIntegerToFloat')
      return this.contributed(operator, [bytes, w, scale, g.scalar(0.01), zeroOfX, w0]);
    return g.op('Cast', [g.op(operator, [bytes, w, zeroOfX, w0])], { to: 1 });
  }

  model(...outputs: string[]): ModelProto {
    for (const [n, output] of outputs.entries()) this.g.output(output, 'float32', [], `y_${n}`);
    const model = this.g.toModel();
    model.opsetImport.push(create(OperatorSetIdProtoSchema, { domain: 'com.microsoft', version: 1n }));
    return model;
  }

  private contributed(operator: string, inputs: string[]): string {
    const output = this.g.op(operator, inputs);
    const { node } = this.g.toModel().graph as GraphProto;
    node[node.length - 1].domain = 'com.microsoft';
    return output;
  }
}

const OPERATORS: Readonly<Record<string, readonly number[]>> = {
  MatMulInteger: [2, 3, INNER],
  ConvInteger: [2, 3, SIDE, SIDE],
  DynamicQuantizeMatMul: [2, 3, INNER],
  MatMulIntegerToFloat: [2, 3, INNER],
};

async function outputsOf(session: InferenceSession, shape: readonly number[], seed: number): Promise<number[][]> {
  const seeded = new SeededNumbers(seed);
  const x = new Tensor('float32', Float32Array.from(seeded.tensor(shape).data), shape);
  const results = await session.run({ x });
  await session.release();
  return Object.values(results).map(({ data }) => [...(data as Float32Array)]);
}

const opened = (model: ModelProto) => InferenceSession.create(writeModel(model), OPTIONS);

describe('Weights in unsigned bytes are made signed', () => {
  const folder = temporaryFolder();

  for (const [operator, shape] of Object.entries(OPERATORS)) {
    for (const zero of operator === 'ConvInteger' ? (['one'] as const) : (['one', 'a column'] as const)) {
      it(`to the same results, bit by bit: ${operator}, zero of the weights: ${zero}`, async () => {
        for (let seed = 1; seed <= 5; seed++) {
          const quantised = new Quantised(new SeededNumbers(seed), NEAR, shape);
          const model = quantised.model(quantised.product(operator, zero));
          const signed = withSignedWeights(model);
          assert.ok(signed);
          assert.equal(unsignedWeights(signed.graph as GraphProto).size, 0);
          const before = await outputsOf(await opened(model), shape, seed);
          assert.deepEqual(await outputsOf(await opened(signed), shape, seed), before);
        }
      });
    }

    it(`where the processor multiplies them exactly, and an encoder is the same: ${operator}`, async () => {
      const quantised = new Quantised(new SeededNumbers(9), ALL, shape);
      const model = quantised.model(quantised.product(operator, 'none'), quantised.product(operator, 'one'));
      const file = join(folder(), `${operator}.onnx`);
      await writeFile(file, writeModel(model));
      const session = await openEncoder(file, { threads: 1 });
      assert.deepEqual(await outputsOf(session, shape, 9), await outputsOf(await opened(model), shape, 9));
    });
  }

  it('once where several products take them, each with a zero of its own', async () => {
    const quantised = new Quantised(new SeededNumbers(3), NEAR, [2, INNER]);
    const weights = quantised.bytes('shared', [INNER, COLUMNS]);
    const products = (['one', 'a column'] as const).map((zero) => quantised.product('MatMulInteger', zero, weights));
    const model = quantised.model(...products);
    const before = await outputsOf(await opened(model), [2, INNER], 3);
    const signed = withSignedWeights(model);
    assert.ok(signed);
    assert.deepEqual(await outputsOf(await opened(signed), [2, INNER], 3), before);
  });

  it('not where anything else takes them, a branch or the outside, nor signed ones', () => {
    const withOther = (other: (quantised: Quantised, weights: string) => string | undefined) => {
      const quantised = new Quantised(new SeededNumbers(4), ALL, [2, INNER]);
      const weights = quantised.bytes('weights', [INNER, COLUMNS]);
      const more = other(quantised, weights);
      return quantised.model(quantised.product('MatMulInteger', 'one', weights), ...(more ? [more] : []));
    };
    assert.ok(withSignedWeights(withOther(() => undefined)));
    assert.equal(withSignedWeights(withOther(({ g }, weights) => g.op('Cast', [weights], { to: 1 }))), undefined);
    const given = withOther(() => undefined);
    given.graph?.input.push(...(new Quantised(new SeededNumbers(1), ALL, [1]).model().graph?.input ?? []));
    (given.graph as GraphProto).input[1].name = 'weights_0';
    assert.equal(withSignedWeights(given), undefined);
    const branching = withOther(({ g }) => g.op('If', [g.constant(Uint8Array.of(1), [], 'yes', 'bool')], {}));
    const inner = new GraphBuilder('branch');
    const [node] = (branching.graph as GraphProto).node.filter(({ opType }) => opType === 'If');
    inner.output(inner.op('Cast', ['weights_0'], { to: 1 }), 'float32', []);
    node.attribute.push({ name: 'then_branch', g: inner.toModel().graph } as (typeof node.attribute)[number]);
    node.attribute[0].graphs = [];
    assert.equal(withSignedWeights(branching), undefined);
    const signed = withOther(() => undefined);
    const { initializer } = signed.graph as GraphProto;
    const at = initializer.findIndex(({ name }) => name === 'weights_0');
    initializer[at] = tensorProto(initializer[at].rawData, [INNER, COLUMNS], 'weights_0', 'int8');
    assert.equal(withSignedWeights(signed), undefined);
  });
});
