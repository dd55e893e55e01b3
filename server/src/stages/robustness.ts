import { z } from 'zod';
import { percent } from '../protocol/figure-text.js';
import { defineStage } from './declare.js';
import { positive } from './parts/params.js';
import { engine, judging, versionSettings } from './parts/settings.js';

export const robustness = defineStage({
  key: 'robustness',
  title: 'Robustness',
  docs: 'Whether perturbed queries still find the person (paper, section 2.2).',
  params: z.strictObject({
    minValid: positive
      .default(3)
      .meta({ description: 'Valid results that the original must have for a query to count.' }),
  }),
  needs: [
    { section: 'retrieve', why: 'it counts what was retrieved' },
    { section: 'threshold', why: 'the threshold decides which results are valid' },
  ],
  example: '{minValid: 3}',
  block: 'robustness',
  settings: (spec, { version }) => ({
    ...engine(spec),
    ...judging(spec),
    robustness: spec.robustness,
    ...versionSettings(spec, version),
  }),
  finding: ({ robustness, poison = [] }) => {
    if (!robustness) return undefined;
    const { withValid, control } = robustness;
    const boxOf = (name: string) => (poison.find((made) => made.name === name)?.whiteBox ? ' (white-box)' : '');
    const rates = Object.entries(withValid).flatMap(([version, { rate }]) =>
      version === 'original' ? [] : `${version}: ${percent(rate)} are still found${boxOf(version)}`,
    );
    return rates.length > 0
      ? `${rates.join('; ')}; another person’s photograph “finds” ${percent(control.rate)}.`
      : undefined;
  },
});
