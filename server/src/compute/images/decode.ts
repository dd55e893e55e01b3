import sharp, { type ResizeOptions, type Sharp, type SharpOptions } from 'sharp';
import { fail, ok, type Result } from '../../protocol/errors.js';
import { IMAGE_FORMATS } from '../../protocol/image-endings.js';

// libvips reads many formats; these are photographs' formats, and SVG, PDF and their like are programs.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: IMAGE_FORMATS.map(({ loader }) => `VipsForeignLoad${loader}`),
});
// Every image is read once: a cache of operations would only grow.
sharp.cache(false);
// One thread an image: several images are decoded at once.
sharp.concurrency(1);

/** More pixels than any camera's: a bomb, not a photograph. */
const MOST_PIXELS = 300e6;
/** Transparent pixels are shown on middle gray, which favours neither dark hair nor light. */
const BACKGROUND = '#808080';

/** 8-bit RGB pixels, row by row: `data.length === width * height * 3`. */
export interface RgbImage {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/**
 * Decodes a photograph to 8-bit sRGB, upright as its EXIF orientation says, the first frame of an animation,
 * without alpha. An image whose longer side exceeds `longest` pixels is shrunk to it while it is decoded.
 * Bytes that are no photograph, or not all of one, are `image-unreadable`.
 */
export function decodeImage(bytes: Uint8Array, longest: number): Promise<Result<RgbImage>> {
  return toPixels(() => open(bytes).autoOrient().resize(inside(longest)).flatten({ background: BACKGROUND }));
}

/**
 * Decodes a photograph to its own 8-bit RGB pixels, upright, with what is below a transparency shown and an embedded
 * colour profile not applied: the bytes that Pillow's `convert('RGB')` gives, which image encoders were trained on.
 */
export function decodePixels(bytes: Uint8Array, longest: number): Promise<Result<RgbImage>> {
  return toPixels(() => open(bytes, { ignoreIcc: true }).autoOrient().resize(inside(longest)).removeAlpha());
}

function inside(longest: number): ResizeOptions {
  return { width: longest, height: longest, fit: 'inside', withoutEnlargement: true };
}

/** `photograph` throws where there are no bytes at all. */
async function toPixels(photograph: () => Sharp): Promise<Result<RgbImage>> {
  try {
    const { data, info } = await photograph()
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    return ok({ data: toRgb(data, info.channels), width: info.width, height: info.height });
  } catch (error) {
    return unreadable(error);
  }
}

function open(bytes: Uint8Array, more: SharpOptions = {}): Sharp {
  return sharp(bytes, { failOn: 'error', limitInputPixels: MOST_PIXELS, sequentialRead: true, pages: 1, ...more });
}

function toRgb(data: Uint8Array, channels: number): Uint8Array {
  if (channels === 3) return data;
  const rgb = new Uint8Array((data.length / channels) * 3);
  for (let from = 0, to = 0; from < data.length; from += channels, to += 3) {
    rgb[to] = data[from];
    rgb[to + 1] = data[from + (channels > 2 ? 1 : 0)];
    rgb[to + 2] = data[from + (channels > 2 ? 2 : 0)];
  }
  return rgb;
}

/**
 * Shrinks or enlarges an image until its longer side has `longest` pixels, at the top left of a canvas whose
 * sides are multiples of `step`; what remains to the right or below is black.
 */
export async function fitOntoCanvas(image: RgbImage, longest: number, step: number): Promise<RgbImage> {
  const { width, height } = image;
  const scale = longest / Math.max(width, height);
  const side = (pixels: number) => Math.min(longest, Math.ceil((pixels * scale) / step) * step);
  const canvas = { width: side(width), height: side(height) };
  const data = await sharp(image.data, { raw: { width, height, channels: 3 } })
    .resize({ ...canvas, fit: 'contain', position: 'left top', background: '#000000', kernel: 'linear' })
    .raw()
    .toBuffer();
  return { data, ...canvas };
}

function unreadable(error: unknown): Result<never> {
  const reason = (error as Error).message.split('\n')[0];
  return fail('image-unreadable', `It cannot be decoded: ${reason}`, { hint: 'Replace the file, or remove it.' });
}
