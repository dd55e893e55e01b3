import sharp, { type Metadata, type Region, type ResizeOptions, type Sharp, type SharpOptions } from 'sharp';
import { fail, ok, ProblemError, type Result } from '../../protocol/errors.js';
import { memoryShort } from '../../protocol/runs/shortage.js';
import { DecodingMemory } from './decoding-memory.js';
import { type Found, foundIn, whyDamaged } from './formats.js';

// libvips reads many formats; these are photographs' formats, and SVG, PDF and their like are programs.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: ['Jpeg', 'Png', 'Webp', 'Heif', 'Nsgif', 'Tiff'].map((format) => `VipsForeignLoad${format}`),
});
// Every image is read once: a cache of operations would only grow.
sharp.cache(false);
// One thread an image: several images are decoded at once.
sharp.concurrency(1);

/** More pixels than any camera's: a bomb, not a photograph. */
const MOST_PIXELS = 300e6;
/** AVIF is decoded in full and by blocks of nothing in a few bytes: more than any camera's that writes it. */
const MOST_PIXELS_OF_AVIF = 100e6;
/** A smaller JPEG cannot hold so many pixels that its memory would count. */
const SMALL_JPEG = 64 * 2 ** 10;
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
 * Bytes that are no photograph, or not all of one, are `image-unreadable`, and nothing else is: where memory or threads
 * are lacking it throws a `ProblemError` with `memory-short`.
 */
export function decodeImage(bytes: Uint8Array, longest: number): Promise<Result<RgbImage>> {
  return decode(bytes, {}, (image) => image.autoOrient().resize(inside(longest)).flatten({ background: BACKGROUND }));
}

/**
 * Decodes a part of a photograph, given in the pixels of the upright photograph; where its longer side exceeds `longest`
 * pixels it is shrunk to that. It fails as `decodeImage` does.
 */
export function decodeRegion(bytes: Uint8Array, region: Region, longest: number): Promise<Result<RgbImage>> {
  return decode(bytes, {}, (image) =>
    image.autoOrient().extract(region).resize(inside(longest)).flatten({ background: BACKGROUND }),
  );
}

/**
 * Decodes a photograph to its own 8-bit RGB pixels, upright, with what is below a transparency shown and an embedded
 * colour profile not applied: the bytes that Pillow's `convert('RGB')` gives, which image encoders were trained on. It
 * fails as `decodeImage` does.
 */
export function decodePixels(bytes: Uint8Array, longest: number): Promise<Result<RgbImage>> {
  return decode(bytes, { ignoreIcc: true }, (image) => image.autoOrient().resize(inside(longest)).removeAlpha());
}

function inside(longest: number): ResizeOptions {
  return { width: longest, height: longest, fit: 'inside', withoutEnlargement: true };
}

type Steps = (image: Sharp) => Sharp;

const memory = new DecodingMemory();

async function decode(bytes: Uint8Array, options: SharpOptions, steps: Steps): Promise<Result<RgbImage>> {
  const found = foundIn(bytes);
  if (!found.readable) return unreadable(`it is ${found.words}`);
  const needed = await neededFor(bytes, found);
  if (!needed.ok) return needed;
  const first = await memory.within(needed.value.bytes, () => attempt(bytes, options, steps));
  if (!(first instanceof Error)) return ok(first);
  // libvips' messages are of all that is decoded at once, and memory may have been lacking: it is tried again, alone.
  return memory.alone(async () => {
    const second = await attempt(bytes, options, steps);
    if (!(second instanceof Error)) return ok(second);
    await requireMemory(needed.value.metadata, steps);
    return unreadable(`it is ${found.words} ${whyDamaged(bytes, found)}`);
  });
}

async function attempt(bytes: Uint8Array, options: SharpOptions, steps: Steps): Promise<RgbImage | Error> {
  try {
    const { data, info } = await steps(open(bytes, options))
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    return { data: toRgb(data, info.channels), width: info.width, height: info.height };
  } catch (error) {
    return error as Error;
  }
}

function open(bytes: Uint8Array, more: SharpOptions = {}): Sharp {
  return sharp(bytes, { failOn: 'error', limitInputPixels: MOST_PIXELS, sequentialRead: true, pages: 1, ...more });
}

interface Needed {
  readonly metadata?: Metadata;
  /** Of memory, as far as the header says. */
  readonly bytes: number;
}

