import sharp from 'sharp';
import type { Countermeasure, ListedPhotograph, Perturbed, WorkContext } from '../../plugins/declare.js';
import { readUnchanged } from '../../plugins/images/read-unchanged.js';
import { fail, ok, type Result } from '../../protocol/errors.js';
import { decodeImage, type RgbImage } from '../images/decode.js';
import { encodePng } from '../images/png.js';
import { resampleTo } from '../images/resample.js';

/** Photographs are changed at their own size, whatever it is. */
const FULL_SIZE = 65_535;
/** Each photograph is decoded, changed and encoded in a thread of its own. */
const AT_ONCE = 16;

export type ChangeImage = (image: RgbImage) => Promise<Result<RgbImage>>;

/** A countermeasure that changes each photograph by itself. */
export class PhotographFilter implements Countermeasure {
  readonly batchSize: number;
  readonly suffix = '_countered.png';

  constructor(
    private readonly change: ChangeImage,
    private readonly end: () => Promise<void> = async () => undefined,
    atOnce = AT_ONCE,
  ) {
    this.batchSize = atOnce;
  }

  async perturb(batch: readonly ListedPhotograph[], { signal, progress }: WorkContext): Promise<Result<Perturbed[]>> {
    let done = 0;
    const made = await Promise.all(
      batch.map(async (listed) => {
        signal.throwIfAborted();
        const changed = await this.changeOne(listed);
        progress(++done, batch.length);
        return changed;
      }),
    );
    return ok(made);
  }

  async close(): Promise<void> {
    await this.end();
  }

  private async changeOne(listed: ListedPhotograph): Promise<Perturbed> {
    const image = await decodeImage(await readUnchanged(listed), FULL_SIZE);
    const changed = image.ok ? await this.change(image.value) : image;
    if (changed.ok) return { kind: 'perturbed', png: await encodePng(changed.value) };
    const { code, message, hint } = changed.problem;
    return { kind: 'failed', problem: fail(code, `${listed.id}: ${message}`, { hint }).problem };
  }
}

/** As libjpeg saves it at a quality of 1–100, colours at half the resolution. */
export async function jpegOf(image: RgbImage, quality: number): Promise<Result<RgbImage>> {
  const saved = await opened(image).jpeg({ quality, chromaSubsampling: '4:2:0' }).toBuffer();
  return decodeImage(saved, FULL_SIZE);
}

/** Each side times `scale` (0–1), rounded, and back, as Pillow's bicubic resampling has it. */
export async function resizedOf(image: RgbImage, scale: number): Promise<Result<RgbImage>> {
  const side = (pixels: number) => Math.max(1, Math.round(scale * pixels));
  const small = resampleTo(image, side(image.width), side(image.height));
  return ok(resampleTo(small, image.width, image.height));
}

/** By a Gaussian of `sigma` pixels, computed in floating point and cut where it is below a thousandth of its peak. */
export async function blurredOf(image: RgbImage, sigma: number): Promise<Result<RgbImage>> {
  return ok(await pixelsOf(opened(image).blur({ sigma, precision: 'float', minAmplitude: 0.001 })));
}

/** The median of each channel in a square of `size` pixels, an odd number. */
export async function medianOf(image: RgbImage, size: number): Promise<Result<RgbImage>> {
  return ok(await pixelsOf(opened(image).median(size)));
}

function opened({ data, width, height }: RgbImage) {
  return sharp(data, { raw: { width, height, channels: 3 } });
}

async function pixelsOf(image: ReturnType<typeof sharp>): Promise<RgbImage> {
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
  if (info.channels !== 3) throw new Error(`An image of ${info.channels} channels came of one of 3`);
  return { data, width: info.width, height: info.height };
}
