import * as z from 'zod';
import { ok } from '../../protocol/errors.js';
import { definePlugin } from '../declare.js';
import { facesParameter, facesUnfit } from '../params.js';

/**
 * Calibrated on celeba-mini: above it lie copies of a photograph that were compressed or shrunk again, and hardly any
 * other photograph of the same person. These vectors all point much the same way: CLIP's 0.94 would merge people.
 */
const DUPLICATE_COSINE = 0.985;

export const faceRecognition = definePlugin({
  family: 'model',
  name: 'face-recognition',
  version: 2,
  title: 'dlib’s face recognition network (128 numbers), with detector and alignment',
  docs: `The network behind the \`face_recognition\` library: it finds the largest face of a photograph, brings it into a
150 × 150 chip and describes it by 128 numbers, compared by Euclidean distance. A face that is small in a large photograph
is cut from the photograph's own pixels. An image without a face has no embedding. Its weights come with the product (the
npm package @vladmandic/face-api, MIT).`,
  params: z.object({
    detector: z.enum(['ssd', 'tiny']).default('ssd').meta({
      description: 'What finds faces: SSD on MobileNet v1, or the tiny detector, which is faster and finds fewer.',
    }),
    minConfidence: z.number().min(0).max(1).default(0.3).meta({ description: 'A detection counts above this score.' }),
    maxSide: z.int().min(512).max(16_384).default(2048).meta({
      description:
        'Where no face is found in a photograph as a whole, it is looked at in tiles of ever more of its pixels, up to so many of its longer side; twice as many take four times as long. Below 1024 it is not.',
    }),
    align: z.enum(['dlib', 'face-api', 'none', 'cropped']).default('dlib').meta({
      description:
        'How the face is brought into the chip: rotated upright as dlib does, upright crop of face-api, or the box itself. `cropped`: the images are faces already, nothing is looked for, and the middle square of each is the chip; its margins count, so dlib’s are best.',
    }),
    faces: facesParameter(),
    mirror: z.boolean().default(false).meta({
      description:
        'Average the descriptors of the chip and of its mirror image: twice the network’s work. No gain in top-1 has been shown; true match rates are a little higher, within their intervals: on 510 photographs of CelebA 81.5 % for 79.2 % at a false match rate of 0.001.',
    }),
  }),
  references: () => ['king2009dlib'],
  example: '{use: face-recognition, mirror: true}',
  describe: () => ({
    words: false,
    dimension: 128,
    metric: 'l2',
    inputSize: 150,
    normalised: false,
    duplicateCosine: DUPLICATE_COSINE,
  }),
  async inspect({ faces, align }) {
    return faces === 'all' && align === 'cropped' ? [facesUnfit('`align: cropped` takes each image for one face')] : [];
  },
  async load(params, { folder, threads }) {
    const { FaceRecogniser } = await import('../../compute/faces/recogniser.js');
    const weights = await checkWeights();
    if (!weights.ok) return weights;
    return ok(await FaceRecogniser.load(params, folder, threads));
  },
  async surrogate(params, { folder }) {
    const { recognitionSurrogate } = await import('../../compute/faces/surrogate.js');
    const weights = await checkWeights();
    if (!weights.ok) return weights;
    return ok(await recognitionSurrogate(params, folder));
  },
});

async function checkWeights() {
  const { requireWeights } = await import('../../compute/faces/weights.js');
  return requireWeights();
}
