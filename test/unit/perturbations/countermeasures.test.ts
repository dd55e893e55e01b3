import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import type { Countermeasure } from '../../../server/src/plugins/declare.js';
import { loadPlugin } from '../../../server/src/runner/context.js';
import { CacheFolders } from '../../../server/src/store/home.js';
import { perturb, pngOf } from '../../support/attacks.js';
import { pythonHas, runPython } from '../../support/peer-python.js';
import { purifier } from '../../support/purifiers.js';
import { randomVectors } from '../../support/random-vectors.js';
import { temporaryFolder } from '../../support/run-folder.js';
import { diagnose, EXPERIMENT, plugins, read } from '../../support/spec-text.js';

const [WIDTH, HEIGHT] = [37, 29];

describe('The countermeasure', () => {
  const folder = temporaryFolder();
  let file: string;
  let before: Uint8Array;

  beforeEach(async () => {
    before = smooth();
    file = join(folder(), 'photograph.png');
    await sharp(before, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } })
      .png()
      .toFile(file);
  });

  async function pixelsBy(written: string): Promise<Uint8Array> {
    const { data, info } = await sharp(await only(await open(written, folder())))
      .raw()
      .toBuffer({ resolveWithObject: true });
    assert.deepEqual([info.width, info.height, info.channels], [WIDTH, HEIGHT, 3]);
    return data;
  }

  async function only(countermeasure: Countermeasure): Promise<Uint8Array> {
    const [made] = await perturb(countermeasure, [file]);
    await countermeasure.close();
    return pngOf(made ?? assert.fail());
  }

  describe('countermeasure jpeg', () => {
    it('is what libjpeg makes of a photograph at that quality, as Pillow has it', async function () {
      if (!pythonHas('PIL')) this.skip();
      for (const quality of [30, 75, 95]) {
        const expected = pillow(
          folder(),
          `im.save(buf, 'JPEG', quality=${quality}, subsampling=2); im = Image.open(buf)`,
        );
        assert.ok(
          (await pixelsBy(`{use: jpeg, quality: ${quality}}`)).every((value, n) => near(value, expected[n], 3)),
        );
      }
    });

    it('gives the same bytes each time, and loses less at a higher quality', async () => {
      const again = await Promise.all([75, 75, 95].map((quality) => pixelsBy(`{use: jpeg, quality: ${quality}}`)));
      assert.deepEqual(again[0], again[1]);
      assert.ok(distance(again[2] ?? before, before) < distance(again[0] ?? before, before));
    });
  });

  describe('countermeasure resize', () => {
    it('is a bicubic, antialiased copy and back, byte for byte as Pillow has it', async function () {
      if (!pythonHas('PIL')) this.skip();
      for (const [scale, width, height] of [
        [0.5, 19, 15],
        [0.8, 30, 23],
      ]) {
        const there = `im.resize((${width}, ${height}), Image.BICUBIC)`;
        const expected = pillow(folder(), `im = ${there}.resize((${WIDTH}, ${HEIGHT}), Image.BICUBIC)`);
        assert.deepEqual(Buffer.from(await pixelsBy(`{use: resize, scale: ${scale}}`)), expected);
      }
    });

    it('leaves one pixel a side at the least', async () => {
      const made = await pixelsBy('{use: resize, scale: 0.001}');
      assert.ok(made.every((value, n) => near(value, made[n % 3], 1)));
    });
  });

  describe('countermeasure blur', () => {
    it('is a convolution with a Gaussian, the edge going on as it ends', async () => {
      for (const sigma of [0.6, 1, 2.5]) {
        const expected = convolved(before, sigma);
        const made = await pixelsBy(`{use: blur, sigma: ${sigma}}`);
        assert.ok(
          made.every((value, n) => near(value, expected[n], 1.5)),
          `${sigma}`,
        );
      }
    });
  });

  describe('countermeasure median', () => {
    it('is the median of each channel in a square, the edge going on as it ends', async () => {
      for (const size of [3, 5]) {
        assert.deepEqual(Array.from(await pixelsBy(`{use: median, size: ${size}}`)), medians(before, size));
      }
    });

    it('has a pixel in the middle', async () => {
      const [refused] = await diagnose(`${BASE}countermeasures: {soft: {use: median, size: 4}}\n`);
      assert.match(refused?.message ?? '', /must be odd/);
    });
  });

  describe('countermeasure onnx', () => {
    it('scales what goes in and, the other way round, what comes out, in either order of colours', async () => {
      const scale = [0.5, 1, 0.25];
      await writeFile(join(folder(), 'net.onnx'), purifier({ scale }));
      const how = 'mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5]';
      for (const channels of ['rgb', 'bgr']) {
        const made = await pixelsBy(`{use: onnx, file: ${folder()}/net.onnx, channels: ${channels}, ${how}}`);
        const by = channels === 'rgb' ? scale : [...scale].reverse();
        assert.ok(made.every((value, n) => near(value, 127.5 + (before[n] - 127.5) * by[n % 3], 0.51)));
      }
    });

    it('is refused while typing where what it gives has another size than what it takes, or is no image', async () => {
      const cases = [
        [purifier({ size: 16, given: 32 }), /takes 16 × 16 pixels and gives 32 × 32 pixels/],
        [Buffer.from('nothing'), /no model|cannot be read|ONNX/],
      ] as const;
      for (const [bytes, message] of cases) {
        await writeFile(join(folder(), 'net.onnx'), bytes);
        const found = await diagnose(`${BASE}countermeasures: {pure: {use: onnx, file: ${folder()}/net.onnx}}\n`);
        assert.deepEqual(
          found.map(({ code, path }) => [code, path]),
          [['files-unfit', ['countermeasures', 'pure', 'file']]],
        );
        assert.match(found[0]?.message ?? '', message);
      }
    });
  });

  describe('countermeasure command', () => {
    it('takes what an outside tool writes, each photograph at its own size', async () => {
      const script = `const fs = require('node:fs'); const [i, o] = process.argv.slice(1); for (const n of fs.readdirSync(i)) fs.copyFileSync(i + '/' + n, o + '/' + n.replace('.png', '_purified.png'))`;
      const words = JSON.stringify([process.execPath, '-e', script, '{input}', '{output}']);
      assert.deepEqual(Array.from(await pixelsBy(`{use: command, run: ${words}}`)), Array.from(before));
    });
  });
});

