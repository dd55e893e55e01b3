import type { Box } from './geometry.js';
import type { Weights } from './weights.js';

/** The grids that the SSD predicts on for a full square: cells along a side, and boxes in a cell. */
const GRIDS = [
  { side: 32, boxes: 3 },
  { side: 16, boxes: 6 },
  { side: 8, boxes: 6 },
  { side: 4, boxes: 6 },
  { side: 2, boxes: 6 },
  { side: 1, boxes: 6 },
];
/** Pixels of the input to a cell of the first grid. */
const FIRST_CELL = 16;

/** Turns the SSD's encodings into boxes, for an input of any size up to the full square. */
export class SsdBoxes {
  private readonly anchors: Float32Array;

  constructor(weights: Weights) {
    this.anchors = weights.get('Output/extra_dim').data;
  }

  /**
   * Candidate `n`'s box in shares of the full square (docs/constants.md): its centre moves by ty/10 and tx/10 of the
   * anchor's size, its size is the anchor's times exp(th/5) and exp(tw/5).
   */
  boxOf(n: number, encoding: ArrayLike<number>, height: number, width: number): Box {
    const [top, left, bottom, right] = this.anchors.subarray(4 * this.anchorOf(n, height, width));
    const [h, w] = [bottom - top, right - left];
    const cy = (top + bottom) / 2 + (encoding[0] / 10) * h;
    const cx = (left + right) / 2 + (encoding[1] / 10) * w;
    const halfHeight = (Math.exp(encoding[2] / 5) * h) / 2;
    const halfWidth = (Math.exp(encoding[3] / 5) * w) / 2;
    return { top: cy - halfHeight, left: cx - halfWidth, bottom: cy + halfHeight, right: cx + halfWidth };
  }

  /** The anchor, numbered over the full square, of candidate `n` of an input of this size. */
  private anchorOf(n: number, height: number, width: number): number {
    let [rows, columns] = [height / FIRST_CELL, width / FIRST_CELL];
    let before = 0;
    for (const { side, boxes } of GRIDS) {
      const count = rows * columns * boxes;
      if (n < count) {
        const cell = Math.floor(n / boxes);
        const place = Math.floor(cell / columns) * side + (cell % columns);
        return before + place * boxes + (n % boxes);
      }
      n -= count;
      before += side * side * boxes;
      [rows, columns] = [Math.ceil(rows / 2), Math.ceil(columns / 2)];
    }
    throw new Error(`Candidate ${n} lies beyond the grids`);
  }
}
