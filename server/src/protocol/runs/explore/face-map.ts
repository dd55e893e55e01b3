import * as z from 'zod';
import { consideredSchema, place } from './people.js';

export const MAP_METHODS = ['pca', 'umap'] as const;
export type MapMethod = (typeof MAP_METHODS)[number];

/** Points that a page draws at once. */
export const MOST_POINTS = 50_000;

/** What became of a point: not asked, or not known; recognised; not recognised. */
export const VERDICTS = ['unknown', 'recognised', 'not recognised'] as const;

/** Embeddings in two dimensions. Each list has a number a point: first of all photographs as they are, then of versions. */
export const faceMapSchema = z.object({
  model: z.string(),
  method: z.enum(MAP_METHODS),
  considered: consideredSchema,
  /** Of all variance the shares along both axes; null of a map that has none. */
  explained: z.tuple([z.number(), z.number()]).nullable(),
  /** Photographs that the axes are computed of; null of a map that has none. */
  axesOf: z.int().nonnegative().nullable(),
  /** From −1 to 1, in one scale for both. */
  x: z.array(z.number()),
  y: z.array(z.number()),
  place: z.array(place),
  /** Number of its version, from 0 for the photograph as it is. */
  version: z.array(z.int().nonnegative()),
  versions: z.array(z.string()),
  /** Number of its person; −1 where that is not known. */
  person: z.array(z.int().min(-1)),
  people: z.array(z.string()),
  /** Number in `VERDICTS`. */
  verdict: z.array(z.int().min(0).max(2)),
});
export type FaceMap = z.infer<typeof faceMapSchema>;
