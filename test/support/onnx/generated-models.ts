import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { create, toBinary } from '@bufbuild/protobuf';
import { type Dimension, type ElementType, GraphBuilder, valueInfo } from '../../../server/src/onnx/build.js';
import {
  AttributeProtoSchema,
  AttributeProto_AttributeType as AttributeType,
  TensorProto_DataLocation as DataLocation,
  GraphProtoSchema,
  type ModelProto,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  StringStringEntryProtoSchema,
  type TensorProto,
} from '../../../server/src/onnx/onnx_pb.js';
import { randomVectors } from '../random-vectors.js';

/** What is to become of a model: it runs, a check refuses it, or a run does before its first image, or after its last. */
export type Fate = 'runs' | 'refused by check' | 'refused by run' | 'tells nothing' | 'one image left out';

export interface GeneratedModel {
  readonly name: string;
  readonly fate: Fate;
  /** What the refusal says. */
  readonly says?: RegExp;
}

/** What every kind of model is drawn with. */
interface Draw {
  readonly layout: 'nchw' | 'nhwc';
  readonly side: number;
  readonly batch: Dimension;
  readonly dimension: number;
  readonly opset: number;
  readonly irVersion: number;
  readonly declared: boolean;
  readonly seed: number;
}

interface Built {
  readonly model: ModelProto;
  /** Fields of onnx.proto that the builder does not know. */
  readonly more?: Uint8Array;
  readonly files?: Readonly<Record<string, Uint8Array | { readonly linkTo: string }>>;
}

interface Kind {
  readonly name: string;
  readonly fate: Fate | ((draw: Draw) => Fate);
  readonly says?: RegExp;
  readonly build: (draw: Draw) => Built;
}

