import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { networkFile } from '../../../../scripts/peers/networks.js';
import { GraphBuilder } from '../../../../server/src/onnx/build.js';
import { includeModel } from '../../../../server/src/onnx/include.js';
import type { GraphProto, ModelProto, TensorProto } from '../../../../server/src/onnx/onnx_pb.js';
import { graphOf, readModel } from '../../../../server/src/onnx/read.js';
import { decodeNpy, encodeNpy } from '../../../../server/src/store/npy.js';
import { inDoublePrecision } from '../../../support/onnx/double-precision.js';
import { gradientsOf } from '../../../support/onnx/gradient-check.js';
import { RunningModel } from '../../../support/onnx/run-model.js';
import { SeededNumbers, type Tensor } from '../../../support/onnx/tensor.js';
import { pythonHas, runPython } from '../../../support/peer-python.js';
import { needsNetworks } from '../../../support/real-networks.js';

const SCRIPT = fileURLToPath(new URL('../../../support/onnx/torch-graph.py', import.meta.url));
const INT64 = 7;
const SHAPE = [1, 3, 112, 112];
/** How far a gradient in single precision may be from one in double, as a share of its length. */
const TOLERANCE = 1e-3;

describe('The gradient of a face network that nobody here trained, of operator set 9, with PRelu and convolutions a channel', () => {
  const numbers = new SeededNumbers(5);
  const image = numbers.tensor(SHAPE);
  const target = numbers.tensor([1, 512]);
  let network: ModelProto;
  let loss: ModelProto;
  let gradient: Tensor;

  before(async function () {
    needsNetworks.call(this, 'fr_feature');
    const read = readModel(await readFile(networkFile('fr_feature')));
    assert.ok(read.ok);
    network = read.value;
    loss = withLoss(network, target);
    gradient = (await gradientsOf(loss, ['image'], { image }, 'float32')).image;
  });

  it('agrees with finite differences in double precision, along random directions up it and at its steepest pixels', async () => {
    const reference = await RunningModel.open(inDoublePrecision(loss), 'float64');
    const lossAt = async (line: Float64Array, far: number) => {
      const data = image.data.map((value, i) => value + far * line[i]);
      return (await reference.run({ image: { data, shape: SHAPE } })).loss.data[0];
    };
    const steepest = [...gradient.data.keys()].sort((a, b) => Math.abs(gradient.data[b]) - Math.abs(gradient.data[a]));
    const lines = [
      // Up the gradient, pixel by pixel as far as is drawn: along others what its parts add up to nearly cancels out.
      ...[1, 2, 3].map(() => gradient.data.map((value) => Math.sign(value) * numbers.between(0, 1))),
      ...[0, 9, 99].map((rank) => image.data.map((_, i) => (i === steepest[rank] ? 1 : 0))),
    ];
    const step = 1e-6;
    for (const line of lines) {
      const along = line.reduce((sum, value, i) => sum + value * gradient.data[i], 0);
      const expected = ((await lossAt(line, step)) - (await lossAt(line, -step))) / (2 * step);
      assert.ok(Math.abs(along - expected) <= TOLERANCE * Math.abs(expected), `${along}, by differences ${expected}`);
    }
  }).timeout(300_000);

  it('agrees with PyTorch’s in double precision on the same graph', async function () {
    if (!pythonHas('torch')) this.skip();
    const folder = await mkdtemp(join(tmpdir(), 'lookalike-torch-graph-'));
    await writeGraph(folder, network, image, target);
    runPython(SCRIPT, folder);
    const theirs = decodeNpy(await readFile(join(folder, 'gradient.npy')));
    await rm(folder, { recursive: true });
    assert.ok(theirs);
    const difference = gradient.data.map((value, i) => value - Number(theirs.data[i]));
    const apart = norm(difference) / norm(gradient.data);
    assert.ok(apart <= TOLERANCE, `they differ by ${apart} of their length`);
  }).timeout(300_000);
});

function withLoss(network: ModelProto, target: Tensor): ModelProto {
  const g = new GraphBuilder('loss');
  const { inputs, outputs } = graphOf(network);
  const included = includeModel(g, network, { [inputs[0].name]: g.input('image', 'float32', SHAPE) });
  assert.ok(included.ok);
  const features = included.value.get(outputs[0].name) ?? '';
  const difference = g.op('Sub', [features, g.constant(Float32Array.from(target.data), target.shape)]);
  g.output(g.op('ReduceSumSquare', [difference], { keepdims: 0 }), 'float32', [], 'loss');
  return g.toModel();
}

function norm(values: Float64Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
}

async function writeGraph(folder: string, network: ModelProto, image: Tensor, target: Tensor): Promise<void> {
  const { inputs, outputs, nodes } = graphOf(network);
  const initializers: Record<string, string> = {};
  for (const [n, tensor] of (network.graph as GraphProto).initializer.entries()) {
    initializers[tensor.name] = `${n}.npy`;
    await writeFile(join(folder, `${n}.npy`), Buffer.concat(npyOf(tensor)));
  }
  const described = nodes.map(({ operator, proto, attributes }) => {
    return { operator, inputs: proto.input, output: proto.output[0], attributes };
  });
  const graph = { input: inputs[0].name, output: outputs[0].name, initializers, nodes: described };
  await writeFile(join(folder, 'graph.json'), JSON.stringify(graph));
  for (const [name, { data, shape }] of Object.entries({ image, target })) {
    await writeFile(join(folder, `${name}.npy`), Buffer.concat(encodeNpy(Float32Array.from(data), shape)));
  }
}

function npyOf({ dataType, dims, rawData, floatData, int64Data }: TensorProto): Uint8Array[] {
  const shape = dims.map(Number);
  const bytes = Uint8Array.from(rawData).buffer;
  // A shape, which NumPy reads as well in 32 bits.
  if (dataType === INT64)
    return encodeNpy(Int32Array.from(rawData.length > 0 ? new BigInt64Array(bytes) : int64Data, Number), shape);
  return encodeNpy(rawData.length > 0 ? new Float32Array(bytes) : Float32Array.from(floatData), shape);
}
