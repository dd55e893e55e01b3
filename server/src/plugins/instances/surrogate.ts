import type { ModelProto } from '../../onnx/onnx_pb.js';

/** Where a point (x, y) of a chip lies in a photograph: (xx·x + xy·y + x0, yx·x + yy·y + y0); (0, 0) is a pixel's centre. */
export interface Affine {
  readonly xx: number;
  readonly xy: number;
  readonly x0: number;
  readonly yx: number;
  readonly yy: number;
  readonly y0: number;
}

/** A face in a photograph, in its pixels. */
export interface FaceInPhotograph {
  readonly width: number;
  readonly height: number;
  readonly box: { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number };
  /** dlib's 68 points. */
  readonly landmarks: readonly { readonly x: number; readonly y: number }[];
}

/**
 * A model as an attack follows its gradient: a differentiable network, and which part of a photograph it sees. The
 * attack finds the face and cuts the chip out, so that its gradient reaches the photograph.
 */
export interface Surrogate {
  /** One input [batch, 3, size, size], RGB of 0–255, to one output [batch, n]. */
  readonly network: ModelProto;
  /** Side of the square chip, in pixels. */
  readonly size: number;
  /** How many chips the network takes at once, or null where it takes any number. */
  readonly batch: number | null;
  /** From chip pixels to the photograph's. */
  place(face: FaceInPhotograph): Affine;
}
