import * as z from 'zod';
import { inspectLpips } from '../plugins/inspection/lpips-ports.js';
import { modelPath, seed } from '../plugins/params.js';
import { decimal, percent } from '../protocol/figure-text.js';
import { nameSchema } from '../protocol/names.js';
import type { Results } from '../protocol/results.js';
import { defineStage } from './declare.js';
import { firstFew } from './findings/first-few.js';
import { plugin, positive } from './parts/params.js';
import { judging, perturbationOf } from './parts/settings.js';
import { entriesOf, evasions, treatedQueries } from './parts/versions.js';

/** Keys of every perturbation; one that has a `seed` of its own is given it too. */
const keys = z.object({
  target: z.enum(['query', 'gallery']).default('query').meta({
    description:
      'What is perturbed: the queried photographs (evasion, as in the paper), or photographs that are searched (poisoning).',
  }),
  users: positive.default(10).meta({
    description: 'With `target: gallery`: how many people are protected, one at a time, drawn by `seed`.',
  }),
  split: z.number().gt(0).lt(1).default(0.7).meta({
    description:
      'With `target: gallery`: the share of each person’s photographs that is searched; the rest are queries.',
  }),
  budget: z
    .strictObject({
      dssim: z
        .number()
        .gt(0)
        .max(0.5)
        .optional()
        .meta({ description: 'The structural dissimilarity, (1 − SSIM) / 2.', examples: [0.02] }),
      psnr: z
        .number()
        .min(5)
        .max(60)
        .optional()
        .meta({ description: 'The peak signal-to-noise ratio, in dB.', examples: [30] }),
    })
    .superRefine(({ dssim, psnr }, issues) => {
      if (dssim === undefined && psnr === undefined)
        issues.addIssue({ code: 'custom', message: 'A budget is of one of dssim, psnr' });
      if (dssim !== undefined && psnr !== undefined)
        issues.addIssue({
          code: 'custom',
          path: ['psnr'],
          message: 'A budget is of one measure: "dssim" is there already',
        });
    })
    .optional()
    .meta({
      description:
        'How visible each saved photograph is to be, over the square around its face: its change is made stronger or weaker until it is within 1 % below. Compare perturbations at one budget.',
    }),
  like: nameSchema.optional().meta({
    description:
      'Another perturbation of the file: each saved photograph is brought to the DSSIM of its version of the same photograph, as `budget` does.',
    names: 'perturbation',
  }),
  lpips: modelPath(
    'A model of LPIPS (Zhang et al., CVPR 2018) by which results say how visible each saved photograph is, over the square around its face: two images in [-1, 1] of any one size to one number.',
  ).optional(),
  seed: seed.default(1).meta({ description: 'What `users` and `split` are drawn by.' }),
});

export const poison = defineStage({
  key: 'poison',
  title: 'Perturbations',
  docs: 'Perturbed versions of photographs, by name: of the queries (evasion), or of the gallery (poisoning).',
  params: z.record(nameSchema, plugin('perturbation', 'A perturbation of images.')),
  beside: {
    family: 'perturbation',
    keys,
    inspect: async ({ lpips }) => (typeof lpips === 'string' ? inspectLpips(lpips) : []),
  },
  needs: [],
  uses: ['embed'],
  example: '{fawkes: {use: fawkes, mode: mid}, lowkey: {use: lowkey}}',
  block: 'poison',
  names: {
    perturbation: { what: 'perturbation', givenAt: ['poison', '*'], of: (section) => Object.keys(entriesOf(section)) },
    version: {
      what: 'version',
      means: 'perturbation',
      givenAt: ['poison', '*'],
      of: (section, others) => ['original', ...evasions(section), ...treatedQueries(section, others)],
    },
  },
  settings: (spec, { perturbation }) => ({ ...judging(spec), perturbation: perturbationOf(spec, perturbation) }),
  finding: ({ poison = [], robustness }) => {
    // Where retrieval was run, what is still found says more.
    const moved = robustness ? [] : poison.filter(({ top1 }) => top1 !== null);
    const rates = moved.map(
      ({ name, top1 }) => `${name}: the nearest photograph still is of the person in ${percent(top1)}`,
    );
    const said = [rates.length > 0 ? `${firstFew(rates)}.` : undefined, visibilityWords(poison)];
    return said.filter(Boolean).join(' ') || undefined;
  },
});

/** A budget is met within so much, and so is the mean of what met it. */
const SAME = { dssim: 0.02, psnr: 0.1 };

/** Whether rates of several perturbations can be held against each other: what is seen more may only therefore hide more. */
function visibilityWords(poison: NonNullable<Results['poison']>): string | undefined {
  const seen = poison
    .flatMap(({ name, meanDssim, meanPsnr }) =>
      meanDssim === null ? [] : [{ name, dssim: meanDssim, psnr: meanPsnr ?? null }],
    )
    .sort((a, b) => a.dssim - b.dssim);
  const [least, most] = [seen[0], seen.at(-1)];
  if (!least || !most || least === most) return undefined;
  if (most.dssim <= (1 + SAME.dssim) * least.dssim) return `They are equally visible: DSSIM ${decimal(most.dssim, 4)}.`;
  const psnr = seen.flatMap((one) => one.psnr ?? []);
  const [low, high] = [Math.min(...psnr), Math.max(...psnr)];
  if (psnr.length === seen.length && high - low <= SAME.psnr)
    return `They are equally visible: PSNR ${decimal(low, 1)} dB.`;
  const of = ({ name, dssim }: { name: string; dssim: number }) => `${decimal(dssim, 4)} (${name})`;
  return `They are not equally visible, DSSIM ${of(least)} to ${of(most)}: a common \`budget\` would make their rates comparable.`;
}
