import assert from 'node:assert/strict';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeModel } from '../../../server/src/onnx/read.js';
import type { EmbeddingModel, Plugin } from '../../../server/src/plugins/declare.js';
import { findPlugin } from '../../../server/src/plugins/registry.js';
import type { Device } from '../../../server/src/protocol/choices.js';
import type { Problem } from '../../../server/src/protocol/errors.js';
import {
  IMMICH,
  IMMICH_BATCHED,
  immichRepository,
  type Repository,
  TEXT_SEED,
  VISION_SEED,
  visionModel,
  writeRepository,
  XENOVA,
  xenovaRepository,
} from '../../support/clip/exports.js';
import { toHalfPrecisionInside } from '../../support/clip/precision.js';
import { textReference, visionReference } from '../../support/clip/reference.js';
import { tinyText, tinyVision } from '../../support/clip/shapes.js';
import { learnVocabulary, tokenizerJson } from '../../support/clip/tokenizer.js';
import { RandomWeights } from '../../support/clip/weights.js';
import { PICTURES } from '../../support/images/pictures.js';
import { temporaryFolder } from '../../support/run-folder.js';

const VOCABULARY = learnVocabulary();
const TOKENIZER = tokenizerJson(VOCABULARY);
const MODELS = { 'clip-vit-b-32': 512, 'clip-vit-l-14': 768, 'clip-vit-h-14': 1024, 'clip-vit-g-14': 1024 };

const shapesOf = (dimension: number) => [tinyVision(dimension), tinyText(dimension, VOCABULARY.ids.size)] as const;

describe('model clip-vit-b-32', () => {
  for (const precision of ['fp32', 'fp16', 'int8']) suiteOf('clip-vit-b-32', precision);
});
describe('model clip-vit-l-14', () => {
  for (const precision of ['fp32', 'fp16', 'int8']) suiteOf('clip-vit-l-14', precision);
});
describe('model clip-vit-h-14', () => suiteOf('clip-vit-h-14', 'fp32'));
describe('model clip-vit-g-14', () => suiteOf('clip-vit-g-14', 'fp32'));

/** Embeddings of images and of words agree with the plain reference; less so with fewer bits. */
function suiteOf(name: keyof typeof MODELS, precision: string): void {
  const folder = temporaryFolder();
  const dimension = MODELS[name];
  const plugin = findPlugin('model', name) as Plugin<'model'>;
  const closeness = { fp32: 1e-5, fp16: 1e-2, int8: 0.1 }[precision] as number;

  it(`embeds images and words in ${precision}, from where it was fetched to`, async () => {
    const [vision, text] = shapesOf(dimension);
    const make = plugin.published?.repository.startsWith('Xenova/') ? xenovaRepository : immichRepository;
    await writeRepository(join(folder(), name), make(vision, text, TOKENIZER));
    const model = await withModelsFolder(folder(), () => loaded(name, { precision }));
    assert.equal(model.dimension, dimension);
    assert.ok(distance(await embedding(model), await expectedOf(dimension)) < closeness);
    assert.ok(distance(await words(model, 'A smiling person'), expectedWords(dimension)) < closeness);
    await model.close();
  });
}

