import sharp from 'sharp';
import { ok, type Result } from '../../protocol/errors.js';
import { decodeImage } from './decode.js';

/** A photograph within a page: a `data:` address of it, its longer side at most `longest` pixels. */
export async function thumbnail(bytes: Uint8Array, longest: number, format: 'webp' | 'png'): Promise<Result<string>> {
  const decoded = await decodeImage(bytes, longest);
  if (!decoded.ok) return decoded;
  const { data, width, height } = decoded.value;
  const encoded = await sharp(data, { raw: { width, height, channels: 3 } })
    .toFormat(format)
    .toBuffer();
  return ok(`data:image/${format};base64,${encoded.toString('base64')}`);
}
