import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { preprocess } from '../../../server/src/compute/encoder/preprocess.js';
import type { RgbImage } from '../../../server/src/compute/images/decode.js';
import { PICTURES, type Picture } from '../../support/images/pictures.js';
import { clipReference, pilBicubic } from '../../support/images/pil-resample.js';
import { pythonHas, runPython } from '../../support/peer-python.js';
import { temporaryFolder } from '../../support/run-folder.js';

const SIZE = 224;
const PIL_SCRIPT = fileURLToPath(new URL('../../support/images/pil_preprocess.py', import.meta.url));

describe('The preprocessing of image encoders', () => {
  const folder = temporaryFolder();

  /** 8-bit values, as the network would see them if nothing were subtracted. */
  async function prepared(bytes: Uint8Array, fit: 'crop' | 'stretch' = 'crop'): Promise<number[]> {
    const plain = { inputType: 'float32', mean: [0, 0, 0], std: [1, 1, 1], channels: 'rgb', layout: 'nhwc' } as const;
    const input = await preprocess(bytes, { size: SIZE, fit, ...plain });
    assert.ok(input.ok);
    return Array.from(input.value, (value) => value * 255);
  }

  for (const [what, picture] of Object.entries(PICTURES)) {
    it(`gives Pillow's pixels for ${what}`, async () => {
      const bytes = await picture();
      assertSame(await prepared(bytes), clipReference(await decoded(bytes), SIZE).data);
    });
  }

  it('squeezes all of a photograph in where it is told to', async () => {
    const bytes = await PICTURES['a wide one']();
    assertSame(await prepared(bytes, 'stretch'), pilBicubic(await decoded(bytes), SIZE, SIZE).data);
  });

  it('turns a photograph upright first', async () => {
    const upright = await PICTURES['noise that is shrunk']();
    const lying = await sharp(upright).rotate(90).withMetadata({ orientation: 8 }).png().toBuffer();
    assertSame(await prepared(lying), clipReference(await decoded(upright), SIZE).data);
  });

  it('is that of Pillow itself, decoding included, where that is installed', async function () {
    if (!pythonHas('PIL')) this.skip();
    for (const picture of Object.values(PICTURES)) assertSame(await prepared(await picture()), await byPillow(picture));
  });

  async function byPillow(picture: Picture): Promise<Uint8Array> {
    const [file, pixels] = ['picture', 'pixels'].map((name) => join(folder(), name));
    await writeFile(file, await picture());
    runPython(PIL_SCRIPT, file, pixels);
    return readFile(pixels);
  }
});

async function decoded(bytes: Uint8Array): Promise<RgbImage> {
  const { data, info } = await sharp(bytes)
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

/** To a hundredth of a step of 8 bits: what float32 keeps of a value. */
function assertSame(actual: readonly number[], expected: Uint8Array): void {
  assert.equal(actual.length, expected.length);
  const furthest = actual.reduce((most, value, at) => Math.max(most, Math.abs(value - expected[at])), 0);
  assert.ok(furthest < 0.01, `a pixel is off by ${furthest} of 255`);
}
