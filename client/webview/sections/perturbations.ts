import { html, nothing } from 'lit';
import { percent } from '../../../server/src/protocol/figure-text.js';
import type { ReportData, Results } from '../../../server/src/protocol/webview.js';
import { countColumn, decimalColumn, rateColumn } from '../parts/columns.js';
import { type Column, dataTable } from '../parts/data-table.js';
import { whiteBoxTag } from '../parts/mark.js';
import type { Section } from '../parts/section.js';
import { perturbedPhotographs } from './perturbed-photographs.js';

type Perturbation = NonNullable<Results['poison']>[number];

/** What each perturbation did to the photographs and to the right match. */
export function perturbationsSection(
  { poison, threshold }: Results,
  perturbed: ReportData['perturbed'] = [],
): Section | undefined {
  if (!poison || poison.length === 0) return undefined;
  const columns = poison.some(({ protection }) => protection)
    ? [...COLUMNS, ...PROTECTION, SECONDS]
    : [...COLUMNS, SECONDS];
  const body = html`
    ${dataTable({ caption: 'Visibility and effect', file: 'perturbations', rows: poison, columns })}
    <p class="quiet">
      A perturbed <strong>query</strong> is evasion, a perturbed <strong>gallery</strong> poisoning.
      <strong>Shift</strong> is the L2 distance that a photograph moved, by ${threshold?.model ?? 'the threshold’s model'}.
      <strong>Top-1</strong> is how often the right person is still first. <strong>White-box</strong>: the attack could
      look into the very model that judges it, so the rate flatters the attack. Photographs in which no face was found
      afterwards are counted apart.
    </p>
    ${perturbedPhotographs(perturbed)}
  `;
  const lead =
    'How visible each perturbation is, how far it moves a face, and how often the right person is still found.';
  return { id: 'perturbations', title: 'Perturbations', lead, body };
}

const COLUMNS: Column<Perturbation>[] = [
  { label: 'Name', value: ({ name }) => name, show: nameView },
  { label: 'Plugin', only: 'saved', value: ({ use }) => use },
  { label: 'Target', value: ({ target }) => target },
  { label: 'Surrogates', value: ({ surrogates }) => surrogates.join(' ') || null },
  { label: 'Perceptual term', only: 'saved', value: ({ perceptualTerm }) => perceptualTerm ?? null },
  { label: 'Top-1', numeric: true, value: ({ top1 }) => top1, show: top1View },
  { label: 'White-box', only: 'saved', value: ({ whiteBox }) => whiteBox },
  countColumn('Images', ({ images }) => images),
  countColumn('No face after', ({ noFaceAfter }) => noFaceAfter),
  decimalColumn('Mean DSSIM', 4, ({ meanDssim }) => meanDssim),
  decimalColumn('L∞', 4, ({ linf }) => linf),
  decimalColumn('Mean shift', 3, ({ meanShift }) => meanShift),
  decimalColumn('Median shift', 3, ({ medianShift }) => medianShift),
];

const PROTECTION: Column<Perturbation>[] = [
  rateColumn('Protection, 1-NN', ({ protection }) => protection?.nn ?? null),
  rateColumn('Protection, linear', ({ protection }) => protection?.linear ?? null),
];

const SECONDS: Column<Perturbation> = decimalColumn('Seconds', 1, ({ seconds }) => seconds);

function nameView({ name, use }: Perturbation) {
  return html`<bdi>${name}</bdi>${name === use ? nothing : html` <span class="quiet">(<bdi>${use}</bdi>)</span>`}`;
}

function top1View({ top1, whiteBox }: Perturbation) {
  return html`${percent(top1)}${whiteBox ? whiteBoxTag() : nothing}`;
}
