import { parsePath } from '../../protocol/figure-path.js';
import { counted, figureText } from '../../protocol/figure-text.js';
import { variantText } from '../../protocol/runs/variant.js';
import { type Figure, withNames } from '../../stages/figures.js';
import { type MeasuredFigure, measuredFigure } from '../../stages/findings/measured.js';
import type { Measured, VariantRuns } from '../run-states.js';

/** More variants are not told one by one. */
const MOST_TOLD = 24;

/**
 * A figure over the variants of a matrix: from the least to the most, and each in the tooltip. While it is not known of
 * all of them, it says of how many.
 */
export function overVariants(variants: readonly VariantRuns[], figure: Figure): Measured<MeasuredFigure> | undefined {
  const path = parsePath(figure.path) ?? [];
  const found = variants.flatMap(({ values, measured }) => {
    const one = measured(path, (results) => measuredFigure(results, figure));
    return one ? { ...one, values } : [];
  });
  const fresh = found.filter(({ stale }) => !stale);
  const told = fresh.length > 0 ? fresh : found;
  const [first] = told;
  if (!first) return undefined;
  const newest = told.reduce((a, b) => (a.measuredAt >= b.measuredAt ? a : b));
  const numbers = told.map(({ value }) => value.value);
  const text = rangeText(figure, Math.min(...numbers), Math.max(...numbers));
  const isPart = told.length < variants.length;
  const some = isPart ? ` of ${variants.length}` : '';
  const shown = isPart ? `${text} (${told.length} of ${variants.length})` : text;
  const each = told.slice(0, MOST_TOLD).map(({ values, value }) => `- ${variantText(values)}: ${value.text}`);
  const more = told.length > MOST_TOLD ? [`- and ${told.length - MOST_TOLD} more`] : [];
  const label = withNames(figure.label, figure.names);
  const over = `over ${told.length}${some} ${counted(variants.length, 'variant').replace(/^\S+ /, '')}`;
  const sentence = `**${label}** ${text} ${over}. ${withNames(figure.docs, figure.names)}.`;
  const boxes = told.map(({ value }) => value.whiteBox);
  return {
    folder: newest.folder,
    measuredAt: newest.measuredAt,
    stale: first.stale,
    isGoingOn: told.some(({ isGoingOn }) => isGoingOn),
    value: {
      value: first.value.value,
      text,
      short: figure.short && withNames(figure.short, { ...figure.names, value: shown }),
      whiteBox: boxes.includes(true) ? true : boxes.includes('unknown') ? 'unknown' : undefined,
      sentence: [sentence, [...each, ...more].join('\n')].join('\n\n'),
    },
  };
}

/** `60.0 – 85.0 %`: the unit once. */
export function rangeText({ kind }: Pick<Figure, 'kind'>, least: number, most: number): string {
  const [from, to] = [figureText(kind, least), figureText(kind, most)];
  if (from === to) return to;
  const [, unit] = / (\D+)$/.exec(to) ?? [];
  return `${unit !== undefined && from.endsWith(` ${unit}`) ? from.slice(0, -unit.length - 1) : from} – ${to}`;
}
