import { float, type GraphBuilder } from '../../../server/src/onnx/build.js';
import type { SeededNumbers } from './tensor.js';

const SIDE = 12;
const PATCH = 4;
const WIDTH = 16;
const HEADS = 2;
const TOKENS = (SIDE / PATCH) ** 2 + 1;
export const IMAGE_SHAPE = [3, SIDE, SIDE] as const;

/** A small image encoder of CLIP's form, of random weights: `image`, [batch, 3, 12, 12], to an embedding of length 1. */
export function visionTransformer(g: GraphBuilder, numbers: SeededNumbers, image: string): string {
  const layers = new Layers(g, numbers);
  let x = layers.normalise(layers.embed(image));
  for (const activation of ['quick-gelu', 'gelu', 'gelu-of-erf'] as const) x = layers.block(x, activation);
  const token = g.op('Gather', [x, g.constant(BigInt64Array.of(0n), [])], { axis: 1 });
  const projected = g.op('MatMul', [layers.normalise(token), layers.weights(WIDTH, 8)]);
  return g.op('Div', [projected, g.op('ReduceL2', [projected, g.ints(-1)], { keepdims: 1 })]);
}

type Activation = 'quick-gelu' | 'gelu' | 'gelu-of-erf';

class Layers {
  constructor(
    private readonly g: GraphBuilder,
    private readonly numbers: SeededNumbers,
  ) {}

  weights(...shape: number[]): string {
    const spread = 1.5 / Math.sqrt(shape.length > 1 ? shape.slice(-2)[0] : 1);
    const { data } = this.numbers.tensor(shape, () => this.numbers.between(-spread, spread));
    return this.g.constant(Float32Array.from(data), shape, 'weights');
  }

  /** Patches and, before them, the class token, each with its position. */
  embed(image: string): string {
    const { g } = this;
    const patches = g.op('Conv', [image, this.weights(WIDTH, 3, PATCH, PATCH)], {
      kernel_shape: [PATCH, PATCH],
      strides: [PATCH, PATCH],
    });
    const tokens = g.op('Transpose', [g.op('Reshape', [patches, g.ints(0, WIDTH, -1)])], { perm: [0, 2, 1] });
    const batch = g.op('Shape', [image], { start: 0, end: 1 });
    const shape = g.op('Concat', [batch, g.ints(1, WIDTH)], { axis: 0 });
    const classToken = g.op('Expand', [this.weights(1, 1, WIDTH), shape]);
    return g.op('Add', [g.op('Concat', [classToken, tokens], { axis: 1 }), this.weights(1, TOKENS, WIDTH)]);
  }

  normalise(x: string): string {
    return this.g.op('LayerNormalization', [x, this.weights(WIDTH), this.weights(WIDTH)], { epsilon: float(1e-5) });
  }

  private linear(x: string, from: number, to: number): string {
    return this.g.op('Add', [this.g.op('MatMul', [x, this.weights(from, to)]), this.weights(to)]);
  }

  block(x: string, activation: Activation): string {
    const attended = this.g.op('Add', [x, this.attention(this.normalise(x))]);
    const inner = this.linear(this.normalise(attended), WIDTH, 4 * WIDTH);
    return this.g.op('Add', [attended, this.linear(this.activate(inner, activation), 4 * WIDTH, WIDTH)]);
  }

  private attention(x: string): string {
    const { g } = this;
    const qkv = g.ops('Split', [this.linear(x, WIDTH, 3 * WIDTH)], { axis: -1, num_outputs: 3 }, 3);
    const [query, key, value] = qkv.map((part) => {
      const heads = g.op('Reshape', [part, g.ints(0, -1, HEADS, WIDTH / HEADS)]);
      return g.op('Transpose', [heads], { perm: [0, 2, 1, 3] });
    });
    const scores = g.op('MatMul', [query, g.op('Transpose', [key], { perm: [0, 1, 3, 2] })]);
    const shares = g.op('Softmax', [g.op('Div', [scores, g.scalar(Math.sqrt(WIDTH / HEADS))])], { axis: -1 });
    const merged = g.op('Transpose', [g.op('MatMul', [shares, value])], { perm: [0, 2, 1, 3] });
    return this.linear(g.op('Reshape', [merged, g.ints(0, 0, WIDTH)]), WIDTH, WIDTH);
  }

  private activate(x: string, activation: Activation): string {
    const { g } = this;
    if (activation === 'gelu') return g.op('Gelu', [x]);
    if (activation === 'quick-gelu') return g.op('Mul', [x, g.op('Sigmoid', [g.op('Mul', [x, g.scalar(1.702)])])]);
    const erf = g.op('Erf', [g.op('Div', [x, g.scalar(Math.SQRT2)])]);
    return g.op('Mul', [g.op('Mul', [x, g.op('Add', [erf, g.scalar(1)])]), g.scalar(0.5)]);
  }
}
