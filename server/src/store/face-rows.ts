import { type FoundFace, foundFaceSchema, type KnownFace } from '../protocol/images/found-face.js';
import { decodeNpy, encodeNpy } from './npy.js';

/**
 * Of a face width and height of its photograph, left, top, right and bottom of its box, score, how many faces were found,
 * and x and y of five landmarks, as `FoundFace` says them.
 */
const COLUMNS = 18;
const SCORE = 6;

/** A float32 matrix with a face a row: NaN where nothing is known, and NaN but for a score of 0 where none was found. */
export class FaceRows {
  private constructor(
    private readonly values: Float32Array,
    readonly rows: number,
  ) {}

  static unknown(rows: number): FaceRows {
    return new FaceRows(new Float32Array(rows * COLUMNS).fill(Number.NaN), rows);
  }

  /** Undefined where the bytes are no such matrix. */
  static decode(bytes: Uint8Array): FaceRows | undefined {
    const array = decodeNpy(bytes);
    if (!(array?.data instanceof Float32Array) || array.shape[1] !== COLUMNS) return undefined;
    return new FaceRows(array.data, array.shape[0] as number);
  }

  encode(): Uint8Array[] {
    return encodeNpy(this.values, [this.rows, COLUMNS]);
  }

  set(row: number, face: FoundFace | null): void {
    const start = row * COLUMNS;
    if (face === null) this.values[start + SCORE] = 0;
    else {
      const { size, box, score, detected, landmarks } = face;
      this.values.set([...size, ...box, score, detected, ...landmarks.flat()], start);
    }
  }

  at(row: number): KnownFace {
    const values = this.values.subarray(row * COLUMNS, (row + 1) * COLUMNS);
    const [width, height, left, top, right, bottom, score, detected, ...points] = values;
    if (score === 0 && Number.isNaN(detected)) return null;
    const landmarks = Array.from({ length: points.length / 2 }, (_, n) => points.slice(2 * n, 2 * n + 2));
    const face = { size: [width, height], box: [left, top, right, bottom], score, detected, landmarks };
    return foundFaceSchema.safeParse(face).data;
  }

  /** Whether anything is known of any. */
  get isKnown(): boolean {
    return Array.from({ length: this.rows }, (_, row) => this.values[row * COLUMNS + SCORE]).some(
      (score) => score !== undefined && !Number.isNaN(score),
    );
  }
}
