import { GraphBuilder } from '../../server/src/onnx/build.js';

interface Affine {
  readonly scale?: readonly number[];
  readonly shift?: readonly number[];
  /** Side of the square that it takes, and of that which it says it gives. */
  readonly size?: number;
  readonly given?: number;
}

/** A network that gives `scale · image + shift` for an image of 0–1, by channel; of any size, or a square of one. */
export function purifier({ scale = [1, 1, 1], shift = [0, 0, 0], size, given = size }: Affine = {}): Uint8Array {
  const graph = new GraphBuilder('purifier');
  const [height, width] = [size ?? 'height', size ?? 'width'];
  const image = graph.input('image', 'float32', ['batch', 3, height, width]);
  const scaled = graph.op('Mul', [image, graph.constant(Float32Array.from(scale), [1, 3, 1, 1])]);
  const shifted = graph.op('Add', [scaled, graph.constant(Float32Array.from(shift), [1, 3, 1, 1])]);
  graph.output(shifted, 'float32', ['batch', 3, given ?? 'height', given ?? 'width'], 'purified');
  return graph.toBytes();
}
