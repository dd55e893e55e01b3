import assert from 'node:assert/strict';
import { readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { create, toBinary } from '@bufbuild/protobuf';
import sharp from 'sharp';
import { type ElementType, GraphBuilder } from '../../../server/src/onnx/build.js';
import {
  TensorProto_DataLocation as DataLocation,
  ModelProtoSchema,
  StringStringEntryProtoSchema,
  type TensorProto,
  TensorProtoSchema,
} from '../../../server/src/onnx/onnx_pb.js';
import { filesOnDisk } from '../../../server/src/plugins/files.js';
import { readModelHeader } from '../../../server/src/plugins/model-header.js';
import { onnx } from '../../../server/src/plugins/models/onnx.js';
import { temporaryFolder } from '../../support/run-folder.js';

const SIDE = 8;

describe('model onnx', () => {
  const folder = temporaryFolder();
  const file = () => join(folder(), 'mean-colour.onnx');

  interface Shape {
    readonly layout?: 'nchw' | 'nhwc';
    readonly batch?: number | string;
    readonly side?: number | string;
    readonly type?: ElementType;
  }

  /** An encoder whose embedding is the mean of each colour, as the network sees it. */
  function meanColour({ layout = 'nchw', batch = 'batch', side = SIDE, type = 'float32' }: Shape = {}): GraphBuilder {
    const graph = new GraphBuilder('mean-colour');
    const shape = layout === 'nchw' ? [batch, 3, side, side] : [batch, side, side, 3];
    const image = graph.input('image', type, shape);
    const values = type === 'float32' ? image : graph.op('Cast', [image], { to: 1 });
    const axes = graph.ints(...(layout === 'nchw' ? [2, 3] : [1, 2]));
    graph.output(graph.op('ReduceMean', [values, axes], { keepdims: 0 }), 'float32', [batch, 3], 'colour');
    return graph;
  }

  async function embed(pixel: { r: number; g: number; b: number }, given: Record<string, unknown>, count = 1) {
    const loaded = await load(given);
    assert.ok(loaded.ok, JSON.stringify(loaded));
    const bytes = await sharp({ create: { width: 20, height: 30, channels: 3, background: pixel } })
      .png()
      .toBuffer();
    const prepared = await loaded.value.prepare(bytes);
    assert.ok(prepared.ok);
    const vectors = await loaded.value.embed(Array.from({ length: count }, () => prepared.value));
    await loaded.value.close();
    return vectors.map((vector) => Array.from(vector as Float32Array, (value) => Number(value.toFixed(4))));
  }

  const load = (given: Record<string, unknown>) =>
    onnx.load(onnx.params.parse({ file: file(), ...given }) as never, { folder: folder(), threads: 1 });

  const ORANGE = { r: 255, g: 102, b: 0 };

  for (const layout of ['nchw', 'nhwc'] as const) {
    it(`reads the size and the layout ${layout} from the model`, async () => {
      await writeFile(file(), meanColour({ layout }).toBytes());
      assert.deepEqual(await embed(ORANGE, { normalise: false }), [[1, 0.4, 0]]);
    });
  }

  it('takes away the mean and divides by the deviation, in the order of the channels', async () => {
    await writeFile(file(), meanColour().toBytes());
    const scaled = { normalise: false, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.25] };
    assert.deepEqual(await embed(ORANGE, scaled), [[1, -0.2, -2]]);
    assert.deepEqual(await embed(ORANGE, { ...scaled, channels: 'bgr' }), [[-1, -0.2, 2]]);
  });

  it('opens no device in another’s place: one that is not there is refused with what it needs', async () => {
    await writeFile(file(), meanColour().toBytes());
    const params = onnx.params.parse({ file: file() });
    const absent = process.platform === 'win32' ? 'coreml' : 'dml';
    const loaded = await onnx.load(params as never, { folder: folder(), threads: 1, device: absent });
    assert.ok(!loaded.ok);
    const { code, message, hint } = loaded.problem;
    assert.equal(code, 'device-unavailable');
    assert.match(message, new RegExp(`The device ${absent} cannot be opened: .*backend not found`));
    assert.match(hint ?? '', /--device cpu .*; .* needs (Windows|macOS)/);
  });

  it('brings embeddings to length 1 unless told not to', async () => {
    await writeFile(file(), meanColour().toBytes());
    const [vector] = await embed(ORANGE, {});
    assert.ok(Math.abs(Math.hypot(...vector) - 1) < 1e-3);
  });

  it('fills up a model that takes so many images at once', async () => {
    await writeFile(file(), meanColour({ batch: 3 }).toBytes());
    assert.deepEqual(await embed(ORANGE, { normalise: false }, 2), [
      [1, 0.4, 0],
      [1, 0.4, 0],
    ]);
  });

  it('says what it knows of a model without loading it', async () => {
    await writeFile(file(), meanColour().toBytes());
    const facts = onnx.describe?.(onnx.params.parse({ file: file() }) as never, readModelHeader);
    assert.deepEqual(facts, { words: false, dimension: 3, inputSize: SIDE, metric: 'l2', normalised: true });
  });

  it('says at a glance that a size is not the model’s, or that a file is no model', async () => {
    const inspected = async (given: object) => {
      const problems = await onnx.inspect?.(onnx.params.parse({ file: file(), ...given }), filesOnDisk);
      return problems?.map(({ code, specPath }) => [code, specPath?.join('.')]);
    };
    await writeFile(file(), meanColour().toBytes());
    assert.deepEqual(await inspected({}), []);
    assert.deepEqual(await inspected({ size: SIDE }), []);
    assert.deepEqual(await inspected({ size: SIDE * 2 }), [['model-unfit', 'size']]);
    await writeFile(file(), 'no model');
    assert.deepEqual(await inspected({}), [['model-invalid', 'file']]);
  });

  describe('refuses, and says what to do, a model', () => {
    const cases: {
      what: string;
      bytes: () => Uint8Array;
      given?: Record<string, unknown>;
      code: string;
      says: RegExp;
    }[] = [
      {
        what: 'that takes whole numbers',
        bytes: () => meanColour({ type: 'uint8' }).toBytes(),
        code: 'model-unfit',
        says: /uint8/,
      },
      {
        what: 'of any size, where none is said',
        bytes: () => meanColour({ side: 'side' }).toBytes(),
        code: 'model-unfit',
        says: /any size/,
      },
      {
        what: 'without the output that is named',
        bytes: () => meanColour().toBytes(),
        given: { output: 'face' },
        code: 'model-unfit',
        says: /colour/,
      },
      {
        what: 'that does not take the size that is said',
        bytes: () => meanColour().toBytes(),
        given: { size: 9 },
        code: 'model-unfit',
        says: /8 × 8 pixels, not of 9/,
      },
      { what: 'that takes two images', bytes: twoImages, code: 'model-unfit', says: /left .* and right/ },
      {
        what: 'that is none',
        bytes: () => Buffer.from('This is no model.'),
        code: 'model-invalid',
        says: /no ONNX model/,
      },
      { what: 'of no bytes', bytes: () => new Uint8Array(), code: 'model-invalid', says: /no output/ },
      {
        what: 'whose weights are outside of its folder',
        bytes: () => withExternalWeights('../elsewhere.bin'),
        code: 'model-invalid',
        says: /outside of its folder/,
      },
    ];
    for (const { what, bytes, given = {}, code, says } of cases) {
      it(what, async () => {
        await writeFile(file(), bytes());
        const loaded = await load(given);
        assert.ok(!loaded.ok);
        assert.equal(loaded.problem.code, code);
        assert.match(loaded.problem.message + loaded.problem.hint, says);
        assert.ok(loaded.problem.hint);
      });
    }

    it('that was cut short anywhere', async () => {
      const whole = meanColour().toBytes();
      for (let length = 0; length < whole.length; length += 7) {
        await writeFile(file(), whole);
        await truncate(file(), length);
        const loaded = await load({});
        assert.ok(!loaded.ok, `of ${length} bytes`);
      }
    });

    it('that is not there', async () => {
      const loaded = await load({});
      assert.equal(!loaded.ok && loaded.problem.code, 'model-missing');
    });
  });

  it('reads the names of the files that hold a model’s weights, and no more of the weights', async () => {
    await writeFile(file(), withExternalWeights('weights.bin'));
    const header = readModelHeader(file());
    assert.ok(header.ok);
    assert.deepEqual(header.value.externalData, ['weights.bin']);
    assert.deepEqual(
      header.value.inputs.map(({ name }) => name),
      ['image'],
    );
  });

  it('runs a model whose weights are in a file beside it', async () => {
    await writeFile(file(), withExternalWeights('weights.bin'));
    await writeFile(join(folder(), 'weights.bin'), new Uint8Array(Float32Array.of(2, 2, 2).buffer));
    assert.deepEqual(await embed(ORANGE, { normalise: false }), [[2, 0.8, 0]]);
    assert.equal((await readFile(join(folder(), 'weights.bin'))).length, 12);
  });

  function twoImages(): Uint8Array {
    const graph = new GraphBuilder('two');
    const [left, right] = ['left', 'right'].map((name) => graph.input(name, 'float32', ['batch', 3, SIDE, SIDE]));
    const both = graph.op('Sub', [left, right]);
    graph.output(graph.op('ReduceMean', [both, graph.ints(2, 3)], { keepdims: 0 }), 'float32', ['batch', 3], 'out');
    return graph.toBytes();
  }

  /** The mean colour times three weights, which are in another file. */
  function withExternalWeights(location: string): Uint8Array {
    const graph = new GraphBuilder('external');
    const image = graph.input('image', 'float32', ['batch', 3, SIDE, SIDE]);
    const mean = graph.op('ReduceMean', [image, graph.ints(2, 3)], { keepdims: 0 });
    const weights = graph.constant(Float32Array.of(1, 1, 1), [3], 'weights');
    graph.output(graph.op('Mul', [mean, weights]), 'float32', ['batch', 3], 'out');
    const model = graph.toModel();
    const initializer = model.graph?.initializer ?? [];
    const elsewhere = {
      dataLocation: DataLocation.EXTERNAL,
      externalData: [create(StringStringEntryProtoSchema, { key: 'location', value: location })],
    };
    const { name, dims, dataType } = initializer.pop() as TensorProto;
    assert.equal(name, weights);
    initializer.push(create(TensorProtoSchema, { name, dims, dataType, ...elsewhere }));
    return toBinary(ModelProtoSchema, model);
  }
});
