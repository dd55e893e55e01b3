import * as z from 'zod';

const pixels = z.number();

/** A face that a model found and embedded, in pixels of the upright photograph. */
export const foundFaceSchema = z.object({
  size: z.tuple([z.number().positive(), z.number().positive()]).describe('Width and height of the photograph'),
  box: z.tuple([pixels, pixels, pixels, pixels]).describe('Left, top, right and bottom of what the detector gave'),
  landmarks: z
    .array(z.tuple([pixels, pixels]))
    .length(5)
    .describe('Both eyes, the left one in the picture first, the tip of the nose, both corners of the mouth'),
  score: z.number().min(0).max(1).describe('How sure the detector was'),
  detected: z.number().positive().describe('Faces that were found in the photograph, this one among them'),
});
export type FoundFace = z.infer<typeof foundFaceSchema>;

/** Null where a model looked for a face and found none; undefined where what it found was not kept. */
export type KnownFace = FoundFace | null | undefined;

/** The faces of some photographs as one model found them. */
export const shownFacesSchema = z.object({
  by: z.string().describe('The model'),
  of: z.record(z.string(), foundFaceSchema.nullable()).describe('By image id; null where it found none'),
});
export type ShownFaces = z.infer<typeof shownFacesSchema>;

/** Whether two boxes of one photograph are of the same face: detectors move a box of one face by far less. */
export function isSameFace(a: FoundFace, b: FoundFace): boolean {
  const [left, top, right, bottom] = b.box.map(
    (edge, n) => (edge * a.size[(n % 2) as 0 | 1]) / b.size[(n % 2) as 0 | 1],
  ) as FoundFace['box'];
  const shared = area([
    Math.max(a.box[0], left),
    Math.max(a.box[1], top),
    Math.min(a.box[2], right),
    Math.min(a.box[3], bottom),
  ]);
  const either = area(a.box) + area([left, top, right, bottom]) - shared;
  return shared > LEAST_SHARED * either;
}
/** Intersection over union. */
const LEAST_SHARED = 0.3;

function area([left, top, right, bottom]: FoundFace['box']): number {
  return Math.max(0, right - left) * Math.max(0, bottom - top);
}
