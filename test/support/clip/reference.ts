import type { TextShape, TransformerShape, VisionShape } from './shapes.js';
import type { RandomWeights } from './weights.js';

/** Rows of a matrix, in double precision. */
type Rows = number[][];

/**
 * CLIP's image encoder once more, in plain loops and double precision, written from the paper's description and OpenAI's
 * model.py: what the graphs are held against. `image` is [3, size, size].
 */
export function visionReference(image: ArrayLike<number>, shape: VisionShape, weights: RandomWeights): number[] {
  const { size, patch, width } = shape;
  const net = new Reference(shape, weights);
  const side = size / patch;
  const kernel = net.weights('patch', 3 * patch * patch * width, 3 * patch * patch);
  const pixels = (row: number, column: number) =>
    range(3 * patch * patch).map((at) => {
      const [channel, y, x] = [Math.floor(at / patch ** 2), Math.floor(at / patch) % patch, at % patch];
      return image[(channel * size + row * patch + y) * size + column * patch + x];
    });
  const patches = range(side * side).map((n) => {
    const values = pixels(Math.floor(n / side), n % side);
    return range(width).map((to) => dot(values, (at) => kernel[to * values.length + at]));
  });
  const rows = [Array.from(net.weights('class', width, width)), ...patches];
  const positions = net.weights('positions', rows.length * width, width);
  const embedded = rows.map((row, n) => row.map((value, at) => value + positions[n * width + at]));
  const [token] = net.blocks(net.normalise('before', embedded), false);
  return net.project(net.normalise('after', [token])[0]);
}

/** The text encoder: the embedding at the place of the largest token. */
export function textReference(tokens: readonly number[], shape: TextShape, weights: RandomWeights): number[] {
  const { vocabulary, context, width } = shape;
  const net = new Reference(shape, weights);
  const words = net.weights('tokens', vocabulary * width, width);
  const positions = net.weights('positions', context * width, width);
  const embedded = tokens.map((token, n) =>
    range(width).map((at) => words[token * width + at] + positions[n * width + at]),
  );
  const end = tokens.indexOf(Math.max(...tokens));
  return net.project(net.normalise('after', net.blocks(embedded, true))[end]);
}

class Reference {
  constructor(
    private readonly shape: TransformerShape,
    private readonly random: RandomWeights,
  ) {}

  weights(name: string, count: number, fan: number, centre = 0): Float32Array {
    return this.random.of(name, count, 1.5 / Math.sqrt(fan), centre);
  }

  normalise(name: string, rows: Rows): Rows {
    const { width } = this.shape;
    const scale = this.weights(`${name}.scale`, width, 9, 1);
    const shift = this.weights(`${name}.shift`, width, 9);
    return rows.map((row) => {
      const mean = sum(row) / width;
      const variance = sum(row.map((value) => (value - mean) ** 2)) / width;
      return row.map((value, at) => ((value - mean) / Math.sqrt(variance + 1e-5)) * scale[at] + shift[at]);
    });
  }

  blocks(rows: Rows, causal: boolean): Rows {
    return range(this.shape.layers).reduce((value, n) => this.block(`${n}`, value, causal), rows);
  }

  project(row: number[]): number[] {
    const { width, dimension } = this.shape;
    const weights = this.weights('projection', width * dimension, width);
    return range(dimension).map((to) => dot(row, (at) => weights[at * dimension + to]));
  }

  private block(name: string, rows: Rows, causal: boolean): Rows {
    const { width, mlp } = this.shape;
    const attended = plus(rows, this.attention(name, this.normalise(`${name}.first`, rows), causal));
    const inner = this.linear(`${name}.up`, this.normalise(`${name}.second`, attended), width, mlp);
    const active = inner.map((row) => row.map((value) => this.activate(value)));
    return plus(attended, this.linear(`${name}.down`, active, mlp, width));
  }

  private linear(name: string, rows: Rows, from: number, to: number): Rows {
    const weights = this.weights(name, from * to, from);
    const bias = this.weights(`${name}.bias`, to, 100);
    return rows.map((row) => range(to).map((out) => bias[out] + dot(row, (at) => weights[at * to + out])));
  }

  private attention(name: string, rows: Rows, causal: boolean): Rows {
    const { width, heads } = this.shape;
    const [query, key, value] = ['query', 'key', 'value'].map((part) =>
      this.linear(`${name}.${part}`, rows, width, width),
    );
    const each = width / heads;
    const attend = (row: number, column: number): number => {
      const start = Math.floor(column / each) * each;
      const seen = causal ? row + 1 : rows.length;
      const scores = range(seen).map(
        (other) => sum(range(each).map((at) => query[row][start + at] * key[other][start + at])) / Math.sqrt(each),
      );
      const shares = softmax(scores);
      return dot(shares, (other) => value[other][column]);
    };
    const merged = rows.map((_, row) => range(width).map((column) => attend(row, column)));
    return this.linear(`${name}.out`, merged, width, width);
  }

  private activate(x: number): number {
    if (this.shape.activation === 'quick-gelu') return x / (1 + Math.exp(-1.702 * x));
    return 0.5 * x * (1 + erf(x / Math.SQRT2));
  }
}

const range = (length: number) => Array.from({ length }, (_, n) => n);
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const dot = (values: readonly number[], other: (at: number) => number) =>
  values.reduce((total, value, at) => total + value * other(at), 0);
const plus = (a: Rows, b: Rows) => a.map((row, n) => row.map((value, at) => value + b[n][at]));

function softmax(scores: readonly number[]): number[] {
  const most = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - most));
  const total = sum(powers);
  return powers.map((power) => power / total);
}

/** By its Maclaurin series, which is exact to rounding for what activations see. */
function erf(x: number): number {
  let term = x;
  let total = x;
  for (let n = 1; n < 200; n++) {
    term *= (-x * x) / n;
    total += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * total;
}
