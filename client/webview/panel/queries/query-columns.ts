import { html, type TemplateResult } from 'lit';
import { count, decimal } from '../../../../server/src/protocol/figure-text.js';
import type { QueryOrder, QueryTableRow, Results } from '../../../../server/src/protocol/webview.js';
import { mark } from '../../parts/mark.js';

export interface QueryColumn {
  readonly label: string;
  /** What the host sorts by; a column without it cannot be sorted by. */
  readonly by?: QueryOrder;
  readonly numeric?: boolean;
  readonly show: (row: QueryTableRow) => string | TemplateResult;
}

/** Columns for what the run measured. */
export function columnsOf({ threshold, robustness, poison }: Results): QueryColumn[] {
  return [
    { label: 'Query', by: 'id', show: ({ id }) => html`<bdi>${id}</bdi>` },
    { label: 'Identity', by: 'identity', show: ({ identity }) => html`<bdi>${identity ?? '–'}</bdi>` },
    { label: 'Nearest', by: 'correct', show: ({ correct }) => verdict(correct) },
    { label: 'Distance', by: 'distance', numeric: true, show: ({ distance }) => decimal(distance, 4) },
    ...(threshold ? [THRESHOLD] : []),
    ...(robustness ? [VALID] : []),
    ...(poison?.length ? [SHIFT] : []),
  ];
}

const THRESHOLD: QueryColumn = { label: 'Threshold', numeric: true, show: ({ threshold }) => decimal(threshold, 4) };
const VALID: QueryColumn = { label: 'Valid', by: 'valid', numeric: true, show: ({ valid }) => count(valid) };
const SHIFT: QueryColumn = { label: 'Shift', by: 'shift', numeric: true, show: ({ shift }) => decimal(shift, 3) };

function verdict(correct: boolean | null): TemplateResult | string {
  return correct === null ? '–' : mark(correct, correct ? 'same person' : 'other person');
}
