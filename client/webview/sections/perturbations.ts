import { html, nothing } from 'lit';
import { counted, percent } from '../../../server/src/protocol/figure-text.js';
import type { ReportData, Results } from '../../../server/src/protocol/webview.js';
import { countColumn, decimalColumn, meaningOf, rateColumn, whiteBoxColumn } from '../parts/columns.js';
import { type Column, dataTable } from '../parts/data-table.js';
import { whiteBoxTag } from '../parts/mark.js';
import type { Section } from '../parts/section.js';
import { perturbedPhotographs } from './perturbed-photographs.js';

type Perturbation = NonNullable<Results['poison']>[number];

/** What each perturbation did to the photographs and to the right match. */
export function perturbationsSection(
  { poison, threshold, retrieve, robustness }: Results,
  perturbed: ReportData['perturbed'] = [],
): Section | undefined {
  if (!poison || poison.length === 0) return undefined;
  const columns = [
    ...COLUMNS,
    ...(poison.some(({ meanLpips }) => meanLpips !== undefined) ? [LPIPS] : []),
    ...(poison.some(({ leftOut }) => leftOut) ? [LEFT_OUT] : []),
    ...(poison.some(({ protection }) => protection) ? PROTECTION : []),
    SECONDS,
  ];
  const body = html`
    ${dataTable({ caption: 'Visibility and effect', file: 'perturbations', rows: poison, columns })}
    <p class="quiet">
      A perturbed <strong>query</strong> is evasion, a perturbed <strong>gallery</strong> poisoning.
      <strong>Top-1</strong> asks whether the one photograph that is nearest to the perturbed one shows the right person,
      by ${threshold?.model ?? 'the threshold’s model'}.
      ${robustness && retrieve ? secondRate(retrieve.requested) : nothing} <strong>White-box</strong>: the attack could
      look into the very model that judges it, so the rate flatters the attack; unknown where a tool does not say what it was
      made against (<code>surrogates:</code>). Photographs in which no face was found
      afterwards are counted apart.
    </p>
    ${poison.map(unlikeAuthors)} ${perturbedPhotographs(perturbed)}
  `;
  const lead =
    'How visible each perturbation is, how far it moves a face, and how often the right person is still found.';
  return { id: 'perturbations', title: 'Perturbations', lead, body };
}

/** What bears an attack's name and has not its settings is said beside its figures. */
function unlikeAuthors({ name, unlikeAuthors: how }: Perturbation) {
  return how ? html`<p class="notice"><bdi>${name}</bdi> has not the settings of its authors: ${how}.</p>` : nothing;
}

function secondRate(results: number): string {
  return `Robustness asks something else of the same photograph: whether any one of up to ${counted(results, 'result')} is valid. Both rates are true, and they may be far apart.`;
}

const COLUMNS: Column<Perturbation>[] = [
  { label: 'Name', value: ({ name }) => name, show: nameView },
  { label: 'Plugin', only: 'figures', value: ({ use }) => use },
  { label: 'Target', value: ({ target }) => target },
  { label: 'Surrogates', value: ({ surrogates }) => surrogates.join(' ') || null },
  { label: 'Unlike its authors’', only: 'saved', value: ({ unlikeAuthors }) => unlikeAuthors ?? null },
  { label: 'Perceptual term', only: 'figures', value: ({ perceptualTerm }) => perceptualTerm ?? null },
  {
    label: 'Top-1',
    numeric: true,
    value: ({ top1 }) => top1,
    show: top1View,
    text: ({ top1 }) => percent(top1),
    meaning: meaningOf('poison.*.top1'),
  },
  whiteBoxColumn(({ whiteBox }) => whiteBox, 'poison.*.whiteBox'),
  countColumn('Images', ({ images }) => images, 'poison.*.images'),
  countColumn('No face after', ({ noFaceAfter }) => noFaceAfter, 'poison.*.noFaceAfter'),
  decimalColumn('Mean DSSIM', 4, ({ meanDssim }) => meanDssim, 'poison.*.meanDssim'),
  decimalColumn('Mean PSNR, dB', 1, ({ meanPsnr }) => meanPsnr ?? null, 'poison.*.meanPsnr'),
  decimalColumn('Mean L2', 2, ({ meanL2 }) => meanL2 ?? null, 'poison.*.meanL2'),
  decimalColumn('L∞', 4, ({ linf }) => linf, 'poison.*.linf'),
  decimalColumn('Mean shift', 3, ({ meanShift }) => meanShift, 'poison.*.meanShift'),
  decimalColumn('Median shift', 3, ({ medianShift }) => medianShift, 'poison.*.medianShift'),
];

const LPIPS = decimalColumn<Perturbation>('Mean LPIPS', 4, ({ meanLpips }) => meanLpips ?? null, 'poison.*.meanLpips');

const PROTECTION: Column<Perturbation>[] = [
  rateColumn('Protection, 1-NN', ({ protection }) => protection?.nn ?? null, 'poison.*.protection.nn'),
  rateColumn('Protection, linear', ({ protection }) => protection?.linear ?? null, 'poison.*.protection.linear'),
];

const LEFT_OUT: Column<Perturbation> = {
  label: 'Left out',
  value: ({ leftOut = {} }) =>
    Object.entries(leftOut)
      .map(([code, count]) => `${code} ${count}`)
      .join(', ') || null,
  meaning: meaningOf('poison.*.leftOut'),
};

const SECONDS: Column<Perturbation> = decimalColumn('Seconds', 1, ({ seconds }) => seconds, 'poison.*.seconds');

function nameView({ name, use }: Perturbation) {
  return html`<bdi>${name}</bdi>${name === use ? nothing : html` <span class="quiet">(<bdi>${use}</bdi>)</span>`}`;
}

function top1View({ top1, whiteBox }: Perturbation) {
  return html`${percent(top1)}${whiteBoxTag(whiteBox)}`;
}
