import type { Affine } from '../../plugins/declare.js';

/** A point in pixels; the centre of the top left pixel is (0, 0). */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A rectangle in pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export function areaOf({ left, top, right, bottom }: Box): number {
  return Math.max(0, right - left) * Math.max(0, bottom - top);
}

/** Intersection over union, 0–1. */
export function overlap(a: Box, b: Box): number {
  const shared = areaOf({
    left: Math.max(a.left, b.left),
    top: Math.max(a.top, b.top),
    right: Math.min(a.right, b.right),
    bottom: Math.min(a.bottom, b.bottom),
  });
  const union = areaOf(a) + areaOf(b) - shared;
  return union > 0 ? shared / union : 0;
}

/** x′ = a·x − b·y + tx, y′ = b·x + a·y + ty: a rotation, a scale and a shift. */
export interface Similarity {
  readonly a: number;
  readonly b: number;
  readonly tx: number;
  readonly ty: number;
}

/**
 * The similarity that takes `from` nearest to `to` in the least squares sense (S. Umeyama, PAMI 13, 1991; in
 * two dimensions, without reflection, it has this closed form). Needs two distinct points.
 */
export function fitSimilarity(from: readonly Point[], to: readonly Point[]): Similarity {
  const p = mean(from);
  const q = mean(to);
  let dot = 0;
  let cross = 0;
  let spread = 0;
  for (const [i, { x, y }] of from.entries()) {
    const [px, py, qx, qy] = [x - p.x, y - p.y, to[i].x - q.x, to[i].y - q.y];
    dot += px * qx + py * qy;
    cross += px * qy - py * qx;
    spread += px * px + py * py;
  }
  const a = dot / spread;
  const b = cross / spread;
  return { a, b, tx: q.x - (a * p.x - b * p.y), ty: q.y - (b * p.x + a * p.y) };
}

export function invert({ a, b, tx, ty }: Similarity): Similarity {
  const scale = a * a + b * b;
  const [ia, ib] = [a / scale, -b / scale];
  return { a: ia, b: ib, tx: -(ia * tx - ib * ty), ty: -(ib * tx + ia * ty) };
}

export function affineOf({ a, b, tx, ty }: Similarity): Affine {
  return { xx: a, xy: -b, x0: tx, yx: b, yy: a, y0: ty };
}

export function mean(points: readonly Point[]): Point {
  const sum = points.reduce((total, { x, y }) => ({ x: total.x + x, y: total.y + y }), { x: 0, y: 0 });
  return { x: sum.x / points.length, y: sum.y / points.length };
}
