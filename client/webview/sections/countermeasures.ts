import { html } from 'lit';
import { countermeasureTables } from '../../../server/src/protocol/results/cross-tables.js';
import type { Results } from '../../../server/src/protocol/webview.js';
import { countColumn, decimalColumn, meaningOf, rateColumn, whiteBoxColumn } from '../parts/columns.js';
import { type Column, dataTable } from '../parts/data-table.js';
import { heatTable } from '../parts/heat-table.js';
import type { Section } from '../parts/section.js';

type Countered = NonNullable<Results['countermeasures']>[number];

/** What a tracker gains, and pays, by what it does to photographs first. */
export function countermeasuresSection(results: Results): Section | undefined {
  const { countermeasures, threshold } = results;
  if (!countermeasures || countermeasures.length === 0) return undefined;
  const columns = [
    ...COLUMNS,
    ...(countermeasures.some(({ leftOut }) => leftOut && Object.keys(leftOut).length > 0) ? [LEFT_OUT] : []),
    ...(countermeasures.some(({ protection }) => protection) ? PROTECTION : []),
  ];
  const body = html`
    ${countermeasureTables(results).map(heatTable)}
    ${dataTable({ caption: 'What came out', file: 'countermeasures', rows: countermeasures, columns })}
    <p class="quiet">
      The first row is what a countermeasure costs: photographs that nobody perturbed go through it too. Who counts is
      judged by the untouched originals, for every version, and so are distances, by
      ${threshold?.model ?? 'the threshold’s model'}. A countermeasure of a gallery acts on the photographs that
      protection is measured on, perturbed and clean, and never on what retrieval searches.
    </p>
  `;
  const lead = 'What is left of each perturbation behind what a tracker does to photographs first.';
  return { id: 'countermeasures', title: 'Countermeasures', lead, body };
}

const COLUMNS: Column<Countered>[] = [
  { label: 'Version', value: ({ name }) => name },
  { label: 'Plugin', only: 'figures', value: ({ use }) => use },
  { label: 'Target', value: ({ target }) => target },
  rateColumn('Top-1', ({ top1 }) => top1, 'countermeasures.*.top1'),
  rateColumn('Top-1 of all', ({ top1All }) => top1All ?? null, 'countermeasures.*.top1All'),
  whiteBoxColumn(({ whiteBox }) => whiteBox, 'countermeasures.*.whiteBox'),
  countColumn('Images', ({ images }) => images, 'countermeasures.*.images'),
  countColumn('No face after', ({ noFaceAfter }) => noFaceAfter, 'countermeasures.*.noFaceAfter'),
  decimalColumn('Median shift', 3, ({ medianShift }) => medianShift, 'countermeasures.*.medianShift'),
];

const LEFT_OUT: Column<Countered> = {
  label: 'Left out',
  value: ({ leftOut = {} }) =>
    Object.entries(leftOut)
      .map(([code, count]) => `${count} ${code}`)
      .join(', ') || null,
  meaning: meaningOf('countermeasures.*.leftOut'),
};

const PROTECTION: Column<Countered>[] = [
  rateColumn('Protection, 1-NN', ({ protection }) => protection?.nn ?? null, 'countermeasures.*.protection.nn'),
  rateColumn(
    'Protection, linear',
    ({ protection }) => protection?.linear ?? null,
    'countermeasures.*.protection.linear',
  ),
  countColumn(
    'Clean ones lost',
    ({ protection }) => protection?.galleryLeft ?? null,
    'countermeasures.*.protection.galleryLeft',
  ),
];