describe('A CLIP model', () => {
  const folder = temporaryFolder();
  const [vision, text] = shapesOf(512);

  const layouts: Record<string, () => Repository> = {
    'one image at a time, of length 1': () => immichRepository(vision, text, TOKENIZER, IMMICH),
    'any number of images, of length 1': () => immichRepository(vision, text, TOKENIZER, IMMICH_BATCHED),
    'half precision inside, floats outside': () => ({
      'vision_model_fp16.onnx': writeModel(toHalfPrecisionInside(visionModel(vision, XENOVA))),
    }),
    'a file and nothing else': () => ({ 'model.onnx': writeModel(visionModel(vision, XENOVA)) }),
  };
  for (const [what, repository] of Object.entries(layouts)) {
    it(`is found in a folder and read for what it is: ${what}`, async () => {
      await writeRepository(folder(), repository());
      const precision = what.startsWith('half') ? 'fp16' : 'fp32';
      const model = await loaded('clip-vit-b-32', { path: folder(), precision });
      assert.ok(distance(await embedding(model), await expectedOf(512)) < (precision === 'fp16' ? 1e-2 : 1e-5));
      await model.close();
    });
  }

  it('gives what the network gives where it is not to normalise', async () => {
    await writeRepository(folder(), xenovaRepository(vision, text, TOKENIZER));
    const model = await loaded('clip-vit-b-32', { path: folder(), normalise: false });
    const length = Math.hypot(...(await embedding(model)));
    assert.ok(Math.abs(length - Math.hypot(...(await rawExpectedOf(512)))) < 1e-3 * length);
    await model.close();
  });

  it('embeds a text the same whether its encoder takes 77 tokens or as many as there are', async () => {
    await writeRepository(join(folder(), 'x'), xenovaRepository(vision, text, TOKENIZER));
    await writeRepository(join(folder(), 'i'), immichRepository(vision, text, TOKENIZER));
    const [free, fixed] = await Promise.all(
      ['x', 'i'].map((name) => loaded('clip-vit-b-32', { path: join(folder(), name) })),
    );
    for (const said of ['', 'a person', 'long '.repeat(200)]) {
      assert.ok(distance(await words(free, said), await words(fixed, said)) < 1e-5, said);
    }
  });

  it('says what it knows without being there', () => {
    const plugin = findPlugin('model', 'clip-vit-l-14') as Plugin<'model'>;
    const facts = plugin.describe?.(plugin.params.parse({}), () => assert.fail('it reads no file'));
    assert.deepEqual(facts, {
      dimension: 768,
      inputSize: 224,
      metric: 'l2',
      normalised: true,
      duplicateCosine: 0.94,
      words: true,
    });
  });

  describe('is refused, with what to do, where', () => {
    it('it was never fetched: the hint is the command, and the remedy the same as data', async () => {
      const { code, hint } = await withModelsFolder(folder(), () => refused('clip-vit-b-32', {}));
      assert.equal(code, 'model-not-fetched');
      assert.equal(hint, 'Fetch it: lookalike models fetch clip-vit-b-32');
      const half = await withModelsFolder(folder(), () => refused('clip-vit-b-32', { precision: 'fp16' }));
      assert.deepEqual(half.remedy, { fetch: { model: 'clip-vit-b-32', precision: 'fp16' } });
      assert.equal(half.hint, 'Fetch it: lookalike models fetch clip-vit-b-32 --precision fp16');
    });

    it('the folder holds no model', async () => {
      assert.equal((await refused('clip-vit-b-32', { path: folder() })).code, 'model-missing');
    });

    it('the file is another model’s', async () => {
      const other = tinyVision(768);
      await writeFile(join(folder(), 'model.onnx'), writeModel(visionModel(other, XENOVA)));
      const { code, message } = await refused('clip-vit-b-32', { path: folder() });
      assert.equal(code, 'model-unfit');
      assert.match(message, /768 .*512/);
    });

    it('the file takes images of another size', async () => {
      await writeFile(join(folder(), 'model.onnx'), writeModel(visionModel({ ...vision, size: 112 }, IMMICH)));
      assert.match((await refused('clip-vit-b-32', { path: folder() })).message, /112 × 112/);
    });

    it('the file is no model', async () => {
      await writeFile(join(folder(), 'model.onnx'), '<!doctype html>');
      assert.equal((await refused('clip-vit-b-32', { path: folder() })).code, 'model-invalid');
    });

    it('its operators are not known here', async () => {
      const model = visionModel(vision, XENOVA);
      (model.graph?.node.at(-1) as { opType: string }).opType = 'FlashAttention9';
      await writeFile(join(folder(), 'model.onnx'), writeModel(model));
      const { code, message, hint } = await refused('clip-vit-b-32', { path: folder() });
      assert.equal(code, 'model-unusable');
      assert.match(message, /FlashAttention9/);
      assert.match(hint ?? '', /operators/, message);
    });

    it('the device is not there', async () => {
      await writeRepository(folder(), xenovaRepository(vision, text, TOKENIZER));
      const absent = process.platform === 'win32' ? 'coreml' : 'dml';
      assert.equal((await refused('clip-vit-b-32', { path: folder() }, absent)).code, 'device-unavailable');
    });

    it('the file with its weights is gone', async () => {
      const repository = immichRepository(vision, text, TOKENIZER);
      await writeRepository(folder(), repository);
      const weights = Object.keys(repository).find((path) => !path.includes('.')) as string;
      await rm(join(folder(), weights));
      assert.equal((await refused('clip-vit-b-32', { path: folder() })).code, 'model-unusable');
    });
  });

  describe('refuses words, with what to do, where', () => {
    async function refusedWords(change: (at: (path: string) => string) => Promise<void>): Promise<Problem> {
      await writeRepository(folder(), xenovaRepository(vision, text, TOKENIZER));
      await change((path) => join(folder(), path));
      const model = await loaded('clip-vit-b-32', { path: folder() });
      const embedded = await model.embedTexts?.(['a person']);
      await model.close();
      assert.ok(embedded && !embedded.ok);
      assert.ok(embedded.problem.hint);
      return embedded.problem;
    }

    it('the text encoder is not there', async () => {
      assert.equal((await refusedWords((at) => rm(at('onnx/text_model.onnx')))).code, 'text-encoder-missing');
    });

    it('the tokenizer is no tokenizer', async () => {
      assert.equal((await refusedWords((at) => writeFile(at('tokenizer.json'), '{}'))).code, 'tokenizer-unfit');
    });

    it('the tokenizer has more tokens than the encoder knows', async () => {
      const larger = tokenizerJson(learnVocabulary(150));
      assert.equal((await refusedWords((at) => writeFile(at('tokenizer.json'), larger))).code, 'model-unusable');
    });

    it('an image encoder stands in its place', async () => {
      const images = (at: (path: string) => string) =>
        rename(at('onnx/vision_model_fp16.onnx'), at('onnx/text_model.onnx'));
      assert.equal((await refusedWords(images)).code, 'model-unfit');
    });
  });
});

