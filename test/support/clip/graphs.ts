import { float, type GraphBuilder } from '../../../server/src/onnx/build.js';
import type { TextShape, TransformerShape, VisionShape } from './shapes.js';
import type { RandomWeights } from './weights.js';

/** CLIP's image encoder: `image`, [batch, 3, size, size], to [batch, dimension], not normalised. */
export function visionGraph(g: GraphBuilder, image: string, shape: VisionShape, weights: RandomWeights): string {
  const { size, patch, width } = shape;
  const layers = new Layers(g, shape, weights);
  const tokens = (size / patch) ** 2 + 1;
  const kernel = layers.weights('patch', [width, 3, patch, patch], 3 * patch * patch);
  const patches = g.op('Conv', [image, kernel], { kernel_shape: [patch, patch], strides: [patch, patch] });
  const sequence = g.op('Transpose', [g.op('Reshape', [patches, g.ints(0, width, -1)])], { perm: [0, 2, 1] });
  const batch = g.op('Concat', [g.op('Shape', [image], { start: 0, end: 1 }), g.ints(1, width)], { axis: 0 });
  const first = g.op('Expand', [layers.weights('class', [1, 1, width], width), batch]);
  const positions = layers.weights('positions', [1, tokens, width], width);
  const embedded = g.op('Add', [g.op('Concat', [first, sequence], { axis: 1 }), positions]);
  const encoded = layers.blocks(layers.normalise('before', embedded));
  const token = g.op('Gather', [encoded, g.constant(BigInt64Array.of(0n), [])], { axis: 1 });
  return layers.project(layers.normalise('after', token));
}

/** CLIP's text encoder: `tokens`, [batch, length] of int64, to [batch, dimension]: the place of the largest token. */
export function textGraph(g: GraphBuilder, tokens: string, shape: TextShape, weights: RandomWeights): string {
  const { vocabulary, context, width } = shape;
  const layers = new Layers(g, shape, weights);
  const length = g.op('Shape', [tokens], { start: 1, end: 2 });
  const upTo = (value: string, ...axes: number[]) =>
    g.op('Slice', [
      value,
      g.ints(...axes.map(() => 0)),
      axes.length === 1 ? length : g.op('Concat', [length, length], { axis: 0 }),
      g.ints(...axes),
    ]);
  const words = g.op('Gather', [layers.weights('tokens', [vocabulary, width], width), tokens]);
  const positions = upTo(layers.weights('positions', [context, width], width), 0);
  const later = Float32Array.from({ length: context ** 2 }, (_, at) => (at % context > at / context ? -1e4 : 0));
  const mask = upTo(g.constant(later, [context, context]), 0, 1);
  const encoded = layers.normalise('after', layers.blocks(g.op('Add', [words, positions]), mask));
  const end = g.op('ArgMax', [tokens], { axis: 1, keepdims: 1 });
  return layers.project(g.op('GatherND', [encoded, end], { batch_dims: 1 }));
}

class Layers {
  constructor(
    private readonly g: GraphBuilder,
    private readonly shape: TransformerShape,
    private readonly random: RandomWeights,
  ) {}

  /** Spread so that sums over `fan` inputs stay near 1. */
  weights(name: string, shape: readonly number[], fan: number, centre = 0): string {
    const count = shape.reduce((product, size) => product * size, 1);
    return this.g.constant(this.random.of(name, count, 1.5 / Math.sqrt(fan), centre), shape, name);
  }

  normalise(name: string, x: string): string {
    const { width } = this.shape;
    const [scale, shift] = [this.weights(`${name}.scale`, [width], 9, 1), this.weights(`${name}.shift`, [width], 9)];
    return this.g.op('LayerNormalization', [x, scale, shift], { epsilon: float(1e-5) });
  }

  blocks(x: string, mask?: string): string {
    return Array.from({ length: this.shape.layers }).reduce<string>(
      (value, _, n) => this.block(`${n}`, value, mask),
      x,
    );
  }

  project(x: string): string {
    const { width, dimension } = this.shape;
    return this.g.op('MatMul', [x, this.weights('projection', [width, dimension], width)]);
  }

  private block(name: string, x: string, mask?: string): string {
    const { width, mlp } = this.shape;
    const attended = this.g.op('Add', [x, this.attention(name, this.normalise(`${name}.first`, x), mask)]);
    const inner = this.linear(`${name}.up`, this.normalise(`${name}.second`, attended), width, mlp);
    return this.g.op('Add', [attended, this.linear(`${name}.down`, this.activate(inner), mlp, width)]);
  }

  private linear(name: string, x: string, from: number, to: number): string {
    const product = this.g.op('MatMul', [x, this.weights(name, [from, to], from)]);
    return this.g.op('Add', [product, this.weights(`${name}.bias`, [to], 100)]);
  }

  private attention(name: string, x: string, mask?: string): string {
    const { g } = this;
    const { width, heads } = this.shape;
    const [query, key, value] = ['query', 'key', 'value'].map((part) => {
      const split = g.op('Reshape', [
        this.linear(`${name}.${part}`, x, width, width),
        g.ints(0, 0, heads, width / heads),
      ]);
      return g.op('Transpose', [split], { perm: part === 'key' ? [0, 2, 3, 1] : [0, 2, 1, 3] });
    });
    const scaled = g.op('Mul', [query, g.scalar(1 / Math.sqrt(width / heads))]);
    const scores = g.op('MatMul', [scaled, key]);
    const shares = g.op('Softmax', [mask ? g.op('Add', [scores, mask]) : scores], { axis: -1 });
    const merged = g.op('Transpose', [g.op('MatMul', [shares, value])], { perm: [0, 2, 1, 3] });
    return this.linear(`${name}.out`, g.op('Reshape', [merged, g.ints(0, 0, width)]), width, width);
  }

  private activate(x: string): string {
    const { g } = this;
    if (this.shape.activation === 'gelu') return g.op('Gelu', [x]);
    return g.op('Mul', [x, g.op('Sigmoid', [g.op('Mul', [x, g.scalar(1.702)])])]);
  }
}
