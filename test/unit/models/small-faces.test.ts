import assert from 'node:assert/strict';
import { readFile, rm } from 'node:fs/promises';
import sharp from 'sharp';
import { cutScale, DEFAULT_LOCATOR, FaceLocator, inPhotograph } from '../../../server/src/compute/faces/locator.js';
import { FaceRecogniser } from '../../../server/src/compute/faces/recogniser.js';
import { Random } from '../../../server/src/compute/random.js';
import { drawPortraits } from '../../support/attacks.js';
import { FULL } from '../../support/full.js';
import { newWorkspace } from '../../support/workspace.js';

const PORTRAIT = 300;
const PEOPLE = FULL ? 20 : 4;
const CANVASES = FULL ? [1100, 1500, 2048, 3000, 4000, 6000] : [1500, 2600, 4000];
/** What two photographs of one drawn person are apart is 0.3 and more, of two persons 0.5 and more. */
const NEARLY_THE_SAME = 0.2;

describe('faces that are small in large photographs', () => {
  let folder: string;
  let portraits: Buffer[];
  let alone: Float32Array[];
  let recogniser: FaceRecogniser;

  before(async function () {
    this.timeout(600e3);
    folder = await newWorkspace();
    portraits = await Promise.all((await drawPortraits(folder, PEOPLE, PORTRAIT)).map((file) => readFile(file)));
    recogniser = await load(DEFAULT_LOCATOR.maxSide);
    const embedded = [];
    for (const portrait of portraits) embedded.push(await embed(portrait));
    assert.ok(embedded.every((one) => one !== null));
    alone = embedded;
  });
  after(async () => {
    await recogniser.close();
    await rm(folder, { recursive: true, force: true });
  });

  const load = (maxSide: number) =>
    FaceRecogniser.load({ ...DEFAULT_LOCATOR, maxSide, align: 'dlib', mirror: false }, folder, 1);

  async function embed(photograph: Buffer, by = recogniser): Promise<Float32Array | null> {
    const prepared = await by.prepare(photograph);
    assert.ok(prepared.ok);
    return (await by.embed([prepared.value]))[0];
  }

  /** A plain photograph of 4:3, with a portrait somewhere in it. */
  async function pasted(n: number, width: number, orientation = 1) {
    const random = new Random(14, n, width);
    const height = (3 * width) / 4;
    const left = Math.round(random.between(0, width - PORTRAIT));
    const top = Math.round(random.between(0, height - PORTRAIT));
    const photograph = await sharp({ create: { width, height, channels: 3, background: '#8899aa' } })
      .composite([{ input: portraits[n], left, top }])
      .withMetadata({ orientation })
      .jpeg({ quality: 95 })
      .toBuffer();
    return { photograph, left, top };
  }

  const distance = (a: Float32Array, b: Float32Array) => Math.hypot(...a.map((value, n) => value - b[n]));

  for (const width of CANVASES) {
    it(`are embedded in ${width} × ${(3 * width) / 4} pixels as their portraits are`, async function () {
      this.timeout(600e3);
      for (const [n, own] of alone.entries()) {
        const embedded = await embed((await pasted(n, width)).photograph);
        assert.ok(embedded, `Portrait ${n} is found`);
        const apart = distance(embedded, own);
        assert.ok(apart < NEARLY_THE_SAME, `Portrait ${n} is ${apart} from itself`);
      }
    });
  }

  it('are found where they are, in the pixels of the upright photograph', async function () {
    this.timeout(600e3);
    const locator = await FaceLocator.load(DEFAULT_LOCATOR, folder, 1);
    for (const [n, portrait] of portraits.entries()) {
      const { photograph, left, top } = await pasted(n, 2600);
      const [small, large] = await Promise.all([portrait, photograph].map((bytes) => locator.decode(bytes)));
      assert.ok(small.ok && large.ok);
      const [expected, found] = (await locator.locate([small.value, large.value])).map((face) => {
        assert.ok(face);
        return inPhotograph(face);
      });
      for (const [at, { x, y }] of found.landmarks.entries()) {
        const off = Math.hypot(x - left - expected.landmarks[at].x, y - top - expected.landmarks[at].y);
        assert.ok(off < 12, `Landmark ${at} of portrait ${n} is off by ${off} pixels`);
      }
      assert.ok(Math.abs(found.box.left - left - expected.box.left) < 25);
    }
    await locator.close();
  });

  it('are cut out upright where the photograph lies on its side', async function () {
    this.timeout(600e3);
    const { photograph } = await pasted(0, 2600);
    const onItsSide = await sharp(photograph)
      .rotate(270)
      .withMetadata({ orientation: 6 })
      .jpeg({ quality: 95 })
      .toBuffer();
    const [upright, turned] = [await embed(photograph), await embed(onItsSide)];
    assert.ok(upright && turned);
    assert.ok(distance(upright, turned) < 0.1, `They are ${distance(upright, turned)} apart`);
  });

  it('are not looked for in tiles where `maxSide` says so', async function () {
    this.timeout(600e3);
    const whole = await load(512);
    assert.equal(await embed((await pasted(0, 6000)).photograph, whole), null);
    await whole.close();
  });

  it('are cut from as many pixels as they have, up to twice what the smallest may have', () => {
    const square = (side: number) => ({ left: 0, top: 0, right: side, bottom: side });
    const photograph = { width: 4096, height: 3000 };
    assert.equal(cutScale({ width: 800, height: 600 }, square(20)), 1, 'A photograph that is not shrunk');
    assert.equal(cutScale(photograph, square(400)), 1 / 4, 'A face of 100 pixels in what is looked at');
    assert.equal(cutScale(photograph, square(396)), 200 / 396);
    assert.equal(cutScale(photograph, square(100)), 1);
  });
});
