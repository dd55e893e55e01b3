import * as z from 'zod';
import { fail, ok, type Result } from '../../protocol/errors.js';
import type { ReferenceKey } from '../../protocol/results/references.js';
import { definePlugin, type EncoderFiles, type Plugin, type PublishedWeights } from '../declare.js';
import { type EncoderPorts, encoderPorts } from '../inspection/encoder-ports.js';
import { weightsPath } from '../params.js';
import type { Knowledge } from './knowledge.js';
import { locateFiles } from './locate-files.js';

/** Above this cosine clip-retrieval takes two images for the same. */
const DUPLICATE_COSINE = 0.94;
/** What CLIP's pixels are scaled by (OpenAI's release, and open_clip's). */
const SCALING = {
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
  /** Side of the input in pixels. */
  readonly size: number;
  /** Of which images and words alone its answers mean something, where it is no model of the world. */
  readonly knows?: Knowledge;
  /** Beside that of CLIP itself: of what it was trained on. */
  readonly trainedOn?: ReferenceKey;
}

interface ClipFiles<P extends z.ZodType> extends Pick<Plugin<'model', P>, 'params' | 'example' | 'published'> {
  filesOf(params: z.output<P>): Result<EncoderFiles>;
}

/** Declares a CLIP model whose weights are fetched on the user's word. */
export function publishedClip(card: ClipCard, published: PublishedWeights) {
  const { name, about } = card;
  const fetched = `The weights are no part of the product: \`lookalike models fetch ${name}\` fetches them.`;
  return clipModel(
    { ...card, about: `${about} ${fetched}` },
    {
      params: publishedParams(published),
      example: `{use: ${name}, precision: ${Object.keys(published.precisions).at(-1)}}`,
      published,
      filesOf: ({ precision, path }) => locateFiles({ model: name, published, precision, path }),
    },
  );
}

/** Declares a CLIP model by its card and where its files are. */
export function clipModel<P extends z.ZodType<{ normalise: boolean }>>(card: ClipCard, from: ClipFiles<P>) {
  const { name, title, about, dimension, size, knows, trainedOn } = card;
  const { filesOf, ...declared } = from;
  const scaling = { ...SCALING, size };
  return definePlugin<'model', P>({
    ...declared,
    family: 'model',
    name,
    version: 1,
    title,
    docs: about,
    references: () => ['radford2021clip', ...(trainedOn ? [trainedOn] : [])],
    usesDevice: true,
    describe: ({ normalise }) => ({
      dimension,
      inputSize: size,
      metric: 'l2',
      duplicateCosine: DUPLICATE_COSINE,
      normalised: normalise,
      words: true,
      ...(knows && { knows }),
    }),
    modelFiles(given) {
      const files = filesOf(given);
      return files.ok ? ok([files.value.image]) : files;
    },
    async inspectSurrogate(given) {
      const found = await imageEncoder(card, filesOf(given));
      if (!found.ok) return [];
      const { inspectSurrogate } = await import('../inspection/inspect-surrogate.js');
      const inspected = inspectSurrogate(found.value.files.image, { ...scaling, ...found.value.ports });
      return inspected.ok ? [] : [inspected.problem];
    },
    async load(given, { threads, device }) {
      const found = await imageEncoder(card, filesOf(given));
      if (!found.ok) return found;
      const { ClipModel } = await import('../../compute/clip/clip-model.js');
      const options = { ...scaling, ...found.value.ports, normalise: given.normalise };
      return ClipModel.load({ name, dimension, files: found.value.files, options, session: { threads, device } });
    },
    async surrogate(given) {
      const found = await imageEncoder(card, filesOf(given));
      if (!found.ok) return found;
      const { encoderSurrogate } = await import('../../compute/encoder/surrogate.js');
      return encoderSurrogate(found.value.files.image, { ...scaling, ...found.value.ports, normalise: true });
    },
  });
}

/** What may be asked of every CLIP model. */
export const normalise = z
  .boolean()
  .default(true)
  .meta({ description: 'Bring every embedding to length 1, so that distances follow the cosine.' });

function publishedParams({ precisions }: PublishedWeights) {
  const names = Object.keys(precisions) as [string, ...string[]];
  return z.object({
    precision: z
      .enum(names)
      .default(names[0])
      .meta({ description: 'Which of the published weights: numbers of how many bits.' }),
    path: weightsPath(
      'The image encoder’s ONNX file, or a folder with a copy of its repository. Default: where it was fetched to.',
    ).optional(),
    normalise,
  });
}

interface FoundEncoder {
  readonly files: EncoderFiles;
  readonly ports: EncoderPorts;
}

/** The files with what the image encoder takes and gives, read from it; `model-unfit` where that is not this CLIP's. */
async function imageEncoder(
  { name, dimension, size }: ClipCard,
  files: Result<EncoderFiles>,
): Promise<Result<FoundEncoder>> {
  if (!files.ok) return files;
  const { readModelHeader } = await import('../model-header.js');
  const header = readModelHeader(files.value.image);
  if (!header.ok) return header;
  const ports = encoderPorts(header.value, { size });
  if (!ports.ok) return ports;
  const declared = ports.value.dimension ?? dimension;
  if (declared === dimension) return ok({ files: files.value, ports: ports.value });
  return fail('model-unfit', `${files.value.image} gives ${declared} numbers; ${name} gives ${dimension}`, {
    hint: 'It is the file of another model: correct `path`, or `use`.',
  });
}
