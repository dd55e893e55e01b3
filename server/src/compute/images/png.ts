import sharp from 'sharp';
import { ok, type Result } from '../../protocol/errors.js';
import { decodeImage, type RgbImage } from './decode.js';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const LONGEST = 65_535;

/** A photograph as PNG: the bytes themselves where they are one already, else its pixels, upright. */
export async function toPng(bytes: Uint8Array): Promise<Result<Uint8Array>> {
  const decoded = await decodeImage(bytes, LONGEST);
  if (!decoded.ok) return decoded;
  if (SIGNATURE.equals(bytes.subarray(0, SIGNATURE.length))) return ok(bytes);
  return ok(await encodePng(decoded.value));
}

/** The image as a PNG of 8-bit RGB: the same pixels give the same bytes. */
export function encodePng({ data, width, height }: RgbImage): Promise<Uint8Array> {
  return sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
}
