import sharp, { type Sharp } from 'sharp';
import { drawIdentity } from '../../../server/src/compute/portraits/identity.js';
import { renderPortrait } from '../../../server/src/compute/portraits/render.js';
import { drawScene } from '../../../server/src/compute/portraits/scene.js';
import { SeededNumbers } from '../onnx/tensor.js';

export type Picture = () => Promise<Buffer>;

const DRAWN = renderPortrait(drawIdentity(5, 1), drawScene(5, 1, 1), 256);

/** A drawn portrait of `width` × `height` pixels, squeezed or enlarged to it. */
function portrait(width: number, height: number): Sharp {
  const { data, ...size } = DRAWN;
  return sharp(data, { raw: { ...size, channels: 3 } }).resize(width, height, { fit: 'fill', kernel: 'lanczos3' });
}

/** White noise, the hardest thing to resample. */
function noise(width: number, height: number, channels: 1 | 2 | 3 | 4): Sharp {
  const numbers = new SeededNumbers(width * height);
  const data = Uint8Array.from({ length: width * height * channels }, () => numbers.integer(0, 255));
  return sharp(data, { raw: { width, height, channels } });
}

/** A portrait whose lower half is half transparent. */
async function veiled(width: number, height: number): Promise<Sharp> {
  const veil = Buffer.alloc(width * height, 255).fill(128, (width * height) / 2);
  const pixels = await portrait(width, height).raw().toBuffer();
  return sharp(pixels, { raw: { width, height, channels: 3 } }).joinChannel(veil, {
    raw: { width, height, channels: 1 },
  });
}

/** Pictures of every kind that a data set may hold, as the bytes of their files. */
export const PICTURES: Readonly<Record<string, Picture>> = {
  'a portrait of CelebA’s size': () => portrait(178, 218).jpeg({ quality: 92 }).toBuffer(),
  'a large photograph': () => portrait(1400, 1050).jpeg({ quality: 92 }).toBuffer(),
  'a small one': () => portrait(70, 90).png().toBuffer(),
  'a wide one': () => portrait(1300, 300).jpeg({ quality: 80, chromaSubsampling: '4:4:4' }).toBuffer(),
  'a tall one': () => portrait(231, 1501).webp({ quality: 90 }).toBuffer(),
  'one of exactly the size': () => portrait(224, 224).png().toBuffer(),
  'a gray one': () => portrait(400, 300).grayscale().jpeg().toBuffer(),
  'one with alpha': async () => (await veiled(300, 410)).png().toBuffer(),
  'a gray one with alpha': () => noise(260, 240, 2).png().toBuffer(),
  'noise that is shrunk': () => noise(640, 480, 3).png().toBuffer(),
  'noise that is enlarged': () => noise(101, 67, 3).png().toBuffer(),
  'noise with alpha': () => noise(333, 500, 4).png().toBuffer(),
};
