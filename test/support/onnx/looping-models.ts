import { writeFile } from 'node:fs/promises';
import { create } from '@bufbuild/protobuf';
import { GraphBuilder, valueInfo } from '../../../server/src/onnx/build.js';
import {
  AttributeProtoSchema,
  AttributeProto_AttributeType as AttributeType,
  GraphProtoSchema,
  NodeProtoSchema,
} from '../../../server/src/onnx/onnx_pb.js';
import { writeModel } from '../../../server/src/onnx/read.js';
import { randomVectors } from '../random-vectors.js';

/** Conditions that a Loop computes in every round, as operators over one another's results; the last says whether it goes on. */
const CONDITIONS: Readonly<Record<string, readonly (readonly [operator: string, ...inputs: string[]])[]>> = {
  'in its first five rounds': [['Less', 'n', 'five']],
  'while the largest of its numbers is below a million': [
    ['ReduceMax', 'before'],
    ['Less', '0', 'million'],
  ],
  'while a round has a number': [['GreaterOrEqual', 'n', 'zero']],
  'while a number is what it is': [
    ['ReduceMax', 'before'],
    ['Sub', '0', '0'],
    ['Less', '1', 'million'],
  ],
  'while it went on before, or did not': [
    ['Not', 'going'],
    ['Or', 'going', '0'],
  ],
};

/** What a Loop goes on by, and whether it ends. */
export const LOOP_ENDS: Readonly<Record<string, boolean>> = {
  'in its first five rounds': true,
  'while the largest of its numbers is below a million': true,
  'while a round has a number': false,
  'while a number is what it is': false,
  'while it went on before, or did not': false,
};

/** An encoder of images of 16 × 16 pixels whose embedding a Loop works on without a number of rounds: one is added in each. */
export async function writeLoopingModel(file: string, name: string): Promise<void> {
  const g = new GraphBuilder('looping');
  const image = g.input('image', 'float32', ['batch', 3, 16, 16]);
  const flat = g.op('Flatten', [g.op('AveragePool', [image], { kernel_shape: [4, 4], strides: [4, 4] })]);
  const rows = g.op('MatMul', [flat, g.constant(randomVectors(48, 8, 1).data, [48, 8])]);
  const named: Readonly<Record<string, string>> = {
    go: g.constant(Uint8Array.of(1), [], 'go', 'bool'),
    five: g.constant(BigInt64Array.of(5n), [], 'five'),
    zero: g.constant(BigInt64Array.of(0n), [], 'zero'),
    million: g.constant(Float32Array.of(1e6), [], 'million'),
    step: g.constant(Float32Array.of(4000), [], 'step'),
  };
  const output = g.op('Loop', ['', named.go, rows]);
  g.output(output, 'float32', ['batch', 8], 'embedding');
  const model = g.toModel();
  const loop = model.graph?.node.find(({ opType }) => opType === 'Loop');
  if (!loop) throw new Error('There is no Loop');
  const conditions = CONDITIONS[name].map(([opType, ...input], n, all) =>
    create(NodeProtoSchema, {
      opType,
      input: input.map((each) => named[each] ?? each),
      output: [n === all.length - 1 ? 'goes_on' : String(n)],
      attribute: opType.startsWith('Reduce')
        ? [create(AttributeProtoSchema, { name: 'keepdims', type: AttributeType.INT, i: 0n })]
        : [],
    }),
  );
  const body = create(GraphProtoSchema, {
    name: 'round',
    node: [...conditions, create(NodeProtoSchema, { opType: 'Add', input: ['before', named.step], output: ['after'] })],
    input: [valueInfo('n', 'int64', []), valueInfo('going', 'bool', []), valueInfo('before', 'float32', ['rows', 8])],
    output: [valueInfo('goes_on', 'bool', []), valueInfo('after', 'float32', ['rows', 8])],
  });
  loop.attribute.push(create(AttributeProtoSchema, { name: 'body', type: AttributeType.GRAPH, g: body }));
  await writeFile(file, writeModel(model));
}
