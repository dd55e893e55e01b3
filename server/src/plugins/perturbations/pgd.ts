import * as z from 'zod';
import { definePlugin } from '../declare.js';
import { pluginList, seed, targetedParameter } from '../params.js';

export const pgd = definePlugin({
  family: 'perturbation',
  surrogates: 'followed',
  name: 'pgd',
  version: 1,
  title: 'PGD: sign steps within a bound on how much any value changes',
  docs: `Projected gradient descent (Madry et al., ICLR 2018): the plain attack to compare others with. The largest face is moved
away from itself in the features of the surrogates, by sign steps through its alignment, and no value of the saved PNG
changes by more than \`epsilon\`. It weighs no visibility: \`budget\` brings it to that of another perturbation. With
\`momentum: 1\` it is MI-FGSM (Dong et al., CVPR 2018), with \`diversity\` DI²-FGSM (Xie et al., CVPR 2019), both made to
work on networks that they did not see.`,
  params: z.object({
    surrogates: pluginList('model', 'The models whose features are moved, together.', ['face-recognition']),
    epsilon: z.int().min(1).max(255).default(8).meta({
      description: 'The most that a value changes, of 255: the radius of the L∞ ball. It holds in the saved PNG.',
    }),
    steps: z.int().min(1).max(1000).default(20).meta({ description: 'How many steps are taken.' }),
    stepSize: z.number().positive().max(255).optional().meta({
      description: 'How much a step changes a value, of 255. Default: 2.5 · `epsilon` / `steps`.',
    }),
    momentum: z.number().min(0).max(10).default(0).meta({
      description: 'What a step keeps of the gradients before, each brought to length 1 (L1): the μ of MI-FGSM.',
    }),
    diversity: z.number().min(0).max(1).default(0).meta({
      description: 'The probability that a step sees a face resized to 0.9–1 of its side, at a random place on black.',
    }),
    targeted: targetedParameter(),
    seed: seed.default(1).meta({ description: 'What the start within the ball and the diversity are drawn by.' }),
  }),
  references: ({ momentum, diversity }) => [
    'madry2018pgd',
    ...(momentum > 0 ? (['dong2018momentum'] as const) : []),
    ...(diversity > 0 ? (['xie2019diversity'] as const) : []),
  ],
  example: '{use: pgd, epsilon: 8, momentum: 1, diversity: 0.5, surrogates: [face-recognition]}',
  async load(params, context) {
    const { loadPgd } = await import('../../compute/perturbations/load.js');
    return loadPgd(params, context);
  },
});