const BASE = 'dataset: synthetic\nembed: {models: [face-recognition]}\n';

async function open(written: string, folder: string): Promise<Countermeasure> {
  const { spec, diagnostics } = read(`${BASE}countermeasures: {it: ${written}}\n`);
  const use = spec?.countermeasures?.[0] ?? assert.fail(`${EXPERIMENT}: ${JSON.stringify(diagnostics)}`);
  return loadPlugin({ plugins, cache: new CacheFolders(folder), threads: 1, device: 'cpu' }, 'countermeasure', use);
}

/** Slopes and a little noise: a picture that filters change without making nothing of it. */
function smooth(): Uint8Array {
  const noise = randomVectors(WIDTH * HEIGHT, 3, 5).data;
  return Uint8Array.from(noise, (value, n) => {
    const [x, y] = [Math.floor(n / 3) % WIDTH, Math.floor(n / 3 / WIDTH)];
    return Math.max(0, Math.min(255, 128 + 60 * Math.sin((x + 7 * (n % 3)) / 5) + 40 * Math.cos(y / 4) + 6 * value));
  });
}

function valueAt(image: Uint8Array, x: number, y: number, channel: number): number {
  const [inX, inY] = [Math.max(0, Math.min(WIDTH - 1, x)), Math.max(0, Math.min(HEIGHT - 1, y))];
  return image[3 * (inY * WIDTH + inX) + channel] ?? assert.fail();
}

function convolved(image: Uint8Array, sigma: number): number[] {
  const reach = Math.ceil(6 * sigma);
  const steps = Array.from({ length: 2 * reach + 1 }, (_, n) => n - reach);
  const weights = steps.map((step) => Math.exp(-(step ** 2) / (2 * sigma ** 2)));
  const total = weights.reduce((sum, weight) => sum + weight);
  return Array.from(image, (_, n) => {
    const [x, y] = [Math.floor(n / 3) % WIDTH, Math.floor(n / 3 / WIDTH)];
    let sum = 0;
    for (const [a, dy] of steps.entries()) {
      for (const [b, dx] of steps.entries()) {
        sum += (weights[a] ?? 0) * (weights[b] ?? 0) * valueAt(image, x + dx, y + dy, n % 3);
      }
    }
    return sum / total ** 2;
  });
}

function medians(image: Uint8Array, size: number): number[] {
  const steps = Array.from({ length: size }, (_, n) => n - (size - 1) / 2);
  return Array.from(image, (_, n) => {
    const [x, y] = [Math.floor(n / 3) % WIDTH, Math.floor(n / 3 / WIDTH)];
    const around = steps.flatMap((dy) => steps.map((dx) => valueAt(image, x + dx, y + dy, n % 3)));
    return around.sort((a, b) => a - b)[(size ** 2 - 1) / 2] ?? assert.fail();
  });
}

/** What Pillow makes of the photograph by a line of Python, as RGB values. */
function pillow(folder: string, line: string): Uint8Array {
  const script = `import io, sys
from PIL import Image
im = Image.open('${folder}/photograph.png').convert('RGB')
buf = io.BytesIO()
${line}
sys.stdout.buffer.write(im.convert('RGB').tobytes())`;
  return runPython('-c', script);
}

function near(a: number, b: number | undefined, tolerance: number): boolean {
  return b !== undefined && Math.abs(a - b) <= tolerance;
}

function distance(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((sum, value, n) => sum + Math.abs(value - (b[n] ?? 0)), 0);
}
