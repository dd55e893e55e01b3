import * as z from 'zod';
import { interval, percent, points, whiteBoxWords } from '../protocol/figure-text.js';
import { partsOfVersion } from '../protocol/names.js';
import { defineStage } from './declare.js';
import { firstFew } from './findings/first-few.js';
import { list, positive } from './parts/params.js';
import { engine, judging, versionSettings } from './parts/settings.js';

/** Who looks for a person by what a search found: once, or again and again. */
export const TRACKERS = ['static', 'dynamic'] as const;

export const robustness = defineStage({
  key: 'robustness',
  title: 'Robustness',
  docs: 'Whether perturbed queries still find the person (paper, section 2.2).',
  params: z.strictObject({
    minValid: positive
      .default(3)
      .meta({ description: 'Valid results that the original must have for a query to count.' }),
    trackers: list(
      z.enum(TRACKERS),
      '`static` looks at what a query retrieves; `dynamic` searches again with each of its valid results, by the query’s own threshold, as long as new ones come. Beside the figures above stand those of each.',
    )
      .refine((names) => new Set(names).size === names.length, 'each tracker is named once')
      .optional(),
    rounds: positive
      .max(1000)
      .default(10)
      .meta({ description: 'How often the dynamic tracker searches again at the most.' }),
  }),
  needs: [
    { section: 'retrieve', why: 'it counts what was retrieved' },
    { section: 'threshold', why: 'the threshold decides which results are valid' },
  ],
  example: '{minValid: 3}',
  block: 'robustness',
  names: {
    tracker: {
      what: 'tracker',
      of: (section) => {
        const { trackers } = (section ?? {}) as { trackers?: unknown };
        return Array.isArray(trackers) ? trackers.filter((name) => typeof name === 'string') : [];
      },
    },
  },
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
      // What goes through a countermeasure has a table of its own.
      if (version === 'original' || partsOfVersion(version)[1] !== undefined) return [];
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
      ? `${firstFew(rates)}; another person’s photograph “finds” ${percent(control.rate)}${between}.`
      : undefined;
  },
});