/** `count` models of every `step`th kind in turn, written to `folder`: what else they are is drawn by `seed`. */
export function writeGeneratedModels(folder: string, count: number, step: number, seed: number): GeneratedModel[] {
  const numbers = randomVectors(count, 8, seed).data;
  return Array.from({ length: count }, (_, n) => {
    const kind = KINDS[(n * step) % KINDS.length];
    const pick = <T>(at: number, from: readonly T[]): T =>
      from[Math.floor(Math.abs(numbers[8 * n + at] * 1e4)) % from.length];
    const draw: Draw = {
      layout: pick(0, ['nchw', 'nchw', 'nhwc']),
      side: pick(1, [8, 12, 16, 20]),
      batch: pick(2, ['N', 'N', 'N', 1, 2, 4]),
      dimension: pick(3, [2, 5, 16, 64]),
      opset: pick(4, [8, 9, 11, 13, 17, 18, 20, 26]),
      irVersion: pick(5, [4, 7, 8, 10, 13]),
      declared: pick(6, [true, true, false]),
      seed: seed * 1000 + n,
    };
    const name = `${String(n).padStart(3, '0')}-${kind.name}.onnx`;
    const { model, more = new Uint8Array(), files = {} } = kind.build(draw);
    writeFileSync(join(folder, name), Buffer.concat([toBinary(ModelProtoSchema, model), more]));
    for (const [file, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      if ('linkTo' in content) symlinkSync(content.linkTo, join(folder, file));
      else writeFileSync(join(folder, file), content);
    }
    const fate = typeof kind.fate === 'function' ? kind.fate(draw) : kind.fate;
    return { name, fate, says: kind.says };
  });
}

interface Parts {
  readonly g: GraphBuilder;
  readonly draw: Draw;
  /** [batch, 48]: the means of the image's 4 × 4 blocks. */
  readonly flat: string;
  /** [batch, dimension]: their projection, and that moved off the origin, which is the embedding. */
  readonly linear: string;
  readonly rows: string;
}

interface Shape {
  readonly input?: (draw: Draw) => readonly Dimension[];
  readonly type?: ElementType;
  /** The output's name, its value and its declaration. */
  readonly output?: (parts: Parts) => {
    readonly value: string;
    readonly shape: readonly Dimension[];
    type?: ElementType;
  };
  readonly also?: (parts: Parts) => void;
}

/** A sound encoder but for what `shape` says. */
function encoder(draw: Draw, { input, type = 'float32', output, also }: Shape = {}): ModelProto {
  const { layout, side, batch, dimension, seed, declared } = draw;
  const g = new GraphBuilder('generated');
  const sound = layout === 'nchw' ? [batch, 3, side, side] : [batch, side, side, 3];
  const image = g.input('image', type, input?.(draw) ?? sound);
  const values = type === 'float32' ? image : g.op('Cast', [image], { to: 1 });
  const planes = layout === 'nchw' ? values : g.op('Transpose', [values], { perm: [0, 3, 1, 2] });
  const kernel = side / 4;
  const pooled = g.op('AveragePool', [planes], { kernel_shape: [kernel, kernel], strides: [kernel, kernel] });
  const flat = g.op('Flatten', [pooled]);
  const weights = g.constant(randomVectors(48, dimension, seed).data, [48, dimension], 'weights');
  const linear = g.op('MatMul', [flat, weights]);
  // Black is no vector of zeros.
  const rows = g.op('Add', [linear, g.scalar(0.1)]);
  const parts = { g, draw, flat, linear, rows };
  const given = output?.(parts) ?? { value: rows, shape: [batch, dimension] };
  g.output(
    given.value,
    given.type ?? 'float32',
    declared ? given.shape : given.shape.map((_, at) => `free_${at}`),
    'out',
  );
  also?.(parts);
  const model = g.toModel();
  model.opsetImport[0].version = BigInt(draw.opset);
  model.irVersion = BigInt(draw.irVersion);
  return model;
}

const simple = (name: string, fate: Kind['fate'], shape: Shape, says?: RegExp): Kind => ({
  name,
  fate,
  says,
  build: (draw) => ({ model: encoder(draw, shape) }),
});

/** The mean over the batch: ReduceMean's axes became an input. */
function meanOfRows({ g, rows, draw }: Parts): string {
  return draw.opset < 18
    ? g.op('ReduceMean', [rows], { axes: [0], keepdims: 1 })
    : g.op('ReduceMean', [rows, g.ints(0)], { keepdims: 1 });
}

const reshaped = ({ g, rows }: Parts, ...shape: number[]) => g.op('Reshape', [rows, g.ints(...shape)]);
const several = (draw: Draw): boolean => draw.batch !== 1;
const refusedWhereDeclared = (draw: Draw): Fate => (draw.declared ? 'refused by check' : 'refused by run');

const KINDS: readonly Kind[] = [
  simple('sound', 'runs', {}),
  simple('half-precision-input', 'runs', { type: 'float16' }),
  simple('two-outputs', 'runs', {
    also: ({ g, rows, draw }) => {
      g.output(
        reshaped({ g, rows } as Parts, -1, 1, draw.dimension, 1),
        'float32',
        ['N', 1, draw.dimension, 1],
        'more',
      );
    },
  }),
  simple('ones-behind', 'runs', {
    output: (parts) => ({
      value: reshaped(parts, -1, parts.draw.dimension, 1, 1),
      shape: [parts.draw.batch, parts.draw.dimension, 1, 1],
    }),
  }),
  simple('few-numbers', 'runs', {
    output: ({ g, rows, draw }) => ({
      value: g.op('MatMul', [rows, g.constant(randomVectors(draw.dimension, 2, 5).data, [draw.dimension, 2])]),
      shape: [draw.batch, 2],
    }),
  }),
  simple(
    'mean-of-batch',
    (draw) => (several(draw) ? 'refused by run' : 'runs'),
    { output: (parts) => ({ value: meanOfRows(parts), shape: ['N', parts.draw.dimension] }) },
    /gives 1 row for \d images/,
  ),
  simple(
    'twice-the-rows',
    'refused by run',
    {
      output: ({ g, rows, draw }) => ({
        value: g.op('Concat', [rows, rows], { axis: 0 }),
        shape: ['M', draw.dimension],
      }),
    },
    /gives \d+ rows for \d images?/,
  ),
  simple(
    'one-number',
    'refused by check',
    { output: ({ g, rows, draw }) => ({ value: sumOfAll(g, rows, draw), shape: [] }) },
    /one number, whatever it is shown/,
  ),
  simple(
    'one-row',
    (draw) => (several(draw) ? 'refused by check' : 'runs'),
    {
      output: (parts) => ({ value: reshaped(parts, -1), shape: [several(parts.draw) ? 'all' : parts.draw.dimension] }),
    },
    /one row .*, whatever the number of images/,
  ),
  simple(
    'tokens',
    'refused by check',
    {
      output: ({ g, rows, draw }) => ({
        value: g.op('Reshape', [g.op('Concat', [rows, rows, rows], { axis: 1 }), g.ints(-1, 3, draw.dimension)]),
        shape: [draw.batch, 3, draw.dimension],
      }),
    },
    /tokens .*not one vector an image/,
  ),
  simple(
    'map-of-features',
    refusedWhereDeclared,
    {
      output: ({ g, flat, draw }) => ({
        value: g.op('Reshape', [flat, g.ints(-1, 3, 4, 4)]),
        shape: [draw.batch, 3, 4, 4],
      }),
    },
    /map of features/,
  ),
  simple(
    'no-numbers',
    refusedWhereDeclared,
    {
      output: ({ g, rows, draw }) => ({
        value: g.op('MatMul', [rows, g.constant(new Float32Array(0), [draw.dimension, 0])]),
        shape: [draw.batch, 0],
      }),
    },
    /has no numbers/,
  ),
  simple(
    'batch-of-one-inside',
    // Filled up to its batch, a model of a fixed number of images cannot be given one by one.
    (draw) => (typeof draw.batch === 'number' && several(draw) ? 'refused by run' : 'runs'),
    {
      output: (parts) => {
        const inside = parts.g.op('Reshape', [
          reshaped(parts, 1, parts.draw.dimension),
          parts.g.ints(1, parts.draw.dimension),
        ]);
        return { value: inside, shape: [parts.draw.batch, parts.draw.dimension] };
      },
    },
    /operator Reshape .* fails/,
  ),
  simple(
    'length-by-batch',
    (draw) => (several(draw) ? 'refused by run' : 'runs'),
    { output: (parts) => ({ value: reshaped(parts, 1, -1), shape: ['rows', 'length'] }) },
    /1 row for \d images/,
  ),
  simple(
    'takes-the-mean-away',
    (draw) => (typeof draw.batch === 'number' && several(draw) ? 'runs' : 'tells nothing'),
    {
      output: (parts) => ({
        value: parts.g.op('Sub', [parts.rows, meanOfRows(parts)]),
        shape: [parts.draw.batch, parts.draw.dimension],
      }),
    },
  ),
  simple('zero', 'tells nothing', {
    output: ({ g, rows, draw }) => ({ value: g.op('Sub', [rows, rows]), shape: [draw.batch, draw.dimension] }),
  }),
  simple('constant', 'tells nothing', {
    output: ({ g, rows, draw }) => ({
      value: g.op('Add', [g.op('Sub', [rows, rows]), g.scalar(0.5)]),
      shape: [draw.batch, draw.dimension],
    }),
  }),
  simple('not-a-number', 'tells nothing', {
    output: ({ g, rows, draw }) => {
      const zero = g.op('Sub', [rows, rows]);
      return { value: g.op('Div', [zero, zero]), shape: [draw.batch, draw.dimension] };
    },
  }),
  simple('by-its-own-length', 'one image left out', {
    output: ({ g, linear, draw }) => ({
      value: g.op('Div', [linear, g.op('Sqrt', [squaresOf(g, linear, draw)])]),
      shape: [draw.batch, draw.dimension],
    }),
  }),
  simple('gray', 'refused by check', { input: (draw) => placed(draw, 1) }, /images of 1 channel/),
  simple('four-channels', 'refused by check', { input: (draw) => placed(draw, 4) }, /images of 4 channels/),
  simple('no-channels', 'refused by check', { input: (draw) => placed(draw, 0) }, /holds nothing/),
  simple(
    'not-square',
    'refused by check',
    { input: ({ layout, batch }) => (layout === 'nchw' ? [batch, 3, 16, 12] : [batch, 16, 12, 3]) },
    /of 16 × 12 pixels/,
  ),
  simple('any-size', 'refused by check', { input: (draw) => placed(draw, 3, ['h', 'w']) }, /any size/),
  simple('one-side-said', 'runs', { input: (draw) => placed(draw, 3, ['h', draw.side]) }),
  simple('empty-batch', 'refused by check', { input: (draw) => placed({ ...draw, batch: 0 }, 3) }, /holds nothing/),
  simple('negative-batch', 'runs', { input: (draw) => placed({ ...draw, batch: -1 }, 3) }),
  simple('whole-numbers', 'refused by check', { type: 'uint8' }, /its input is uint8/),
  simple('double-precision', 'refused by check', { type: 'float64' }, /its input is float64/),
  simple(
    'gives-whole-numbers',
    'refused by check',
    {
      output: ({ g, rows, draw }) => ({
        value: g.op('Cast', [rows], { to: 7 }),
        shape: [draw.batch, draw.dimension],
        type: 'int64',
      }),
    },
    /its output is int64/,
  ),
  simple(
    'two-inputs',
    'refused by check',
    {
      also: ({ g, rows, draw }) => {
        const other = g.input('other', 'float32', ['N', draw.dimension]);
        g.output(g.op('Add', [rows, other]), 'float32', ['N', draw.dimension], 'sum');
      },
    },
    /not one batch of images/,
  ),
  {
    ...versions('opset-27', { opset: 27 }),
    fate: 'refused by check',
    says: /operator set 27; this version runs up to 26/,
  },
  { ...versions('opset-99', { opset: 99 }), fate: 'refused by check', says: /operator set 99/ },
  { ...versions('ir-14', { irVersion: 14 }), fate: 'refused by check', says: /version 14 of the format/ },
  { ...versions('opset-7', { opset: 7 }), fate: 'runs' },
  {
    name: 'no-opset',
    fate: 'refused by check',
    says: /which operator set/,
    build: (draw) => ({ model: { ...encoder(draw), opsetImport: [] } }),
  },
  {
    name: 'operator-of-nobody',
    fate: 'refused by run',
    says: /operator Nothing, which ONNX Runtime does not know/,
    build: (draw) => changed(draw, (node) => ({ ...node, opType: 'Nothing' })),
  },
  {
    name: 'operator-of-another-domain',
    fate: 'refused by check',
    says: /operator acme\.AveragePool/,
    build: (draw) => changed(draw, (node) => ({ ...node, domain: 'acme' })),
  },
  { name: 'function', fate: 'runs', build: withFunction },
  { name: 'loop-of-three-rounds', fate: 'runs', build: (draw) => withLoop(draw, 3n) },
  { name: 'loop-without-end', fate: 'refused by check', says: /Loop .* never ends/, build: (draw) => withLoop(draw) },
  {
    name: 'loop-of-all-rounds-there-are',
    fate: 'refused by check',
    says: /Loop .* never ends/,
    build: (draw) => withLoop(draw, 2n ** 63n - 1n),
  },
  ...(['initializer', 'constant', 'branch'] as const).flatMap((place): Kind[] => [
    outside(`${place}-outside`, place, 'runs', (bytes) => ({ [`weights-${place}.bin`]: bytes })),
    outside(`${place}-missing`, place, 'refused by check', () => ({}), /which is not there, or is no file/),
    outside(
      `${place}-of-a-device`,
      place,
      'refused by check',
      () => ({ [`weights-${place}.bin`]: { linkTo: '/dev/zero' } }),
      /is no file/,
    ),
    outside(`${place}-elsewhere`, place, 'refused by check', () => ({}), /outside of its folder/, '../../etc/passwd'),
    outside(`${place}-cut`, place, 'refused by run', (bytes) => ({ [`weights-${place}.bin`]: bytes.subarray(0, 5) })),
  ]),
];

function versions(name: string, change: Partial<Draw>): Kind {
  return { name, fate: 'runs', build: (draw) => ({ model: encoder({ ...draw, ...change }) }) };
}

function placed({ layout, batch, side }: Draw, channels: number, sides: Dimension[] = [side, side]): Dimension[] {
  return layout === 'nchw' ? [batch, channels, ...sides] : [batch, ...sides, channels];
}

function sumOfAll(g: GraphBuilder, rows: string, { opset }: Draw): string {
  return opset < 13
    ? g.op('ReduceSum', [rows], { axes: [0, 1], keepdims: 0 })
    : g.op('ReduceSum', [rows, g.ints(0, 1)], { keepdims: 0 });
}

function squaresOf(g: GraphBuilder, rows: string, { opset }: Draw): string {
  const squares = g.op('Mul', [rows, rows]);
  return opset < 13
    ? g.op('ReduceSum', [squares], { axes: [1], keepdims: 1 })
    : g.op('ReduceSum', [squares, g.ints(1)], { keepdims: 1 });
}

/** The pooling of the encoder as another operator. */
function changed(draw: Draw, change: (node: NodeProto) => NodeProto): Built {
  const model = encoder(draw);
  const graph = model.graph!;
  graph.node = graph.node.map((node) => (node.opType === 'AveragePool' ? change(node) : node));
  return { model };
}

/** The embedding doubled in every round, of which there is no end where their number is not said. */
function withLoop(draw: Draw, rounds?: bigint): Built {
  const model = encoder(draw, {
    output: ({ g, rows }) => ({ value: g.op('Loop', ['', 'go', rows]), shape: [draw.batch, draw.dimension] }),
  });
  const graph = model.graph!;
  const g = new GraphBuilder('constants');
  g.constant(Uint8Array.of(1), [], 'go', 'bool');
  g.constant(BigInt64Array.of(rounds ?? 0n), [], 'rounds');
  const [go, count] = g.toModel().graph!.initializer;
  graph.initializer.push({ ...go, name: 'go' }, { ...count, name: 'rounds' });
  const node = [
    create(NodeProtoSchema, { opType: 'Identity', input: ['going'], output: ['goes_on'] }),
    create(NodeProtoSchema, { opType: 'Add', input: ['before', 'before'], output: ['doubled'] }),
  ];
  const shape = ['rows', 'length'];
  const body = create(GraphProtoSchema, {
    name: 'round',
    node,
    input: [valueInfo('n', 'int64', []), valueInfo('going', 'bool', []), valueInfo('before', 'float32', shape)],
    output: [valueInfo('goes_on', 'bool', []), valueInfo('doubled', 'float32', shape)],
  });
  const attribute = [create(AttributeProtoSchema, { name: 'body', type: AttributeType.GRAPH, g: body })];
  graph.node = graph.node.map((each) =>
    each.opType === 'Loop'
      ? { ...each, input: [rounds === undefined ? '' : 'rounds', ...each.input.slice(1)], attribute }
      : each,
  );
  return { model };
}

/** A function of the file's own, `local.Halve`, in the embedding's way: field 25 of a model. */
function withFunction(given: Draw): Built {
  const draw = { ...given, opset: Math.max(given.opset, 13), irVersion: Math.max(given.irVersion, 8) };
  const model = encoder(draw, {
    output: ({ g, rows }) => ({ value: g.op('Halve', [rows]), shape: [draw.batch, draw.dimension] }),
  });
  const graph = model.graph!;
  graph.node = graph.node.map((node) => (node.opType === 'Halve' ? { ...node, domain: 'local' } : node));
  model.opsetImport = [...model.opsetImport, { ...model.opsetImport[0], domain: 'local', version: 1n }];
  const add = create(NodeProtoSchema, { opType: 'Add', input: ['x', 'x'], output: ['y'] });
  const body = [
    text(1, 'Halve'),
    text(4, 'x'),
    text(5, 'y'),
    field(7, toBinary(NodeProtoSchema, add)),
    field(9, Uint8Array.of(0x10, draw.opset)),
    text(10, 'local'),
  ];
  return { model, more: field(25, Buffer.concat(body)) };
}

/** A field of bytes of a protobuf message, of fewer than 16,384. */
function field(number: number, bytes: Uint8Array): Buffer {
  const varint = (value: number) => (value < 128 ? [value] : [(value & 127) | 128, value >> 7]);
  return Buffer.concat([Uint8Array.from([...varint((number << 3) | 2), ...varint(bytes.length)]), bytes]);
}

const text = (number: number, value: string): Buffer => field(number, Buffer.from(value));

type Place = 'initializer' | 'constant' | 'branch';

/** The projection's weights in another file: of an initializer, of a node's attribute, or of both branches of an If. */
function outside(
  name: string,
  place: Place,
  fate: Fate,
  files: (weights: Uint8Array) => NonNullable<Built['files']>,
  says?: RegExp,
  location = `weights-${place}.bin`,
): Kind {
  const folder = `of-${name}`;
  const own = location.startsWith('..') ? location : `${folder}/${location}`;
  return {
    name,
    fate,
    says,
    build(draw) {
      const model = encoder(draw);
      const graph = model.graph!;
      const at = graph.initializer.findIndex(({ dims }) => dims.length === 2);
      const weights = graph.initializer[at];
      const inside = `${draw.seed}/${own}`;
      const elsewhere = asExternal(weights, location.startsWith('..') ? own : inside);
      if (place === 'initializer') graph.initializer[at] = elsewhere;
      else {
        graph.initializer.splice(at, 1);
        const first = place === 'constant' ? constantOf(elsewhere) : branchesOf(elsewhere);
        if (place === 'branch') graph.initializer.push(conditionOf());
        graph.node.unshift(first);
      }
      const named = Object.entries(files(weights.rawData));
      return {
        model,
        files: Object.fromEntries(named.map(([file, content]) => [`${draw.seed}/${folder}/${file}`, content])),
      };
    },
  };
}

function asExternal(tensor: TensorProto, location: string): TensorProto {
  const entry = create(StringStringEntryProtoSchema, { key: 'location', value: location });
  return { ...tensor, rawData: new Uint8Array(), dataLocation: DataLocation.EXTERNAL, externalData: [entry] };
}

function constantOf(tensor: TensorProto): NodeProto {
  const value = create(AttributeProtoSchema, { name: 'value', type: AttributeType.TENSOR, t: tensor });
  return create(NodeProtoSchema, { opType: 'Constant', output: [tensor.name], attribute: [value] });
}

function conditionOf(): TensorProto {
  const g = new GraphBuilder('condition');
  g.constant(Uint8Array.of(1), [], 'condition', 'bool');
  return { ...g.toModel().graph!.initializer[0], name: 'condition' };
}

function branchesOf(tensor: TensorProto): NodeProto {
  const shape = tensor.dims.map(Number);
  const attribute = ['then', 'else'].map((name) => {
    const kept = { ...tensor, name: `${name}_weights` };
    const node = create(NodeProtoSchema, { opType: 'Identity', input: [kept.name], output: [`${name}_out`] });
    const output = [valueInfo(`${name}_out`, 'float32', shape)];
    const g = create(GraphProtoSchema, { name, node: [node], initializer: [kept], output });
    return create(AttributeProtoSchema, { name: `${name}_branch`, type: AttributeType.GRAPH, g });
  });
  return create(NodeProtoSchema, { opType: 'If', input: ['condition'], output: [tensor.name], attribute });
}
