import * as z from 'zod';
import { ok } from '../../protocol/errors.js';
import { definePlugin } from '../declare.js';
import { encoderPorts, refusedHint } from '../inspection/encoder-ports.js';
import { channelsParameter, facesParameter, facesUnfit, layoutParameter, modelPath } from '../params.js';

const three = z.tuple([z.number(), z.number(), z.number()]);
const positive = z.number().positive();

const params = z.object({
  file: modelPath('The model: a file `*.onnx`, with its external data beside it where it has some.'),
  size: z
    .int()
    .min(8)
    .max(2048)
    .optional()
    .meta({ description: 'Side of the square input in pixels. Default: what the model declares.' }),
  fit: z
    .enum(['crop', 'stretch'])
    .default('crop')
    .meta({ description: 'Cut the middle square out of a photograph that is not square, or squeeze all of it in.' }),
  align: z.enum(['arcface']).optional().meta({
    description:
      'Show the largest face alone, rotated upright to where ArcFace’s training images have it. Default: the photograph, by `fit`.',
  }),
  faces: facesParameter(),
  mean: three
    .default([0, 0, 0])
    .meta({ description: 'Subtracted from each channel of 0–1: `[0.5, 0.5, 0.5]` is usual for face models.' }),
  std: z.tuple([positive, positive, positive]).default([1, 1, 1]).meta({
    description: 'Each channel is divided by it after that; `[0.00392157, 0.00392157, 0.00392157]` gives 0–255.',
  }),
  channels: channelsParameter(),
  layout: layoutParameter('model'),
  output: z
    .string()
    .min(1)
    .optional()
    .meta({ description: 'The output that holds the embedding. Default: the first of shape [batch, n].' }),
  normalise: z
    .boolean()
    .default(true)
    .meta({ description: 'Bring every embedding to length 1, so that distances follow the cosine.' }),
  seconds: positive.max(86_400).optional().meta({
    description:
      'How long a batch of 8 may take where the model has a Loop, which nothing tells from one that never ends. Default: 120.',
  }),
});

export const onnx = definePlugin({
  family: 'model',
  name: 'onnx',
  version: 3,
  title: 'Any image encoder in an ONNX file',
  docs: `An image encoder of your own: one image tensor in, one vector out. Input, output, size and layout are read from the
file; say what it cannot say: how pixels are scaled. A photograph is turned upright, alpha is dropped, and it is resized as
Pillow does it (bicubic, antialiased), byte for byte. Encoders of faces mostly want \`align: arcface\`: the face is found as
\`face-recognition\` finds it, an image without one has no embedding, and samples are bilinear, of means where a face
shrinks by two or more.`,
  params,
  references: ({ align }) => (align === 'arcface' ? ['deng2019arcface'] : []),
  example:
    '{use: onnx, name: arcface, file: models/arcface.onnx, align: arcface, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5]}',
  usesDevice: true,
  describe(given, readHeader) {
    const header = readHeader(given.file);
    const ports = header.ok ? encoderPorts(header.value, given) : header;
    if (!ports.ok) return { words: false, normalised: given.normalise };
    return {
      words: false,
      normalised: given.normalise,
      dimension: ports.value.dimension ?? undefined,
      inputSize: ports.value.size,
      metric: 'l2',
    };
  },
  async inspect(given) {
    const { readModelHeader, weightFiles } = await import('../model-header.js');
    const header = readModelHeader(given.file);
    if (!header.ok) return [{ ...header.problem, specPath: ['file'] }];
    const ports = encoderPorts(header.value, given);
    if (!ports.ok) return [{ ...ports.problem, specPath: [refusedHint(header.value, given) ?? 'file'] }];
    if (given.faces === 'all' && !given.align) return [facesUnfit('without `align` it is shown whole photographs')];
    const weights = weightFiles(given.file, header.value);
    return weights.ok ? [] : [{ ...weights.problem, specPath: ['file'] }];
  },
  async inspectSurrogate(given) {
    const { readModelHeader } = await import('../model-header.js');
    const { inspectSurrogate } = await import('../inspection/inspect-surrogate.js');
    const header = readModelHeader(given.file);
    const ports = header.ok ? encoderPorts(header.value, given) : header;
    const inspected = ports.ok ? inspectSurrogate(given.file, { ...given, ...ports.value }) : ok(undefined);
    return inspected.ok ? [] : [{ ...inspected.problem, specPath: ['file'] }];
  },
  async load(given, context) {
    const { portsOfModel } = await import('../model-header.js');
    const ports = portsOfModel(given.file, (header) => encoderPorts(header, given));
    if (!ports.ok) return ports;
    if (given.align) {
      const { FaceEncoder } = await import('../../compute/encoder/face-encoder.js');
      return FaceEncoder.load(given.file, { ...given, ...ports.value }, context);
    }
    const { ImageEncoder } = await import('../../compute/encoder/image-encoder.js');
    return ImageEncoder.load(given.file, { ...given, ...ports.value }, context);
  },
  async surrogate(given) {
    const { readModelHeader } = await import('../model-header.js');
    const header = readModelHeader(given.file);
    if (!header.ok) return header;
    const ports = encoderPorts(header.value, given);
    if (!ports.ok) return ports;
    const { encoderSurrogate } = await import('../../compute/encoder/surrogate.js');
    return encoderSurrogate(given.file, { ...given, ...ports.value });
  },
});
