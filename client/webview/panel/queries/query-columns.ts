import { html, type TemplateResult } from 'lit';
import { count, decimal, percent } from '../../../../server/src/protocol/figure-text.js';
import { UNITS, unitOf } from '../../../../server/src/protocol/results/distance-unit.js';
import type { QueryOrder, QuerySelection, QueryTableRow, Results } from '../../../../server/src/protocol/webview.js';
import { mark } from '../../parts/mark.js';

export interface QueryColumn {
  readonly label: string;
  /** A sentence: what the column says of a query. */
  readonly meaning?: string;
  /** What the host sorts by; a column without it cannot be sorted by. */
  readonly by?: QueryOrder;
  readonly numeric?: boolean;
  readonly show: (row: QueryTableRow) => string | TemplateResult;
}

/** Columns for what the run measured of its queries as one model and version see them. */
export function columnsOf(
  results: Results,
  { model, version }: Pick<QuerySelection, 'model' | 'version'>,
): QueryColumn[] {
  const { threshold, robustness, retrieve, poison } = results;
  const measured = unitOf(results, model);
  const unit = UNITS[measured];
  const isOriginal = version === 'original';
  const distance: QueryColumn = {
    label: measured === 'similarity' ? 'Similarity' : `Distance, ${unit}`,
    meaning: `From the ${isOriginal ? '' : 'perturbed '}photograph to the nearest image, by ${model}: ${unit}.`,
    by: 'distance',
    numeric: true,
    show: ({ distance }) => decimal(distance, 4),
  };
  const limit: QueryColumn = {
    label: isOriginal ? `Threshold, ${unit}` : `Threshold from the original, ${unit}`,
    meaning: `Up to this distance from the query’s original photograph a result is valid, by ${threshold?.model}${isOriginal ? '' : '; the distance beside it is from the perturbed photograph, and does not compare'}.`,
    numeric: true,
    show: ({ threshold }) => decimal(threshold, 4),
  };
  const valid: QueryColumn = {
    label: 'Valid',
    meaning: `Results of ${retrieve?.use} within the threshold of the original photograph, by ${threshold?.model}.`,
    by: 'valid',
    numeric: true,
    show: ({ valid }) => count(valid),
  };
  return [
    { label: 'Query', by: 'id', show: ({ id }) => html`<bdi dir="ltr">${id}</bdi>` },
    { label: 'Identity', by: 'identity', show: ({ identity }) => html`<bdi>${identity ?? '–'}</bdi>` },
    {
      label: 'Nearest',
      meaning: 'Whether the nearest image, the query itself left out, shows the same person.',
      by: 'correct',
      show: ({ correct }) => verdict(correct),
    },
    distance,
    ...(threshold?.model === model && measured !== 'similarity' ? [limit] : []),
    ...(threshold?.strangers ? [STRANGERS] : []),
    ...(robustness && retrieve?.model === model ? [valid, CONTROL] : []),
    ...(poison?.length && !isOriginal ? [SHIFT] : []),
  ];
}

/** How much the query's own threshold, and with it the verdict beside it, lets through. */
const STRANGERS: QueryColumn = {
  label: 'Strangers within',
  meaning: 'Share of the images of other identities that lie within this query’s threshold: its false match rate.',
  by: 'strangers',
  numeric: true,
  show: ({ strangers }) => percent(strangers),
};

const CONTROL: QueryColumn = {
  label: 'Control',
  meaning:
    'Share of other people’s photographs that find something which is valid by this query’s threshold: where it is high, a valid result says little.',
  by: 'control',
  numeric: true,
  show: ({ control }) => percent(control),
};

const SHIFT: QueryColumn = {
  label: 'Shift, L2',
  meaning: 'How far the perturbation moved the photograph’s embedding.',
  by: 'shift',
  numeric: true,
  show: ({ shift }) => decimal(shift, 3),
};

function verdict(correct: boolean | null): TemplateResult | string {
  return correct === null ? '–' : mark(correct, correct ? 'same person' : 'other person');
}
