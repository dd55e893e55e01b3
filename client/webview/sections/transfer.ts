import { html } from 'lit';
import { count, percent } from '../../../server/src/protocol/figure-text.js';
import { treatedName } from '../../../server/src/protocol/names.js';
import { transferTables } from '../../../server/src/protocol/results/cross-tables.js';
import type { Results } from '../../../server/src/protocol/webview.js';
import { countColumn, decimalColumn, intervalColumns, rateColumn, whiteBoxColumn } from '../parts/columns.js';
import { type Column, dataTable } from '../parts/data-table.js';
import { heatTable } from '../parts/heat-table.js';
import { whiteBoxTag } from '../parts/mark.js';
import type { Section } from '../parts/section.js';

type Row = NonNullable<Results['transfer']>[number];

/** What each judge, at a threshold of its own, still makes of each version of the queries. */
export function transferSection(results: Results): Section | undefined {
  const { transfer } = results;
  const [first] = transfer ?? [];
  if (!transfer || !first) return undefined;
  const body = html`
    ${transferTables(results).map(heatTable)} ${dataTable({ caption: 'Each version by each judge', file: 'transfer', rows: transfer, columns: COLUMNS })}
    <p class="quiet">
      A query is <strong>matched</strong> where it lies within the judge’s own threshold of at least one other image of its
      person. That threshold lets no more than ${percent(first.fmr)} of impostor pairs match, of people of whom nobody is
      judged; the originals, in the first row, are what the others are to be compared with. <strong>Of all</strong> counts a
      face that the judge no longer finds as not matched. <strong>Shift</strong> is in the judge’s median distance between
      two images of one person. Intervals resample people.
    </p>
  `;
  return { id: 'transfer', title: 'Transfer', lead: leadOf(transfer, first), body };
}

function leadOf(transfer: readonly Row[], first: Row): string {
  const judges = new Set(transfer.map(({ judge }) => judge)).size;
  const queries = `${count(first.images)} queries`;
  return `${queries} before ${count(judges)} judge${judges === 1 ? '' : 's'}, each at a false match rate of ${first.fmr}.`;
}

function versionOf({ perturbation, countermeasure }: Row): string {
  return countermeasure === null ? perturbation : treatedName(perturbation, countermeasure);
}

const COLUMNS: Column<Row>[] = [
  { label: 'Version', value: versionOf },
  {
    label: 'Judge',
    value: ({ judge }) => judge,
    show: ({ judge, whiteBox }) => html`<bdi>${judge}</bdi>${whiteBoxTag(whiteBox)}`,
    text: ({ judge }) => judge,
  },
  whiteBoxColumn(({ whiteBox }) => whiteBox, 'transfer.*.whiteBox'),
  rateColumn('Matched', ({ matched }) => matched.rate, 'transfer.*.matched.rate'),
  ...intervalColumns<Row>(({ matched }) => matched),
  rateColumn('Of all', ({ matchedAll }) => matchedAll, 'transfer.*.matchedAll'),
  rateColumn('Top-1', ({ top1 }) => top1.rate, 'transfer.*.top1.rate'),
  countColumn('Images', ({ images }) => images, 'transfer.*.images'),
  countColumn('No face', ({ noFace }) => noFace, 'transfer.*.noFace'),
  decimalColumn('Shift', 2, ({ shift }) => shift, 'transfer.*.shift'),
  { ...decimalColumn<Row>('Threshold', 4, ({ threshold }) => threshold, 'transfer.*.threshold'), only: 'saved' },
];
