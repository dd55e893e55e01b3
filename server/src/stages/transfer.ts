import * as z from 'zod';
import { percent } from '../protocol/figure-text.js';
import { treatedName } from '../protocol/names.js';
import type { TransferResult } from '../protocol/results.js';
import { defineStage, singleImages } from './declare.js';
import { modelsIn, nameOf } from './embed.js';
import { firstFew } from './findings/first-few.js';
import { tooFewPairs } from './parts/few-pairs.js';
import { list } from './parts/params.js';
import { modelOf, versionSettings } from './parts/settings.js';

const FMR = 0.001;

export const transfer = defineStage({
  key: 'transfer',
  title: 'Transfer',
  docs: 'What perturbations of queries are worth against each of several judges, white boxes and black ones, and behind each countermeasure: whether a judge still matches a query, at a threshold of its own, with another image of its person.',
  params: z.strictObject({
    judges: list(
      z.string().meta({ description: 'A model of `embed.models`.', names: 'model' }),
      'The models that judge, by name; default: all that are embedded.',
    )
      .refine((names) => new Set(names).size === names.length, 'each judge is named once')
      .optional(),
    fmr: z.number().gt(0).lt(1).default(FMR).meta({
      description:
        'The false match rate that each judge’s threshold is set by, over impostor pairs of identities that no query belongs to. Where every identity is queried, half of them are drawn by the seed of `queries` for that and are not judged.',
    }),
  }),
  needs: [
    { section: 'embed', why: 'judges compare embeddings' },
    { section: 'poison', why: 'it asks what perturbations are worth' },
  ],
  uses: ['countermeasures'],
  example: '{judges: [face-recognition], fmr: 0.001}',
  block: 'transfer',
  modelList: 'judges',
  names: {
    judge: {
      what: 'judge',
      means: 'model',
      givenAt: ['transfer', 'judges', '*'],
      of: (section, others) => {
        const { judges } = (section ?? {}) as { judges?: unknown };
        const named = Array.isArray(judges) ? judges : modelsIn(others?.('embed')).map(nameOf);
        return named.filter((name): name is string => typeof name === 'string');
      },
    },
  },
  settings: (spec, { version, judge }) => {
    const { dataset, queries, transfer } = spec;
    return { dataset, queries, ...versionSettings(spec, version), fmr: transfer?.fmr, judge: modelOf(spec, judge) };
  },
  unfit: ({ transfer, queries }, dataset) => [
    ...singleImages(dataset, 'no query can be matched'),
    ...(transfer ? tooFewPairs(transfer.fmr, queries?.sample, dataset) : []),
  ],
  finding: ({ transfer = [] }) => {
    const perturbed = [...new Set(transfer.map(({ perturbation }) => perturbation))].filter(
      (name) => name !== 'original',
    );
    const said = perturbed.flatMap((name) => worstOf(transfer, name) ?? []);
    return said.length > 0 ? `${firstFew(said)}.` : undefined;
  },
});

/** The judge that sees the most through a perturbation, a black box where there is one, and what stands against it. */
function worstOf(all: readonly TransferResult[], name: string): string | undefined {
  const own = all.filter(({ perturbation, matched }) => perturbation === name && matched.rate !== null);
  const plain = own.filter(({ countermeasure }) => countermeasure === null);
  const black = plain.filter(({ whiteBox }) => whiteBox === false);
  const most = mostMatched(black.length > 0 ? black : plain);
  if (!most) return undefined;
  const { judge } = most;
  const original = all.find((row) => row.judge === judge && row.perturbation === 'original' && !row.countermeasure);
  const behind = mostMatched(own.filter((row) => row.judge === judge && row.countermeasure !== null));
  const more =
    behind && (behind.matched.rate ?? 0) > (most.matched.rate ?? 0)
      ? `, ${percent(behind.matched.rate)} as ${treatedName(name, behind.countermeasure ?? '')}`
      : '';
  const box = { true: 'white box', false: 'black box', unknown: 'box unknown' }[String(most.whiteBox)];
  return `${name}: ${judge} (${box}) still matches ${percent(most.matched.rate)} of queries${more}; of the originals ${percent(original?.matched.rate)}, of impostor pairs ${percent(most.fmr)}`;
}

function mostMatched(rows: readonly TransferResult[]): TransferResult | undefined {
  return [...rows].sort((a, b) => (b.matched.rate ?? 0) - (a.matched.rate ?? 0))[0];
}
