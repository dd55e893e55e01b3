import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { arcFaceTransform } from '../../../server/src/compute/faces/arcface.js';
import { invert, type Point, type Similarity } from '../../../server/src/compute/faces/geometry.js';
import { DEFAULT_LOCATOR, FaceLocator } from '../../../server/src/compute/faces/locator.js';
import { chipInRegion, regionOf } from '../../../server/src/compute/perturbations/region/region.js';
import { chipOf } from '../../../server/src/compute/perturbations/surrogate-chip.js';
import { rawFeaturesOf } from '../../../server/src/compute/perturbations/surrogates.js';
import { Term } from '../../../server/src/onnx/term.js';
import type { Surrogate } from '../../../server/src/plugins/declare.js';
import { onnx } from '../../../server/src/plugins/models/onnx.js';
import { pluginKey } from '../../../server/src/runner/model-key.js';
import { FileTable } from '../../../server/src/store/cache/file-table.js';
import { drawPortraits, openPerturbation, perturb, pngOf } from '../../support/attacks.js';
import { assertGradientsAgree } from '../../support/onnx/gradient-check.js';
import { RunningModel } from '../../support/onnx/run-model.js';
import { tinyEncoder } from '../../support/small-experiment.js';
import { plugins } from '../../support/spec-text.js';

const SIDE = 16;
/** insightface's `arcface_dst`: eyes, nose, corners of the mouth in 112 × 112 pixels. */
const ARCFACE = [
  { x: 38.2946, y: 51.6963 },
  { x: 73.5318, y: 51.5014 },
  { x: 56.0252, y: 71.7366 },
  { x: 41.5493, y: 92.3655 },
  { x: 70.7299, y: 92.2041 },
];

/** A turn by so many degrees, a scale and a shift. */
function similarity(degrees: number, scale: number, tx: number, ty: number): Similarity {
  const angle = (degrees / 180) * Math.PI;
  return { a: scale * Math.cos(angle), b: scale * Math.sin(angle), tx, ty };
}

function moved({ a, b, tx, ty }: Similarity, { x, y }: Point): Point {
  return { x: a * x - b * y + tx, y: b * x + a * y + ty };
}

/** 68 landmarks of a face that lies in the photograph as the template, moved by `to`, says; the eyes are circles. */
function landmarksAt(to: Similarity): Point[] {
  const [left, right, nose, ...mouth] = ARCFACE;
  const around = ({ x, y }: Point) =>
    Array.from({ length: 6 }, (_, n) => ({
      x: x + 4 * Math.cos((n * Math.PI) / 3),
      y: y + 4 * Math.sin((n * Math.PI) / 3),
    }));
  const landmarks = Array.from({ length: 68 }, () => ({ x: -1000, y: 1000 }));
  landmarks.splice(36, 12, ...around(left), ...around(right));
  [landmarks[30], landmarks[48], landmarks[54]] = [nose, ...mouth];
  return landmarks.map((point) => moved(to, point));
}

describe('ArcFace’s alignment', () => {
  for (const size of [112, 128, 16]) {
    it(`takes a face of any size and turn exactly to the template, in ${size} pixels`, () => {
      for (const to of [similarity(0, 1, 0, 0), similarity(30, 0.4, 7, -5), similarity(-170, 6, 900, 400)]) {
        const toSquare = invert(arcFaceTransform(landmarksAt(to), size));
        for (const point of ARCFACE) {
          const { x, y } = moved(toSquare, moved(to, point));
          assert.ok(Math.hypot(x - (point.x * size) / 112, y - (point.y * size) / 112) < 1e-9);
        }
      }
    });
  }
});

