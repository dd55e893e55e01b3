import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FaceRecogniser } from '../../../server/src/compute/faces/recogniser.js';
import { decodeImage, type RgbImage } from '../../../server/src/compute/images/decode.js';
import { encodePng } from '../../../server/src/compute/images/png.js';
import { VisibilityMeter } from '../../../server/src/compute/perturbations/visibility/meter.js';
import type { ImageEntry } from '../../../server/src/plugins/declare.js';
import { CELEBA_MINI } from '../../support/celeba-mini.js';

const OPTIONS = { detector: 'ssd', minConfidence: 0.3, maxSide: 2048, align: 'dlib', mirror: false } as const;
const FULL_SIZE = 65_535;
/** How often a change is brought nearer to a dissimilarity, which it grows with about as its square. */
const APPROXIMATIONS = 3;

/** What an attack did to one photograph, measured on its PNG. */
export interface AttackedFace {
  /** Over the square around the original's face. */
  readonly dssim: number;
  /** Over the same square, in dB. */
  readonly psnr: number;
  /** The largest difference of a value, 0–1, there. */
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
    private readonly entries: readonly ImageEntry[],
    private readonly recogniser: FaceRecogniser,
    private readonly meter: VisibilityMeter,
  ) {}

  static async open(folder: string, threads: number): Promise<FaceJudge> {
    const recogniser = await FaceRecogniser.load(OPTIONS, folder, threads);
    const judge = new FaceJudge(await celebaMini(), recogniser, await VisibilityMeter.load(folder, threads));
    for (const { id, file } of judge.entries) {
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
    const vector = await this.describe(png);
    return {
      ...(await this.visibility(await readFile(entry.file), png)),
      shift: vector && distance(vector, this.descriptors.get(entry.id) as Float32Array),
      recognised: vector !== null && this.nearest(entry.id, vector)?.identity === entry.identity,
    };
  }

  /** The photograph with the same change, made stronger or weaker until it is as dissimilar as that. */
  async asDissimilar(entry: ImageEntry, changed: RgbImage, dssim: number): Promise<Uint8Array> {
    const bytes = await readFile(entry.file);
    const original = await decoded(bytes);
    let strength = 1;
    let png = await encodePng(changed);
    for (let n = 0; n < APPROXIMATIONS; n++) {
      strength *= Math.sqrt(dssim / (await this.visibility(bytes, png)).dssim);
      png = await encodePng(mixed(original, changed, strength));
    }
    return png;
  }

  private async visibility(
    original: Uint8Array,
    png: Uint8Array,
  ): Promise<Pick<AttackedFace, 'dssim' | 'psnr' | 'linf'>> {
    const measured = await this.meter.measure(original, png);
    if (!measured.ok) throw new Error(measured.problem.message);
    const { dssim, psnr, linf } = measured.value;
    return { dssim: dssim ?? Number.NaN, psnr: psnr ?? Number.POSITIVE_INFINITY, linf };
  }

  private async describe(bytes: Uint8Array): Promise<Float32Array | null> {
    const prepared = await this.recogniser.prepare(bytes);
    if (!prepared.ok) throw new Error(prepared.problem.message);
    return (await this.recogniser.embed([prepared.value]))[0];
  }

  private nearest(id: string, vector: Float32Array): ImageEntry | undefined {
    const others = this.entries.filter((entry) => entry.id !== id && this.descriptors.has(entry.id));
    const far = others.map((entry) => distance(vector, this.descriptors.get(entry.id) as Float32Array));
    return others[far.indexOf(Math.min(...far))];
  }
}

async function celebaMini(): Promise<ImageEntry[]> {
  const lines = (await readFile(join(CELEBA_MINI, 'identity_CelebA.txt'), 'utf8')).trim().split('\n');
  const identities = new Map(lines.map((line) => line.trim().split(/\s+/) as [string, string]));
  const names = (await readdir(join(CELEBA_MINI, 'images'))).sort();
  return names.map((id) => ({ id, file: join(CELEBA_MINI, 'images', id), identity: identities.get(id) ?? null }));
}

export async function decoded(bytes: Uint8Array): Promise<RgbImage> {
  const image = await decodeImage(bytes, FULL_SIZE);
  if (!image.ok) throw new Error(image.problem.message);
  return image.value;
}

function mixed(original: RgbImage, changed: RgbImage, strength: number): RgbImage {
  const data = Uint8ClampedArray.from(original.data, (value, i) => value + strength * (changed.data[i] - value));
  return { ...original, data: new Uint8Array(data.buffer) };
}

function distance(a: Float32Array, b: Float32Array): number {
  return Math.sqrt(a.reduce((sum, value, i) => sum + (value - b[i]) ** 2, 0));
}
