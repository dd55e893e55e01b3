import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clone } from '@bufbuild/protobuf';
import { GraphBuilder } from '../../../server/src/onnx/build.js';
import { ModelProtoSchema } from '../../../server/src/onnx/onnx_pb.js';
import { readModel, writeModel } from '../../../server/src/onnx/read.js';
import { sameWeights, weightsDigest } from '../../../server/src/onnx/weights/weights-digest.js';
import { faceRecognition } from '../../../server/src/plugins/models/face-recognition.js';
import { randomVectors } from '../../support/random-vectors.js';

interface Kernel {
  readonly data: Float32Array;
  readonly shape: readonly [number, number];
}

function kernels(seed: number, count = 4): Kernel[] {
  return Array.from({ length: count }, (_, n) => {
    const shape: [number, number] = [40 + n, 30];
    return { shape, data: randomVectors(...shape, 100 * seed + n).data };
  });
}

/** A network that multiplies by each of them; what a weight is called is as good as any. */
function digestOf(all: readonly Kernel[], name = 'weight', half = false) {
  const graph = new GraphBuilder('net');
  const input = graph.input('image', 'float32', [1, 30]);
  for (const { data, shape } of all) {
    if (half)
      graph.constant(
        Uint16Array.from(data, (value) => 15_000 + 1000 * value),
        shape,
        name,
        'float16',
      );
    else graph.constant(data, shape, name);
  }
  graph.output(graph.op('Relu', [input]), 'float32', [1, 30]);
  // As a file is read: its tensors are parts of one buffer.
  const read = readModel(Buffer.from(graph.toBytes()));
  return weightsDigest(read.ok ? read.value : assert.fail());
}

function transposed({ data, shape: [rows, columns] }: Kernel): Kernel {
  return { shape: [columns, rows], data: data.map((_, at) => data[(at % rows) * columns + Math.floor(at / rows)]) };
}

describe('Weights', () => {
  for (let seed = 1; seed <= 8; seed++) {
    const own = kernels(seed);

    it(`are the same under other names, in another order and transposed, and others in a network like it (${seed})`, () => {
      const exported = [...own].reverse().map((kernel, n) => (n % 2 === 0 ? transposed(kernel) : kernel));
      assert.equal(sameWeights(digestOf(own), digestOf(exported, 'onnx::MatMul_1')), true);
      assert.equal(sameWeights(digestOf(own), digestOf(kernels(seed + 100))), false);
    });

    it(`are not known to be the same where a part of them is, or numbers were rounded (${seed})`, () => {
      const [first] = own;
      assert.equal(sameWeights(digestOf(own), digestOf([first, ...kernels(seed + 100).slice(1)])), 'unknown');
      assert.equal(sameWeights(digestOf(own), digestOf(own, 'weight', true)), 'unknown');
      assert.equal(sameWeights(digestOf(own), digestOf(kernels(seed + 100, 9).slice(5), 'weight', true)), false);
      assert.equal(sameWeights(digestOf(own), digestOf([])), 'unknown');
    });

    it(`are the same where another head was put on them (${seed})`, () => {
      assert.equal(sameWeights(digestOf(own), digestOf([...own.slice(0, 3), ...kernels(seed + 100, 1)])), true);
    });
  }
});

describe('The weights of face-recognition', () => {
  it('are those of its own export under other names, with its mirror image too, and not of a network of its shapes', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lookalike-'));
    const loaded = await faceRecognition.surrogate?.(faceRecognition.params.parse({}), { folder, threads: 1 });
    const mirrored = await faceRecognition.surrogate?.(faceRecognition.params.parse({ mirror: true }), {
      folder,
      threads: 1,
    });
    await rm(folder, { recursive: true });
    const network = loaded?.ok ? loaded.value.network : assert.fail();
    const own = weightsDigest(network);
    assert.ok(own.sizes.length > 20, `${own.sizes.length} tensors`);
    const exported = clone(ModelProtoSchema, network);
    for (const [n, tensor] of (exported.graph?.initializer ?? []).entries()) tensor.name = `onnx::Conv_${n}`;
    const file = readModel(Buffer.from(writeModel(exported)));
    assert.equal(sameWeights(own, weightsDigest(file.ok ? file.value : assert.fail())), true);
    assert.equal(sameWeights(own, weightsDigest(mirrored?.ok ? mirrored.value.network : assert.fail())), true);
    for (const tensor of exported.graph?.initializer ?? [])
      tensor.rawData = tensor.rawData.map((byte, at) => byte ^ (at % 4));
    const other = sameWeights(own, weightsDigest(exported));
    assert.notEqual(other, true);
  });
});
