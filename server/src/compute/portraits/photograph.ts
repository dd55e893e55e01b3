import sharp from 'sharp';
import type { RgbImage } from '../images/decode.js';
import { Random } from '../random.js';
import type { Scene } from './scene.js';

/** Blur is given for a picture of this many pixels. */
const REFERENCE_SIZE = 256;

/** What a camera adds to a picture: blur, noise, and the compression of a JPEG file. */
export async function photograph(picture: RgbImage, { finish, seed }: Scene): Promise<Buffer> {
  const { width, height } = picture;
  const sigma = (finish.blur * width) / REFERENCE_SIZE;
  const raw = { width, height, channels: 3 as const };
  const soft = sigma >= 0.3 ? await sharp(picture.data, { raw }).blur(sigma).raw().toBuffer() : picture.data;
  return sharp(withNoise(soft, finish.noise, seed), { raw })
    .jpeg({ quality: finish.quality })
    .toBuffer();
}

function withNoise(pixels: Uint8Array, deviation: number, seed: number): Uint8Array {
  const random = new Random(seed, 'noise');
  // A sum of two uniform numbers is near enough to normal, and costs a tenth.
  const width = deviation * Math.sqrt(6);
  return Uint8ClampedArray.from(
    pixels,
    (value) => value + width * (random.between(-0.5, 0.5) + random.between(-0.5, 0.5)),
  ) as unknown as Uint8Array;
}
