import { z } from 'zod';
import { interval, percent, points, whiteBoxWords } from '../protocol/figure-text.js';
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
  finding: ({ robustness }) => {
    if (!robustness) return undefined;
    const { withValid, control } = robustness;
    const rates = Object.entries(withValid).flatMap(([version, { rate, excess, rightPerson, whiteBox }]) => {
      if (version === 'original') return [];
      const words = whiteBoxWords(whiteBox);
      const beside = [
        ...(words ? [words] : []),
        ...(excess === undefined || excess === null ? [] : [`${points(excess)} from the control`]),
        ...(rightPerson === undefined || rightPerson === null ? [] : [`the right person in ${percent(rightPerson)}`]),
      ];
      const said = beside.length > 0 ? ` (${beside.join('; ')})` : '';
      return `${version}: ${percent(rate)} are still found${said}`;
    });
    const between = control.ci95ByIdentity ? ` (${interval(control.ci95ByIdentity)})` : '';
    return rates.length > 0
      ? `${rates.join('; ')}; another person’s photograph “finds” ${percent(control.rate)}${between}.`
      : undefined;
  },
});
