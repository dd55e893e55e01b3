import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import sharp from 'sharp';
import { FaceThreads } from '../../../server/src/compute/faces/face-threads.js';
import { DESCRIPTOR_LENGTH } from '../../../server/src/compute/faces/graphs/recognition.js';
import { DEFAULT_LOCATOR } from '../../../server/src/compute/faces/locator.js';
import { FaceRecogniser, recognitionModel } from '../../../server/src/compute/faces/recogniser.js';
import { SyntheticDataset } from '../../../server/src/compute/portraits/dataset.js';
import { type FaceApi, loadFaceApi } from '../../support/face-api.js';
import { randomVectors } from '../../support/random-vectors.js';
import { temporaryFolder } from '../../support/run-folder.js';

const SIDE = 150;
const work = { signal: new AbortController().signal, progress: () => undefined };

describe('model face-recognition', () => {
  const folder = temporaryFolder();
  let peer: FaceApi;
  before(async () => {
    peer = await loadFaceApi();
  });

  /** RGB, row by row, as sharp and the peer have it. */
  async function descriptorOf(chip: Uint8Array): Promise<Float32Array> {
    const network = await InferenceSession.create(await recognitionModel(folder()), { logSeverityLevel: 3 });
    const planes = new Float32Array(chip.length);
    for (let at = 0; at < chip.length; at++) planes[(at % 3) * SIDE * SIDE + Math.floor(at / 3)] = chip[at];
    const { descriptor } = await network.run({ chip: new Tensor('float32', planes, [1, 3, SIDE, SIDE]) });
    await network.release();
    return descriptor.data as Float32Array;
  }

  async function assertSameAsPeer(chip: Uint8Array): Promise<void> {
    const own = await descriptorOf(chip);
    const expected = await peer.descriptorOf(chip);
    assert.equal(own.length, DESCRIPTOR_LENGTH);
    const largest = Math.max(...own.map((value, n) => Math.abs(value - expected[n])));
    assert.ok(largest <= 1e-4, `they differ by ${largest}`);
    assert.ok(Math.hypot(...expected) > 0.5, 'the peer computes something');
  }

  it('gives the vector of face-api’s own network to 1e-4 on portraits', async () => {
    const drawn = await new SyntheticDataset({ identities: 2, images: 2, seed: 5, size: SIDE }).list({
      ...work,
      folder: folder(),
    });
    assert.ok(drawn.ok);
    for (const { file } of drawn.value.images) await assertSameAsPeer(await sharp(file).removeAlpha().raw().toBuffer());
  });

  it('and on noise, black and white', async () => {
    const noise = randomVectors(SIDE * SIDE, 3, 6).data;
    await assertSameAsPeer(Uint8Array.from(noise, (value) => 127.5 + 127.5 * value));
    await assertSameAsPeer(new Uint8Array(noise.length));
    await assertSameAsPeer(new Uint8Array(noise.length).fill(255));
  });

  it('gives the same in threads of its own, to the bit, also of a batch without a face', async () => {
    const drawn = await new SyntheticDataset({ identities: 3, images: 1, seed: 5, size: 256 }).list({
      ...work,
      folder: folder(),
    });
    assert.ok(drawn.ok);
    const options = { ...DEFAULT_LOCATOR, align: 'dlib', mirror: false } as const;
    const model = await FaceRecogniser.load(options, folder(), 2);
    const threads = model.inThreads();
    assert.ok(threads && model.embedFaces);
    const blank = await sharp({ create: { width: 256, height: 256, channels: 3, background: '#808080' } })
      .png()
      .toBuffer();
    const files = await Promise.all(drawn.value.images.map(({ file }) => readFile(file)));
    const prepared = await Promise.all(
      [blank, ...files].map(async (bytes) => {
        const decoded = await model.prepare(bytes);
        assert.ok(decoded.ok);
        return decoded.value;
      }),
    );
    const batches = [prepared.slice(0, 3), prepared.slice(3), prepared.slice(0, 1)];
    const given = await Promise.all(batches.map((batch) => threads.embedFaces(batch)));
    for (const [n, batch] of batches.entries()) assert.deepEqual(given[n], await model.embedFaces(batch));
    assert.deepEqual(
      given.map((faces) => faces.map(({ length }) => length)),
      [[0, 1, 1], [1], [0]],
    );
    await model.close();
  });

  it('fails where its threads could not begin, for whoever asks later, too', async () => {
    const options = { ...DEFAULT_LOCATOR, align: 'dlib', mirror: false } as const;
    const threads = new FaceThreads(1, { options, folder: '/dev/null/graphs' });
    for (let n = 0; n < 2; n++) await assert.rejects(threads.embedFaces([]), { code: 'ENOTDIR', message: /ENOTDIR/ });
    await threads.close();
  });

  describe('of images that are faces already', () => {
    const cropped = { ...DEFAULT_LOCATOR, align: 'cropped', mirror: false } as const;

    async function embedded(png: Uint8Array): Promise<Float32Array> {
      const recogniser = await FaceRecogniser.load(cropped, folder(), 1);
      const prepared = await recogniser.prepare(png);
      assert.ok(prepared.ok);
      const [vector] = await recogniser.embed([prepared.value]);
      await recogniser.close();
      assert.ok(vector);
      return vector;
    }

    it('shows the network the image, whether a detector would find a face in it or not', async () => {
      const noise = Uint8Array.from(randomVectors(SIDE * SIDE, 3, 8).data, (value) => 127.5 + 127.5 * value);
      const png = await sharp(noise, { raw: { width: SIDE, height: SIDE, channels: 3 } })
        .png()
        .toBuffer();
      assert.deepEqual(await embedded(png), await descriptorOf(noise));
    });

    it('takes the middle square of one that is wider than high', async () => {
      const square = await sharp({ create: { width: 300, height: 300, channels: 3, background: '#a08070' } })
        .composite([
          { input: { create: { width: 60, height: 90, channels: 3, background: '#203040' } }, left: 70, top: 90 },
        ])
        .png()
        .toBuffer();
      const wide = await sharp(square).extend({ left: 80, right: 80, background: '#00ff00' }).png().toBuffer();
      assert.deepEqual(await embedded(wide), await embedded(square));
    });
  });
});
