import * as z from 'zod';
import { ok } from '../../protocol/errors.js';
import { definePlugin } from '../declare.js';
import { seed } from '../params.js';

export const synthetic = definePlugin({
  family: 'dataset',
  name: 'synthetic',
  version: 1,
  title: 'Portraits drawn by Lookalike itself: no data set needed',
  docs: `Portraits of people who do not exist, drawn by code and the same for the same seed. Identities differ in the shape of
the face, skin, eyes, brows, nose, mouth, hair, beard and glasses; images of one identity in pose, expression, light,
background, scale, noise and compression. What each was drawn with (glasses, beard, hair, expression, light, …) is listed
beside them as CelebA lists it, for \`attributes\`. For trying things out: figures on them say nothing about photographs.`,
  params: z.object({
    identities: z.int().min(1).max(10_000).default(40).meta({ description: 'How many people.' }),
    images: z.int().min(1).max(1000).default(6).meta({ description: 'How many images of each.' }),
    seed: seed.default(7).meta({ description: 'What everything is drawn by.' }),
    size: z.int().min(96).max(1024).default(224).meta({ description: 'Side of an image in pixels.' }),
  }),
  example: '{use: synthetic, identities: 40, images: 6}',
  describe: ({ identities, images }) => ({ images: identities * images, imagesPerIdentity: images }),
  async load(params) {
    const { SyntheticDataset } = await import('../../compute/portraits/dataset.js');
    return ok(new SyntheticDataset(params));
  },
});
