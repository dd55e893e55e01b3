import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Box } from '../../server/src/compute/faces/geometry.js';
import { FaceLocator } from '../../server/src/compute/faces/locator.js';
import { FaceRecogniser } from '../../server/src/compute/faces/recogniser.js';
import { decodeImage, type RgbImage } from '../../server/src/compute/images/decode.js';
import { type PixelBox, type Planes, planesOf } from '../../server/src/compute/images/planes.js';
import { DssimMeter } from '../../server/src/compute/perturbations/dssim-meter.js';
import type { ImageEntry } from '../../server/src/plugins/declare.js';
import { CELEBA_MINI } from '../support/celeba-mini.js';

const OPTIONS = { detector: 'ssd', minConfidence: 0.3, align: 'dlib', mirror: false } as const;
const ANY_SIZE = 100_000;

/** What an attack did to one photograph. */
export interface AttackedFace {
  readonly dssim: number;
  /** The largest difference of a pixel, as a share of 255. */
  readonly linf: number;
  /** Of the descriptors, root L2, the face found anew; null where none was found. */
  readonly shift: number | null;
  /** Whether the nearest of the other originals shows the same person. */
  readonly recognised: boolean;
}

/** The originals of celeba-mini with their descriptors, and what is measured of perturbed versions of them. */
export class FaceJudge {
  private readonly descriptors = new Map<string, Float32Array>();

  private constructor(
    readonly entries: readonly ImageEntry[],
    private readonly recogniser: FaceRecogniser,
    private readonly locator: FaceLocator,
    private readonly meter: DssimMeter,
  ) {}

  static async open(folder: string, threads: number): Promise<FaceJudge> {
    const lines = (await readFile(join(CELEBA_MINI, 'identity_CelebA.txt'), 'utf8')).trim().split('\n');
    const identities = new Map(lines.map((line) => line.trim().split(/\s+/) as [string, string]));
    const names = (await readdir(join(CELEBA_MINI, 'images'))).sort();
    const entries = names.map((id) => ({
      id,
      file: join(CELEBA_MINI, 'images', id),
      identity: identities.get(id) ?? null,
    }));
    const judge = new FaceJudge(
      entries,
      await FaceRecogniser.load(OPTIONS, folder, threads),
      await FaceLocator.load(OPTIONS, folder, threads),
      await DssimMeter.open(threads),
    );
    for (const { id, file } of entries) {
      const vector = await judge.describe(await readFile(file));
      if (vector) judge.descriptors.set(id, vector);
    }
    return judge;
  }

  /** `count` photographs, as many of each person. */
  sample(count: number): ImageEntry[] {
    const seen = new Map<string | null, number>();
    const ranked = this.entries.map((entry) => {
      const rank = seen.get(entry.identity) ?? 0;
      seen.set(entry.identity, rank + 1);
      return { entry, rank };
    });
    return ranked
      .toSorted((a, b) => a.rank - b.rank)
      .slice(0, count)
      .map(({ entry }) => entry);
  }

  async judge(entry: ImageEntry, png: Uint8Array): Promise<AttackedFace> {
    const [original, perturbed] = [await decoded(await readFile(entry.file)), await decoded(png)];
    const square = await this.faceSquare(entry);
    const [before, after] = [planesOf(original, square), planesOf(perturbed, square)];
    const vector = await this.describe(png);
    return {
      dssim: await this.meter.measure(before, after),
      linf: largestDifference(original.data, perturbed.data) / 255,
      shift: vector && distance(vector, this.descriptors.get(entry.id)!),
      recognised: vector !== null && this.nearest(entry.id, vector)?.identity === entry.identity,
    };
  }

  /** The square around the largest face's box, as far as it lies in the photograph. */
  async faceSquare(entry: ImageEntry): Promise<PixelBox> {
    const image = await decoded(await readFile(entry.file));
    const [face] = await this.locator.locate([await this.locator.prepare(image)]);
    if (!face) throw new Error(`${entry.id} has no face`);
    return squareAround(face.box, image);
  }

  dssim(x: Planes, y: Planes): Promise<number> {
    return this.meter.measure(x, y);
  }

  private async describe(bytes: Uint8Array): Promise<Float32Array | null> {
    const prepared = await this.recogniser.prepare(bytes);
    if (!prepared.ok) throw new Error(prepared.problem.message);
    return (await this.recogniser.embed([prepared.value]))[0];
  }

  private nearest(id: string, vector: Float32Array): ImageEntry | undefined {
    const others = this.entries.filter((entry) => entry.id !== id && this.descriptors.has(entry.id));
    const far = (entry: ImageEntry) => distance(vector, this.descriptors.get(entry.id)!);
    return others.map((entry) => ({ entry, far: far(entry) })).toSorted((a, b) => a.far - b.far)[0]?.entry;
  }
}

export async function decoded(bytes: Uint8Array): Promise<RgbImage> {
  const image = await decodeImage(bytes, ANY_SIZE);
  if (!image.ok) throw new Error(image.problem.message);
  return image.value;
}

function squareAround({ left, top, right, bottom }: Box, { width, height }: RgbImage): PixelBox {
  const side = Math.round(Math.max(right - left, bottom - top));
  const along = (low: number, high: number, whole: number) => {
    const start = Math.max(0, Math.round((low + high - side) / 2));
    return { start, length: Math.min(whole, start + side) - start };
  };
  const [x, y] = [along(left, right, width), along(top, bottom, height)];
  return { left: x.start, width: x.length, top: y.start, height: y.length };
}

function distance(a: Float32Array, b: Float32Array): number {
  return Math.sqrt(a.reduce((sum, value, i) => sum + (value - b[i]) ** 2, 0));
}

function largestDifference(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0);
}