describe('model onnx with align: arcface', () => {
  let folder: string;
  let portrait: Buffer;
  const file = () => join(folder, 'tiny.onnx');
  const context = () => ({ folder, threads: 1 });
  const paramsOf = (align?: string) => onnx.params.parse({ file: file(), align, mean: [0.5, 0.5, 0.5] });

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lookalike-aligned-'));
    await writeFile(file(), tinyEncoder());
    // The landmarks of the second are found alike upright and turned; those of the first are less sure.
    [, portrait] = await Promise.all((await drawPortraits(folder, 2, 160)).map((path) => readFile(path)));
  });

  after(() => rm(folder, { recursive: true }));

  async function embed(images: readonly Buffer[], align?: string): Promise<(Float32Array | null)[]> {
    const model = await onnx.load(paramsOf(align), context());
    assert.ok(model.ok);
    const prepared = [];
    for (const image of images) prepared.push(await model.value.prepare(image));
    const vectors = await model.value.embed(prepared.map((one) => (one.ok ? one.value : assert.fail())));
    await model.value.close();
    return vectors;
  }

  async function surrogate(): Promise<Surrogate> {
    const opened = await onnx.surrogate?.(paramsOf('arcface'), context());
    assert.ok(opened?.ok);
    return opened.value;
  }

  const distance = (a: ArrayLike<number> | null, b: ArrayLike<number> | null) =>
    Math.hypot(...Array.from(a as Float32Array, (value, n) => value - (b as Float32Array)[n]));

  it('embeds a face that is turned by 30° as it embeds it upright, which without it is another', async () => {
    const turned = await sharp(portrait).rotate(30, { background: '#888' }).png().toBuffer();
    const [upright, same] = await embed([portrait, turned], 'arcface');
    const [plain, other] = await embed([portrait, turned]);
    assert.ok(distance(upright, same) < 0.2, `aligned, they are ${distance(upright, same)} apart`);
    assert.ok(distance(plain, other) > 0.6, `not aligned, they are ${distance(plain, other)} apart`);
  });

  it('has no embedding of an image without a face, beside others that have', async () => {
    const plain = await sharp({ create: { width: 90, height: 90, channels: 3, background: '#558' } })
      .png()
      .toBuffer();
    const [none, some] = await embed([plain, portrait], 'arcface');
    const [alone] = await embed([plain], 'arcface');
    assert.deepEqual([none, some?.length, alone], [null, 8, null]);
  });

  it('counts in the cache’s key of the model, which is what it was where it is not given', async () => {
    const files = await FileTable.open(join(folder, 'files.jsonl'));
    const keyBy = (params: object) => pluginKey({ plugins, files }, 'model', { use: 'onnx', params: { ...params } });
    const before = { file: file(), fit: 'crop', mean: [0, 0, 0], std: [1, 1, 1], channels: 'rgb', normalise: true };
    const [without, aligned] = [{}, { align: 'arcface' }].map((given) => onnx.params.parse({ file: file(), ...given }));
    assert.equal(await keyBy(without), await keyBy(before));
    assert.notEqual(await keyBy(aligned), await keyBy(before));
  });

  it('sees as a surrogate what it embeds', async () => {
    const locator = await FaceLocator.load(DEFAULT_LOCATOR, folder, 1);
    const decoded = await locator.decode(portrait);
    assert.ok(decoded.ok);
    const [face] = await locator.locate([decoded.value]);
    assert.ok(face);
    await locator.close();
    const { network, place } = await surrogate();
    const data = chipOf(face.image, place({ ...face, width: 160, height: 160 }), SIDE);
    const model = await RunningModel.open(network, 'float32');
    const { features } = await model.run({ chip: { data: Float64Array.from(data), shape: [1, 3, SIDE, SIDE] } });
    const length = Math.hypot(...features.data);
    const [embedded] = await embed([portrait], 'arcface');
    // The model rounds its pixels to bytes.
    assert.ok(
      distance(
        embedded,
        features.data.map((value) => value / length),
      ) < 0.01,
    );
  });

  it('has, as a surrogate, the gradient of its finite differences in the photograph’s pixels', async () => {
    const attacked = await surrogate();
    const image = { data: new Uint8Array(3 * 40 * 40), width: 40, height: 40 };
    const box = { left: 5, top: 5, right: 35, bottom: 35 };
    const face = { width: 40, height: 40, box, landmarks: landmarksAt(similarity(30, 0.2, 14, 4)) };
    const region = regionOf({ image, face, hash: '' }, [attacked]);
    const { by, grid } = chipInRegion(region, attacked.place(face), SIDE);
    assert.equal(by, 1);
    await assertGradientsAgree({
      inputs: { region: [1, 3, region.pixels.height, region.pixels.width] },
      formula: (g, inputs) => {
        const pixels = new Term(g, inputs.region, 'float32').mul(255);
        const positions = new Term(g, g.constant(grid, [1, SIDE, SIDE, 2]), 'float32');
        return rawFeaturesOf(attacked, pixels.apply('GridSample', [positions])).name;
      },
      type: 'float32',
      step: 1,
    });
  });

  for (const attack of ['{use: lowkey, steps: 30, weight: 0.001', '{use: fawkes']) {
    it(`is followed by ${attack}}`, async () => {
      const path = join(folder, 'portrait.png');
      await writeFile(path, portrait);
      const perturbation = await openPerturbation(
        `${attack}, surrogates: [{use: onnx, file: ${file()}, align: arcface}]}`,
        folder,
      );
      const [made] = await perturb(perturbation, [path]);
      await perturbation.close();
      assert.equal(made.kind, 'perturbed');
      const [before, after] = await embed([portrait, Buffer.from(pngOf(made))], 'arcface');
      assert.ok(distance(before, after) > 0.01, `it moved by ${distance(before, after)}`);
    });
  }
});
