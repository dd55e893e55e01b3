import { intervalOf } from '../../../server/src/protocol/figure-text.js';
import type { Results } from '../../../server/src/protocol/webview.js';
import { rateBars } from '../charts/rate-bars.js';
import { type Figure, INTERVAL_NOTE } from './figure.js';

/** How often what a model answers of an image, asked by words, is right. */
export function attributesFigures({ attributes }: Pick<Results, 'attributes'>): Figure[] {
  const bars = (attributes?.questions ?? []).flatMap(({ name, accuracy }) =>
    accuracy ? [{ label: name, rate: accuracy.rate, ci95: intervalOf(accuracy) ?? null, colour: 'var(--accent)' }] : [],
  );
  if (bars.length === 0) return [];
  return [
    {
      heading: 'Right answers by attribute',
      note: `Bars: share of the images that the list names. Lines: ${INTERVAL_NOTE}`,
      file: 'attributes',
      draw: (width) => rateBars([{ title: '', bars }], width, 'share of answers'),
    },
  ];
}