/** What decoding will need, or why it cannot be: a header is read, and no pixel. */
async function neededFor(bytes: Uint8Array, found: Found): Promise<Result<Needed>> {
  const metadata = await headerOf(bytes, found);
  if (!metadata) return ok({ bytes: 0 });
  const pixels = metadata.width * metadata.height;
  const most = found.format === 'AVIF' ? MOST_PIXELS_OF_AVIF : MOST_PIXELS;
  if (pixels > most) {
    const size = `${metadata.width} × ${metadata.height} pixels`;
    return unreadable(`it is ${found.words} of ${size}, more than the ${most / 1e6} million that a photograph has`);
  }
  if (metadata.depth !== 'uchar' && metadata.depth !== 'ushort') {
    return unreadable(`it is ${found.words} of ${metadata.depth} numbers, whose range it does not say`, SAVE_IN_BITS);
  }
  const need = pixels * bytesPerPixel(metadata);
  if (!memory.holds(need)) {
    throw new ProblemError(
      memoryShort(`an image of ${metadata.width} × ${metadata.height} pixels needs ${inMegabytes(need)}`),
    );
  }
  return ok({ metadata, bytes: need });
}

/** Undefined where there is none, or where what it says would not count. */
async function headerOf(bytes: Uint8Array, found: Found): Promise<Metadata | undefined> {
  if (found.format === 'JPEG' && bytes.length < SMALL_JPEG) return undefined;
  return sharp(bytes, { limitInputPixels: false, pages: 1 })
    .metadata()
    .catch(() => undefined);
}

/** Pixels of a photograph, and the bytes of memory that decoding it takes; undefined where that is unknown or little. */
export async function sizeOf(
  bytes: Uint8Array,
): Promise<{ readonly width: number; readonly height: number; readonly memory: number } | undefined> {
  const found = foundIn(bytes);
  const metadata = found.readable ? await headerOf(bytes, found) : undefined;
  if (!metadata) return undefined;
  const { width, height } = metadata;
  return { width, height, memory: width * height * bytesPerPixel(metadata) };
}

/** Width and height of a photograph that can be decoded, upright, in pixels: its header is read alone. */
export async function uprightSize(bytes: Uint8Array): Promise<{ readonly width: number; readonly height: number }> {
  return (await sharp(bytes, { limitInputPixels: false, pages: 1 }).metadata()).autoOrient;
}

const SAVE_IN_BITS = 'Save it with 8 or 16 bits a channel, or remove it.';

/** As measured; what is decoded row by row needs some rows only. */
function bytesPerPixel({ format, isProgressive, hasAlpha }: Metadata): number {
  if (format === 'heif') return 20;
  if (format === 'webp' || format === 'gif') return 8;
  if (isProgressive) return hasAlpha ? 10 : 8;
  return 1;
}

const inMegabytes = (bytes: number): string => `${Math.ceil(bytes / 2 ** 20)} MB`;

/** The largest picture that is drawn to see whether there is memory for one like it. */
const LARGEST_DRAWN = 50e6;

/**
 * Throws `memory-short` where a sound picture of an image's size and kind cannot be decoded either: then the failure says
 * nothing of the image.
 */
async function requireMemory(metadata: Metadata | undefined, steps: Steps): Promise<void> {
  const { width = 64, height = 64, format = 'jpeg', isProgressive: progressive = false } = metadata ?? {};
  const rows = Math.max(1, Math.min(height, Math.floor(LARGEST_DRAWN / width)));
  try {
    const drawn = sharp({ create: { width, height: rows, channels: 3, background: BACKGROUND } });
    const kind =
      format === 'jpeg' && Math.max(width, rows) < 65_500 ? drawn.jpeg({ progressive }) : drawn.png({ progressive });
    await steps(open(await kind.toBuffer()))
      .raw()
      .toBuffer();
    Buffer.alloc(Math.min(width * rows * (metadata ? bytesPerPixel(metadata) : 1), 2 ** 31));
  } catch (error) {
    throw new ProblemError(
      memoryShort(
        `an image of ${width} × ${height} pixels cannot be decoded, nor one like it that was drawn just now (${(error as Error).message.split('\n')[0]})`,
      ),
    );
  }
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

function unreadable(reason: string, hint = 'Replace the file, or remove it.'): Result<never> {
  return fail('image-unreadable', `It cannot be decoded: ${reason}`, { hint });
}
