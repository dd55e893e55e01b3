import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { convertGraph } from '../../../scripts/peers/convert-graph.js';
import { SeededNumbers } from '../../support/onnx/tensor.js';

const SIDE = 11;
const BATCH = 2;

interface Node {
  readonly name: string;
  readonly op: string;
  readonly input: readonly string[];
  readonly attr: Readonly<Record<string, unknown>>;
}

/** A graph in TensorFlow.js's form, written operator by operator; `weights` are its constants. */
class Graph {
  readonly nodes: Node[] = [];
  readonly weights: { name: string; shape: number[]; dtype: 'float32' | 'int32'; data: readonly number[] }[] = [];

  constructor(private readonly numbers: SeededNumbers) {
    const dim = [-1, SIDE, SIDE, 3].map((size) => ({ size: String(size) }));
    this.node('Placeholder', [], { shape: { shape: { dim } }, dtype: { type: 'DT_FLOAT' } }, 'image');
  }

  node(op: string, input: readonly string[], attr: Node['attr'] = {}, name = `${op}_${this.nodes.length}`): string {
    this.nodes.push({ name, op, input, attr: { T: { type: 'DT_FLOAT' }, ...attr } });
    return name;
  }

  random(...shape: number[]): string {
    return this.constant('float32', shape, [...this.numbers.tensor(shape).data]);
  }

  constant(dtype: 'float32' | 'int32', shape: number[], data: readonly number[]): string {
    const type = dtype === 'float32' ? 'DT_FLOAT' : 'DT_INT32';
    const name = this.node('Const', [], { dtype: { type }, value: { tensor: { dtype: type } } });
    this.weights.push({ name, shape, dtype, data });
    return name;
  }

  conv(op: string, x: string, filters: string, stride: number, padding: 'SAME' | 'VALID'): string {
    const strides = { list: { i: [1, stride, stride, 1].map(String) } };
    const dilations = { list: { i: ['1', '1', '1', '1'] } };
    const text = (value: string) => ({ s: Buffer.from(value).toString('base64') });
    return this.node(op, [x, filters], { strides, dilations, padding: text(padding), data_format: text('NHWC') });
  }

  bytes(): Uint8Array<ArrayBuffer> {
    const parts = this.weights.map(({ dtype, data }) =>
      Buffer.from((dtype === 'float32' ? Float32Array.from(data) : Int32Array.from(data)).buffer),
    );
    return Uint8Array.from(Buffer.concat(parts));
  }

  get model() {
    const weights = this.weights.map(({ name, shape, dtype }) => ({ name, shape, dtype }));
    return { modelTopology: { node: this.nodes, versions: { producer: 440 } }, weightsManifest: [{ weights }] };
  }
}

/** What the networks that are fetched are made of, in an order of its own. */
const BODIES: Record<string, (g: Graph) => string> = {
  'scaled pixels, zeros around, a convolution without padding, PReLU by parts, rows through a product'(g) {
    const scaled = g.node('Mul', [
      g.node('Sub', ['image', g.constant('float32', [1], [0.5])]),
      g.constant('float32', [1], [2]),
    ]);
    const wide = g.node('Pad', [scaled, g.constant('int32', [4, 2], [0, 0, 1, 1, 1, 1, 0, 0])]);
    const y = g.conv('Conv2D', wide, g.random(3, 3, 3, 5), 2, 'VALID');
    const zero = g.constant('float32', [], [0]);
    const below = g.node('Mul', [g.node('Minimum', [zero, y]), g.random(5)]);
    const prelu = g.node('AddV2', [g.node('Maximum', [zero, y]), below]);
    const rows = g.node('Reshape', [prelu, g.constant('int32', [2], [-1, 6 * 6 * 5])]);
    const product = g.node('MatMul', [rows, g.random(6 * 6 * 5, 7)], {
      transpose_a: { b: false },
      transpose_b: { b: false },
    });
    return g.node('AddV2', [g.node('Mul', [product, g.random(7)]), g.random(7)]);
  },
  'padding to the same size at strides 1 and 2, channels alone, and a mean over places'(g) {
    const y = g.conv('Conv2D', 'image', g.random(3, 3, 3, 4), 2, 'SAME');
    const six = g.node('Minimum', [
      g.node('Relu', [g.node('Add', [y, g.random(4)])]),
      g.constant('float32', [], [0.5]),
    ]);
    const depth = g.conv('DepthwiseConv2dNative', six, g.random(3, 3, 4, 1), 1, 'SAME');
    const strided = g.conv('DepthwiseConv2dNative', depth, g.random(3, 3, 4, 1), 2, 'SAME');
    return g.node('Mean', [strided, g.constant('int32', [2], [1, 2])], { keep_dims: { b: false } });
  },
};

async function byTensorFlow(g: Graph, pixels: Float32Array, output: string): Promise<Float32Array> {
  const { modelTopology, weightsManifest } = g.model;
  const handler = tf.io.fromMemory({
    modelTopology: modelTopology as unknown as tf.io.ModelJSON['modelTopology'],
    weightSpecs: weightsManifest[0].weights,
    weightData: g.bytes().buffer,
  });
  const model = await tf.loadGraphModel(handler);
  const made = model.execute(tf.tensor4d(pixels, [BATCH, SIDE, SIDE, 3]), [output]) as tf.Tensor | tf.Tensor[];
  return (Array.isArray(made) ? made[0] : made).dataSync() as Float32Array;
}

async function byOnnx(g: Graph, pixels: Float32Array, output: string): Promise<Float32Array> {
  const session = await InferenceSession.create(convertGraph(g.model as never, g.bytes(), output));
  const { embedding } = await session.run({ image: new Tensor('float32', pixels, [BATCH, SIDE, SIDE, 3]) });
  await session.release();
  return embedding.data as Float32Array;
}

describe('A network of TensorFlow.js as an ONNX model', () => {
  for (const [what, body] of Object.entries(BODIES)) {
    for (const seed of [1, 2, 3]) {
      it(`gives what TensorFlow.js gives: ${what}, weights ${seed}`, async () => {
        const numbers = new SeededNumbers(seed);
        const g = new Graph(numbers);
        const output = body(g);
        const pixels = Float32Array.from(numbers.tensor([BATCH, SIDE, SIDE, 3]).data);
        const [expected, actual] = [await byTensorFlow(g, pixels, output), await byOnnx(g, pixels, output)];
        assert.equal(actual.length, expected.length);
        const largest = Math.max(...expected.map(Math.abs));
        for (const [n, value] of expected.entries()) {
          assert.ok(Math.abs(actual[n] - value) < 1e-5 * largest, `${n}: ${actual[n]} for ${value}`);
        }
      });
    }
  }

  it('refuses an operator that it does not know', () => {
    const g = new Graph(new SeededNumbers(1));
    const output = g.node('Softmax', ['image']);
    assert.throws(() => convertGraph(g.model as never, g.bytes(), output), /Softmax is not known/);
  });
});
