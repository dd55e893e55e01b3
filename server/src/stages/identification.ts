import * as z from 'zod';
import { seed } from '../plugins/params.js';
import { count, percent } from '../protocol/figure-text.js';
import { defineStage, singleImages, type Unfit } from './declare.js';
import { list, positive } from './parts/params.js';
import { modelOf } from './parts/settings.js';

const RANKS = [1, 5, 10];
const RATES = [0.01, 0.1];

export const identification = defineStage({
  key: 'identification',
  title: 'Identification',
  docs: 'How well an image is told whom it shows of the people who are enrolled, or that it shows none of them: CMC, and false negative at false positive identification rates (NIST FRTE 1:N).',
  params: z.strictObject({
    enrol: positive.default(1).meta({
      description: 'Images of each enrolled identity that make the gallery, drawn by `seed`; all others are probes.',
    }),
    ranks: list(
      positive.max(1000),
      'Ranks of the CMC: a probe is found where its identity is one of so many nearest.',
    ).default(RANKS),
    unknown: z
      .number()
      .min(0)
      .lt(1)
      .default(0.5)
      .meta({ description: 'The share of identities that are not enrolled, drawn by `seed`; 0 leaves out `fpir`.' }),
    fpir: list(
      z.number().gt(0).lt(1),
      'False positive identification rates: each threshold is the largest at which no larger share of unknown probes match anybody.',
    ).default(RATES),
    seed: seed.default(1).meta({ description: 'Which identities and images are enrolled; the same for every model.' }),
  }),
  needs: [{ section: 'embed', why: 'it compares embeddings' }],
  example: '{enrol: 1, ranks: [1, 5], unknown: 0.5, fpir: [0.1]}',
  block: 'identification',
  names: {
    rank: { what: 'rank', of: (section) => namesIn(section, 'ranks', RANKS) },
    fpir: { what: 'false positive identification rate', of: (section) => namesIn(section, 'fpir', RATES) },
  },
  settings: (spec, { model }) => {
    const { dataset, identification } = spec;
    const { enrol, unknown, seed: drawnBy } = identification ?? {};
    return { dataset, enrol, unknown, drawnBy, model: modelOf(spec, model) };
  },
  unfit: ({ identification: asked }, dataset): readonly Unfit[] => {
    const { images, imagesPerIdentity: each } = dataset;
    if (images === undefined || each === undefined || !asked) return [];
    if (each === 1) return singleImages(dataset, 'an enrolled image leaves none of its person to search for');
    const unfit = (at: string, message: string): Unfit => ({ code: 'pairs-unfit', at: [at], message });
    if (asked.enrol >= each) {
      return [
        unfit('enrol', `Identities have ${each} images: ${asked.enrol} that are enrolled leave none to search for`),
      ];
    }
    const identities = images / each;
    const unknown = unknownAmong(identities, asked.unknown);
    if (identities === unknown) {
      return [
        unfit('unknown', `${percent(asked.unknown)} of ${count(identities)} identities are all: nobody is enrolled`),
      ];
    }
    if (unknown === 0 && asked.unknown > 0) {
      return [
        unfit('unknown', `${percent(asked.unknown)} of ${count(identities)} identities are none: nobody is unknown`),
      ];
    }
    const probes = unknown * each;
    if (probes === 0) return [];
    return asked.fpir.flatMap((rate, n) =>
      rate * probes >= 1
        ? []
        : {
            code: 'pairs-unfit' as const,
            at: ['fpir', n],
            message: `${count(probes)} unknown probes measure no false positive identification rate below ${Number((1 / probes).toPrecision(2))}: at ${rate} not one may match`,
          },
    );
  },
  finding: ({ identification: measured = [] }) => {
    const said = measured.flatMap(({ model, cmc, at }) => {
      const [first] = Object.entries(cmc);
      if (!first || first[1].rate === null) return [];
      const point = at.find(({ fnir }) => fnir.rate !== null);
      const open = point ? ` and misses ${percent(point.fnir.rate)} at an FPIR of ${point.fpir}` : '';
      return `${model} finds the person at rank ${first[0]} in ${percent(first[1].rate)} of searches${open}`;
    });
    return said.length > 0 ? `${said.join('; ')}.` : undefined;
  },
});

/** How many of some identities are not enrolled. */
export function unknownAmong(identities: number, share: number): number {
  return Math.round(share * identities);
}

function namesIn(section: unknown, key: string, standard: readonly number[]): string[] {
  const written = ((section ?? {}) as Record<string, unknown>)[key];
  const all: readonly unknown[] = Array.isArray(written) ? written : standard;
  return [...new Set(all.flatMap((one) => (typeof one === 'number' ? String(one) : [])))];
}
