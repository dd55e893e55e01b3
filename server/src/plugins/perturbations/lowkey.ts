import * as z from 'zod';
import { definePlugin } from '../declare.js';
import { inspectLpips } from '../inspection/lpips-ports.js';
import { modelPath, pluginList, seed, targetedParameter } from '../params.js';

export const lowkey = definePlugin({
  family: 'perturbation',
  surrogates: 'followed',
  name: 'lowkey',
  version: 2,
  title: 'LowKey: an attack on a face’s features that outlasts a blur and is seen little',
  docs: `LowKey (Cherepanova et al., ICLR 2021) with its authors’ constants: sign steps on the photograph itself, through its
alignment, away from the largest face’s features in the surrogates, blurred or not. How much may be seen is weighed by
LPIPS where \`lpips\` names a model of it, else by structural dissimilarity (DSSIM), at a weight by which a face changes as
much as in the authors’ example: a PSNR of 30 dB.`,
  params: z.object({
    surrogates: pluginList('model', 'The models whose features are moved, together.', ['face-recognition']),
    steps: z.int().min(1).max(1000).default(50).meta({ description: 'Steps, each of 0.0025 of a pixel’s range.' }),
    lpips: modelPath(
      'A model of LPIPS: two images in [-1, 1] of any one size to one number. Default: none; DSSIM stands in.',
    ).optional(),
    weight: z.number().positive().max(1e6).optional().meta({
      description: 'What the visibility counts against the features’ distance. Default: 25.6 for LPIPS, 2 for DSSIM.',
    }),
    targeted: targetedParameter(),
    seed: seed.default(1).meta({ description: 'What the noise that the search starts from is drawn by.' }),
  }),
  references: ({ lpips }) => ['cherepanova2021lowkey', lpips === undefined ? 'wang2004ssim' : 'zhang2018lpips'],
  example: '{use: lowkey, surrogates: [face-recognition]}',
  describe: ({ lpips }) =>
    lpips === undefined
      ? {
          perceptualTerm: 'dssim',
          unlikeAuthors: 'DSSIM in place of LPIPS',
        }
      : { perceptualTerm: 'lpips' },
  async inspect({ lpips }) {
    return lpips === undefined ? [] : inspectLpips(lpips);
  },
  async load(params, context) {
    const { loadLowKey } = await import('../../compute/perturbations/load.js');
    return loadLowKey(params, context);
  },
});
