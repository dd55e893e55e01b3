import { Tensor } from 'onnxruntime-node';

/**
 * The rows of a batch as one tensor of `count` rows of the given shape: where a model takes more than there are, the
 * last is repeated.
 */
export function stacked(rows: readonly Float32Array[], count: number, shape: readonly number[]): Tensor {
  const length = shape.reduce((product, size) => product * size, 1);
  const data = new Float32Array(count * length);
  for (let n = 0; n < count; n++) data.set(rows[Math.min(n, rows.length - 1)], n * length);
  return new Tensor('float32', data, [count, ...shape]);
}

/** Row `n` of a tensor, as a view of it. */
export function rowOf({ data, dims }: Tensor, n: number): Float32Array {
  const length = data.length / dims[0];
  return (data as Float32Array).subarray(n * length, (n + 1) * length);
}

/** Whether there is no NaN and no infinity among them: `every` takes several times as long, and steps wait for it. */
export function areFinite(values: Float32Array): boolean {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return false;
  return true;
}