async function load(name: string, given: Record<string, unknown>, device?: Device) {
  const plugin = findPlugin('model', name) as Plugin<'model'>;
  return plugin.load(plugin.params.parse(given), { folder: '', threads: 1, device });
}

async function loaded(name: string, given: Record<string, unknown>): Promise<EmbeddingModel> {
  const model = await load(name, given);
  assert.ok(model.ok, JSON.stringify(model));
  return model.value;
}

async function refused(name: string, given: Record<string, unknown>, device?: Device): Promise<Problem> {
  const model = await load(name, given, device);
  assert.ok(!model.ok);
  assert.ok(model.problem.hint);
  return model.problem;
}

async function withModelsFolder<T>(folder: string, work: () => Promise<T>): Promise<T> {
  await mkdir(folder, { recursive: true });
  process.env.LOOKALIKE_MODELS = folder;
  try {
    return await work();
  } finally {
    delete process.env.LOOKALIKE_MODELS;
  }
}

/** Of a portrait, alone and as one of two, which must be the same. */
async function embedding(model: EmbeddingModel): Promise<Float32Array> {
  const prepared = await model.prepare(await PICTURES['a portrait of CelebA’s size']());
  assert.ok(prepared.ok);
  const batch = model.batchSize > 1 ? [prepared.value, prepared.value] : [prepared.value];
  const vectors = (await model.embed(batch)) as Float32Array[];
  assert.ok(distance(vectors[0], vectors[vectors.length - 1]) < 1e-5);
  return vectors[0];
}

async function words(model: EmbeddingModel, said: string): Promise<Float32Array> {
  const embedded = await model.embedTexts?.([said]);
  assert.ok(embedded?.ok, JSON.stringify(embedded));
  return embedded.value[0];
}

async function rawExpectedOf(dimension: number): Promise<number[]> {
  const { preprocess } = await import('../../../server/src/compute/encoder/preprocess.js');
  const scaling = { mean: [0.48145466, 0.4578275, 0.40821073], std: [0.26862954, 0.26130258, 0.27577711] } as const;
  const how = { ...scaling, size: 224, fit: 'crop', channels: 'rgb', layout: 'nchw', inputType: 'float32' } as const;
  const input = await preprocess(await PICTURES['a portrait of CelebA’s size'](), how);
  assert.ok(input.ok);
  return visionReference(input.value, tinyVision(dimension), new RandomWeights(VISION_SEED));
}

const expectedOf = async (dimension: number) => toUnitLength(await rawExpectedOf(dimension));

/** "a smiling person" by hand: its tokens are those that the vocabulary was learnt to have. */
function expectedWords(dimension: number): number[] {
  const symbols = ['<|startoftext|>', 'a</w>', 'smiling</w>', 'person</w>', '<|endoftext|>'];
  const tokens = symbols.map((symbol) => VOCABULARY.ids.get(symbol) as number);
  return toUnitLength(textReference(tokens, tinyText(dimension, VOCABULARY.ids.size), new RandomWeights(TEXT_SEED)));
}

function toUnitLength(vector: number[]): number[] {
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  assert.equal(a.length, b.length);
  return Math.hypot(...Array.from(a, (value, at) => value - b[at]));
}
