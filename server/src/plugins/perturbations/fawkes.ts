import * as z from 'zod';
import { definePlugin } from '../declare.js';
import { pluginList, seed, targetedParameter } from '../params.js';

export const fawkes = definePlugin({
  family: 'perturbation',
  surrogates: 'followed',
  name: 'fawkes',
  version: 2,
  title: 'Fawkes: a cloak that moves a face in a model’s features and is hard to see',
  docs: `Fawkes 1.0 (Shan et al., USENIX Security 2020) with its authors’ constants: the largest face is moved away from itself
in the features of the surrogates, within a budget of structural dissimilarity (DSSIM: low 0.004, mid 0.012, high 0.017)
that holds in the saved PNG. \`schedule: steady\` is a setting of ours that moves it further within the same budget.`,
  params: z.object({
    mode: z.enum(['low', 'mid', 'high']).default('mid').meta({ description: 'How much may be seen of the cloak.' }),
    schedule: z.enum(['published', 'steady']).default('published').meta({
      description:
        'The authors’ learning rate with a weight that is doubled and halved, or a quarter of the rate with a fixed weight.',
    }),
    surrogates: pluginList(
      'model',
      'The models whose features are moved, together: they stand for the one that will look.',
      ['face-recognition'],
    ),
    targeted: targetedParameter(),
    seed: seed.default(1).meta({ description: 'What the noise that the search starts from is drawn by.' }),
  }),
  references: () => ['shan2020fawkes', 'wang2004ssim'],
  example: '{use: fawkes, mode: mid, surrogates: [face-recognition]}',
  describe: () => ({ perceptualTerm: 'dssim' }),
  async load(params, context) {
    const { loadFawkes } = await import('../../compute/perturbations/load.js');
    return loadFawkes(params, context);
  },
});
