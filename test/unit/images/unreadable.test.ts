import assert from 'node:assert/strict';
import sharp, { type Sharp } from 'sharp';
import { decodeImage } from '../../../server/src/compute/images/decode.js';
import { DecodingMemory } from '../../../server/src/compute/images/decoding-memory.js';
import { FULL } from '../../support/full.js';
import { randomVectors } from '../../support/random-vectors.js';

const SIDE = 60;

function noise(seed: number): Sharp {
  const data = Uint8ClampedArray.from(randomVectors(SIDE * SIDE, 3, seed).data, (value) => 128 + 90 * value);
  return sharp(data, { raw: { width: SIDE, height: SIDE, channels: 3 } });
}

const FORMATS: Readonly<Record<string, (image: Sharp) => Promise<Buffer>>> = {
  JPEG: (image) => image.jpeg().toBuffer(),
  'progressive JPEG': (image) => image.jpeg({ progressive: true }).toBuffer(),
  PNG: (image) => image.png().toBuffer(),
  WebP: (image) => image.webp({ lossless: true }).toBuffer(),
  AVIF: (image) => image.avif().toBuffer(),
  GIF: (image) => image.gif().toBuffer(),
};

/** Four rows of a ramp from 0 to 1, as 32-bit floats. */
function floatTiff(): Buffer {
  const pixels = Buffer.from(Float32Array.from({ length: 16 }, (_, n) => n / 15).buffer);
  const tags = [
    [256, 4],
    [257, 4],
    [258, 32],
    [259, 1],
    [262, 1],
    [273, 8],
    [277, 1],
    [278, 4],
    [279, pixels.length],
    [339, 3],
  ];
  const header = Buffer.from('II*\0\0\0\0\0', 'latin1');
  header.writeUInt32LE(8 + pixels.length, 4);
  const entries = tags.map(([tag, value]) => {
    const entry = Buffer.alloc(12);
    entry.writeUInt16LE(tag, 0);
    entry.writeUInt16LE(4, 2);
    entry.writeUInt32LE(1, 4);
    entry.writeUInt32LE(value, 8);
    return entry;
  });
  return Buffer.concat([header, pixels, Buffer.from([tags.length, 0]), ...entries, Buffer.alloc(4)]);
}

async function reasonOf(bytes: Uint8Array): Promise<string | undefined> {
  const decoded = await decodeImage(bytes, 1000);
  if (decoded.ok) return undefined;
  assert.equal(decoded.problem.code, 'image-unreadable');
  assert.ok(decoded.problem.hint);
  return decoded.problem.message;
}

describe('Why an image cannot be read', () => {
  it('is its own reason, whatever is decoded beside it: cut and altered files of every format, all at once', async () => {
    const damaged: { format: string; what: string; bytes: Uint8Array }[] = [];
    for (let n = 0; n < (FULL ? 20 : 3); n++) {
      for (const [format, encode] of Object.entries(FORMATS)) {
        const whole = await encode(noise(n));
        const share = 0.3 + 0.5 * ((n * 7) % 10) * 0.1;
        damaged.push({ format, what: 'cut', bytes: whole.subarray(0, Math.floor(whole.length * share)) });
        const altered = Buffer.from(whole);
        altered.fill(0x5a, Math.floor(whole.length * share), Math.floor(whole.length * share) + 40);
        damaged.push({ format, what: 'altered', bytes: altered });
        damaged.push({ format, what: 'whole', bytes: whole });
      }
    }
    const reasons = await Promise.all(damaged.map(({ bytes }) => reasonOf(bytes)));
    const again = await Promise.all([...damaged].reverse().map(({ bytes }) => reasonOf(bytes)));
    assert.deepEqual(again.reverse(), reasons);
    for (const [n, { format, what }] of damaged.entries()) {
      const reason = reasons[n];
      if (what === 'whole') assert.equal(reason, undefined, format);
      if (what === 'cut') {
        const name = format.replace('progressive ', '');
        assert.match(
          reason ?? '',
          new RegExp(`^It cannot be decoded: it is an? ${name} file that ends before its last rows$`),
        );
      }
      // An altered byte may be another colour, and no defect.
      if (what === 'altered' && reason) assert.match(reason, /file whose data are damaged$/);
    }
    assert.ok(damaged.some(({ what }, n) => what === 'altered' && reasons[n]));
  });

  const others: readonly [what: string, bytes: () => Promise<Uint8Array> | Uint8Array, says: string][] = [
    ['no bytes', () => new Uint8Array(), 'it is empty'],
    ['text', () => Buffer.from('This is no image.'), 'it is text, not an image'],
    ['a page', () => Buffer.from('<!doctype html><p>Not found'), 'it is text, not an image'],
    ['an SVG', () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'it is an SVG file'],
    ['a PDF', () => Buffer.from('%PDF-1.4\n'), 'it is a PDF file'],
    ['a BMP', () => Buffer.from('BM\x36\x00\x00\x00\x00\x00'), 'it is a BMP file'],
    ['a PGM', () => Buffer.from('P5\n8 8\n255\n'), 'it is a PNM file'],
    ['a HEIC', () => Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1'), 'it is a HEIC file'],
    ['bytes of nothing', () => Buffer.from([0, 1, 2, 3, 4, 5, 6, 7]), 'it is in no format of images that is known'],
    ['a TIFF of floats', floatTiff, 'it is a TIFF file of float numbers, whose range it does not say'],
  ];
  for (const [what, bytes, says] of others) {
    it(`says of ${what} what it is`, async () => {
      assert.equal(await reasonOf(await bytes()), `It cannot be decoded: ${says}`);
    });
  }

  it('is not asked of a small file that decodes to gigabytes', async () => {
    const bomb = await noise(1).avif().toBuffer();
    // Width and height stand in its box `ispe`, behind four bytes.
    const at = bomb.indexOf('ispe') + 8;
    bomb.writeUInt32BE(12_000, at);
    bomb.writeUInt32BE(12_000, at + 4);
    const before = process.memoryUsage().rss;
    assert.match((await reasonOf(bomb)) ?? '', /AVIF file of 12000 × 12000 pixels, more than the 100 million/);
    assert.ok(process.memoryUsage().rss - before < 200 * 2 ** 20);
  });
});

describe('The memory that images take while they are decoded', () => {
  it('is given in order, as far as there is some, and to one that needs more alone', async () => {
    const memory = new DecodingMemory(100);
    const events: string[] = [];
    const ends: (() => void)[] = [];
    const start = (name: string, bytes: number) =>
      memory.within(bytes, async () => {
        events.push(name);
        await new Promise<void>((end) => ends.push(end));
      });
    const all = [start('a', 10), start('b', 10), start('c', 10), start('large', 60), start('d', 1)];
    const settle = () => new Promise((resolve) => setImmediate(resolve));
    await settle();
    assert.deepEqual(events, ['a', 'b']);
    ends.shift()?.();
    await settle();
    assert.deepEqual(events, ['a', 'b', 'c']);
    for (const end of ends.splice(0)) end();
    await settle();
    assert.deepEqual(events, ['a', 'b', 'c', 'large']);
    ends.shift()?.();
    await settle();
    assert.deepEqual(events, ['a', 'b', 'c', 'large', 'd']);
    ends.shift()?.();
    await Promise.all(all);
    assert.ok(memory.holds(75) && !memory.holds(76));
  });
});
