import * as z from 'zod';
import { definePlugin } from '../declare.js';
import { seed } from '../params.js';

export const noise = definePlugin({
  family: 'perturbation',
  surrogates: 'none',
  name: 'noise',
  version: 1,
  title: 'Uniform noise: what a perturbation does that aims at nothing',
  docs: `Every value of the square around the largest face is changed by uniform noise. What an attack does beyond noise as
visible as itself is due to its aim.`,
  params: z.object({
    epsilon: z.int().min(1).max(255).default(8).meta({ description: 'The most that a value changes, of 255.' }),
    seed: seed.default(1).meta({ description: 'What the noise is drawn by.' }),
  }),
  example: '{use: noise, epsilon: 8}',
  async load(params, context) {
    const { loadNoise } = await import('../../compute/perturbations/load.js');
    return loadNoise(params, context);
  },
});
