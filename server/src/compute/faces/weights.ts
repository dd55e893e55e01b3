import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { fail, ok, type Result } from '../../protocol/errors.js';
import hashes from './weight-hashes.json' with { type: 'json' };

/**
 * Weight files of the npm package @vladmandic/face-api 1.7.15: 8-bit, value = q · scale + min; some raw float32. The build
 * copies them beside the bundles; from its source this runs in a clone, which has the package.
 */
const FOLDERS = ['./weights', '../../../../node_modules/@vladmandic/face-api/model'].map((path) =>
  join(dirname(fileURLToPath(import.meta.url)), path),
);
export const WEIGHTS_FOLDER = FOLDERS.find((folder) => existsSync(folder)) ?? FOLDERS[0];

const manifestSchema = z.array(
  z.object({
    weights: z.array(
      z.object({
        name: z.string(),
        shape: z.array(z.int().nonnegative()),
        dtype: z.string(),
        quantization: z.object({ dtype: z.literal('uint8'), scale: z.number(), min: z.number() }).optional(),
      }),
    ),
    paths: z.array(z.string()),
  }),
);
type WeightEntry = z.infer<typeof manifestSchema>[number]['weights'][number];

export interface Weight {
  readonly data: Float32Array;
  readonly shape: readonly number[];
}
/** A network's weights by name. Asking for one that is not there is a bug and throws. */
export class Weights {
  constructor(private readonly byName: ReadonlyMap<string, Weight>) {}

  get(name: string): Weight {
    const weight = this.byName.get(name);
    if (!weight) throw new Error(`The weights have no "${name}"`);
    return weight;
  }
}

export type WeightFile =
  | 'ssd_mobilenetv1_model'
  | 'tiny_face_detector_model'
  | 'face_landmark_68_model'
  | 'face_recognition_model';

/** `weights-changed` where a weight file is missing, or another one than the networks were tested with. */
export async function requireWeights(folder = WEIGHTS_FOLDER): Promise<Result<void>> {
  for (const [name, expected] of Object.entries(hashes)) {
    const bytes = await readFile(join(folder, name)).catch(() => undefined);
    if (bytes && createHash('sha256').update(bytes).digest('hex') === expected) continue;
    const state = bytes ? 'is not the file that Lookalike was tested with' : 'cannot be read';
    const hint = 'This Lookalike is damaged: install it again.';
    return fail('weights-changed', `${join(folder, name)}, weights of a face network, ${state}`, { hint });
  }
  return ok(undefined);
}

/** Reads a network's weights, which `requireWeights` has looked at. */
export async function readWeights(file: WeightFile): Promise<Weights> {
  const manifest = manifestSchema.parse(
    JSON.parse(await readFile(join(WEIGHTS_FOLDER, `${file}-weights_manifest.json`), 'utf8')),
  );
  const [{ weights, paths }] = manifest;
  const bytes = Buffer.concat(await Promise.all(paths.map((path) => readFile(join(WEIGHTS_FOLDER, path)))));
  return new Weights(decode(weights, bytes));
}

function decode(entries: readonly WeightEntry[], bytes: Buffer): Map<string, Weight> {
  const byName = new Map<string, Weight>();
  let offset = 0;
  for (const entry of entries) {
    const count = entry.shape.reduce((product, size) => product * size, 1);
    const length = entry.quantization ? count : count * 4;
    const slice = bytes.subarray(offset, offset + length);
    byName.set(entry.name, { shape: entry.shape, data: valuesOf(entry, slice, count) });
    offset += length;
  }
  if (offset !== bytes.length) throw new Error(`The weights have ${bytes.length} bytes; their manifest says ${offset}`);
  return byName;
}

function valuesOf({ quantization }: WeightEntry, bytes: Buffer, count: number): Float32Array {
  if (quantization) return Float32Array.from(bytes, (q) => q * quantization.scale + quantization.min);
  const copy = new Uint8Array(bytes);
  return new Float32Array(copy.buffer, 0, count);
}
