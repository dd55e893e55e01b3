import assert from 'node:assert/strict';
import sharp, { type Sharp } from 'sharp';
import { decodeImage, type RgbImage } from '../../../server/src/compute/images/decode.js';

const RED = '#c81e1e';
const BLUE = '#1e1ec8';

function plain(background: string, width = 8, height = 8): Sharp {
  return sharp({ create: { width, height, channels: 3, background } });
}

async function decoded(bytes: Uint8Array, longest = 1000): Promise<RgbImage> {
  const image = await decodeImage(bytes, longest);
  assert.ok(image.ok, JSON.stringify(image));
  assert.equal(image.value.data.length, image.value.width * image.value.height * 3);
  return image.value;
}

function pixel({ data, width }: RgbImage, x: number, y: number): number[] {
  return [...data.subarray(3 * (y * width + x), 3 * (y * width + x) + 3)];
}

function assertNear(actual: readonly number[], expected: readonly number[], within = 3): void {
  assert.ok(
    actual.every((value, n) => Math.abs(value - expected[n]) <= within),
    `${actual} is not ${expected}`,
  );
}

describe('A photograph is decoded to 8-bit RGB', () => {
  for (const format of ['jpeg', 'png', 'webp', 'avif', 'gif', 'tiff'] as const) {
    it(`from ${format}`, async () => {
      assertNear(pixel(await decoded(await plain(RED).toFormat(format).toBuffer()), 3, 3), [200, 30, 30], 6);
    });
  }

  it('from gray, of 8 bits and of 16', async () => {
    const gray = plain('#828282').toColourspace('b-w');
    assertNear(pixel(await decoded(await gray.clone().jpeg().toBuffer()), 3, 3), [130, 130, 130]);
    const deep = sharp(new Uint16Array(64).fill(130 * 257), { raw: { width: 8, height: 8, channels: 1 } });
    const png = await deep.toColourspace('grey16').png().toBuffer();
    assert.equal((await sharp(png).metadata()).depth, 'ushort');
    assertNear(pixel(await decoded(png), 3, 3), [130, 130, 130]);
  });

  it('from colours of 16 bits', async () => {
    const png = await plain(RED).toColourspace('rgb16').png().toBuffer();
    assert.equal((await sharp(png).metadata()).depth, 'ushort');
    assertNear(pixel(await decoded(png), 3, 3), [200, 30, 30]);
  });

  it('with what is transparent on middle gray', async () => {
    const clear = {
      create: { width: 8, height: 8, channels: 4, background: { r: 200, g: 30, b: 30, alpha: 0 } },
    } as const;
    assertNear(pixel(await decoded(await sharp(clear).png().toBuffer()), 3, 3), [128, 128, 128]);
  });

  it('from CMYK', async () => {
    const jpeg = await plain(RED).toColourspace('cmyk').jpeg().toBuffer();
    assert.equal((await sharp(jpeg).metadata()).space, 'cmyk');
    const [red, green, blue] = pixel(await decoded(jpeg), 3, 3);
    assert.ok(red > 150 && green < 90 && blue < 90, `${red}, ${green}, ${blue}`);
  });

  for (const format of ['gif', 'webp'] as const) {
    it(`from the first frame of an animated ${format}`, async () => {
      const frames = await Promise.all([RED, BLUE].map((colour) => plain(colour).png().toBuffer()));
      const animated = await sharp(frames, { join: { animated: true } })
        .toFormat(format)
        .toBuffer();
      assert.equal((await sharp(animated).metadata()).pages, 2);
      const image = await decoded(animated);
      assert.deepEqual([image.width, image.height], [8, 8]);
      assertNear(pixel(image, 3, 3), [200, 30, 30], 12);
    });
  }

  it('upright, as its EXIF orientation says', async () => {
    const left = { input: await plain(BLUE, 8, 16).png().toBuffer(), left: 0, top: 0 };
    const lying = await plain(RED, 32, 16).composite([left]).png().toBuffer();
    const image = await decoded(await sharp(lying).withMetadata({ orientation: 6 }).jpeg({ quality: 100 }).toBuffer());
    assert.deepEqual([image.width, image.height], [16, 32]);
    assertNear(pixel(image, 8, 2), [30, 30, 200], 12);
    assertNear(pixel(image, 8, 29), [200, 30, 30], 12);
  });

  it('of 100 megapixels, shrunk while it is decoded', async () => {
    const large = await plain(RED, 10_000, 10_000).jpeg().toBuffer();
    const image = await decoded(large);
    assert.deepEqual([image.width, image.height], [1000, 1000]);
    assertNear(pixel(image, 500, 500), [200, 30, 30], 6);
  });
});

describe('Bytes are refused with what to do', () => {
  async function assertRefused(bytes: Uint8Array): Promise<void> {
    const image = await decodeImage(bytes, 1000);
    assert.ok(!image.ok, 'it is taken for an image');
    assert.equal(image.problem.code, 'image-unreadable');
    assert.ok(image.problem.hint);
  }

  it('that are none, or text', async () => {
    await assertRefused(new Uint8Array(0));
    await assertRefused(Buffer.from('This is no image.'));
  });

  it('that are a program in an image’s clothes', async () => {
    await assertRefused(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"/>'));
    await assertRefused(Buffer.from('%PDF-1.4\n'));
  });

  for (const format of ['jpeg', 'png', 'webp', 'gif'] as const) {
    it(`that are half of a ${format}`, async () => {
      const noise = {
        create: {
          width: 200,
          height: 200,
          channels: 3,
          background: RED,
          noise: { type: 'gaussian', mean: 128, sigma: 60 },
        },
      } as const;
      const bytes = await sharp(noise).toFormat(format).toBuffer();
      await assertRefused(bytes.subarray(0, bytes.length / 2));
    });
  }

  it('that claim more pixels than a camera has', async () => {
    const png = await plain(RED).png().toBuffer();
    png.writeUInt32BE(60_000, 16);
    png.writeUInt32BE(60_000, 20);
    await assertRefused(png);
  });
});
