import sharp from 'sharp';
import { ok, type Result } from '../../protocol/errors.js';
import { decodeImage } from './decode.js';

type Format = 'webp' | 'png' | 'jpeg';

/** A photograph as a file of the format, upright and without metadata, its longer side at most `longest` pixels. */
export async function encodeShrunk(bytes: Uint8Array, longest: number, format: Format): Promise<Result<Buffer>> {
  const decoded = await decodeImage(bytes, longest);
  if (!decoded.ok) return decoded;
  const { data, width, height } = decoded.value;
  return ok(
    await sharp(data, { raw: { width, height, channels: 3 } })
      .toFormat(format)
      .toBuffer(),
  );
}

/** A photograph within a page: a `data:` address of it, its longer side at most `longest` pixels. */
export async function thumbnail(bytes: Uint8Array, longest: number, format: 'webp' | 'png'): Promise<Result<string>> {
  const encoded = await encodeShrunk(bytes, longest, format);
  return encoded.ok ? ok(`data:image/${format};base64,${encoded.value.toString('base64')}`) : encoded;
}
