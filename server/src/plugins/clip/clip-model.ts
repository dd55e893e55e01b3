import { z } from 'zod';
import { fail, ok, type Result } from '../../protocol/errors.js';
import { definePlugin, type EncoderFiles, type PublishedWeights } from '../declare.js';
import { type EncoderPorts, encoderPorts } from '../inspection/encoder-ports.js';
import { inspectSurrogate } from '../inspection/inspect-surrogate.js';
import { readModelHeader } from '../model-header.js';
import { weightsPath } from '../params.js';
import { locateFiles } from './locate-files.js';

/** Side of CLIP's input in pixels. */
const SIZE = 224;
/** Above this cosine clip-retrieval takes two images for the same. */
const DUPLICATE_COSINE = 0.94;
/** What CLIP's pixels are scaled by (OpenAI's release, and open_clip's). */
const SCALING = {
  size: SIZE,
  fit: 'crop',
  channels: 'rgb',
  mean: [0.48145466, 0.4578275, 0.40821073],
  std: [0.26862954, 0.26130258, 0.27577711],
} as const;

/** What sets one CLIP model apart from another. */
export interface ClipCard {
  readonly name: string;
  readonly title: string;
  /** Markdown: who trained it on what, how large it is. */
  readonly about: string;
  /** Length of an embedding. */
  readonly dimension: number;
  readonly published: PublishedWeights;
}

/** Declares a CLIP model by its card. */
export function clipModel(card: ClipCard) {
  const { name, title, about, dimension, published } = card;
  const params = clipParams(published);
  type Params = z.output<typeof params>;
  const filesOf = ({ precision, path }: Params) => locateFiles({ model: name, published, precision, path });
  return definePlugin({
    family: 'model',
    name,
    version: 1,
    title,
    docs: `${about} The weights are no part of the product: \`lookalike models fetch ${name}\` fetches them.`,
    params,
    example: `{use: ${name}, precision: ${Object.keys(published.precisions).at(-1)}}`,
    published,
    usesDevice: true,
    describe: ({ normalise }) => ({
      dimension,
      inputSize: SIZE,
      metric: 'l2',
      duplicateCosine: DUPLICATE_COSINE,
      normalised: normalise,
      words: true,
    }),
    modelFiles(given) {
      const files = filesOf(given);
      return files.ok ? ok([files.value.image]) : files;
    },
    inspectSurrogate(given) {
      const found = imageEncoder(card, filesOf(given));
      if (!found.ok) return [];
      const inspected = inspectSurrogate(found.value.files.image, { ...SCALING, ...found.value.ports });
      return inspected.ok ? [] : [inspected.problem];
    },
    async load(given, { threads, device }) {
      const found = imageEncoder(card, filesOf(given));
      if (!found.ok) return found;
      const { ClipModel } = await import('../../compute/clip/clip-model.js');
      const options = { ...SCALING, ...found.value.ports, normalise: given.normalise };
      return ClipModel.load({ name, dimension, files: found.value.files, options, session: { threads, device } });
    },
    async surrogate(given) {
      const found = imageEncoder(card, filesOf(given));
      if (!found.ok) return found;
      const { encoderSurrogate } = await import('../../compute/encoder/surrogate.js');
      return encoderSurrogate(found.value.files.image, { ...SCALING, ...found.value.ports, normalise: true });
    },
  });
}

function clipParams({ precisions }: PublishedWeights) {
  const names = Object.keys(precisions) as [string, ...string[]];
  return z.object({
    precision: z
      .enum(names)
      .default(names[0])
      .meta({ description: 'Which of the published weights: numbers of how many bits.' }),
    path: weightsPath(
      'The image encoder’s ONNX file, or a folder with a copy of its repository. Default: where it was fetched to.',
    ).optional(),
    normalise: z
      .boolean()
      .default(true)
      .meta({ description: 'Bring every embedding to length 1, so that distances follow the cosine.' }),
  });
}

interface FoundEncoder {
  readonly files: EncoderFiles;
  readonly ports: EncoderPorts;
}

/** The files with what the image encoder takes and gives, read from it; `model-unfit` where that is not this CLIP's. */
function imageEncoder({ name, dimension }: ClipCard, files: Result<EncoderFiles>): Result<FoundEncoder> {
  if (!files.ok) return files;
  const header = readModelHeader(files.value.image);
  if (!header.ok) return header;
  const ports = encoderPorts(header.value, { size: SIZE });
  if (!ports.ok) return ports;
  const declared = ports.value.dimension ?? dimension;
  if (declared === dimension) return ok({ files: files.value, ports: ports.value });
  return fail('model-unfit', `${files.value.image} gives ${declared} numbers; ${name} gives ${dimension}`, {
    hint: 'It is the file of another model: correct `path`, or `use`.',
  });
}
