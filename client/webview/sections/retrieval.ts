import { counted } from '../../../server/src/protocol/figure-text.js';
import type { Results } from '../../../server/src/protocol/webview.js';
import { countColumn, decimalColumn } from '../parts/columns.js';
import { type Column, dataTable } from '../parts/data-table.js';
import type { Section } from '../parts/section.js';

type Returned = NonNullable<Results['retrieve']>['returned'][string] & { readonly version: string };

/** What the engine gave back, against what it was asked for. */
export function retrievalSection({ retrieve }: Results): Section | undefined {
  if (!retrieve) return undefined;
  const rows = Object.entries(retrieve.returned).map(([version, returned]) => ({ version, ...returned }));
  const body = dataTable({ caption: 'Results returned', file: 'retrieval', rows, columns: COLUMNS });
  const lead = `${retrieve.use} with ${retrieve.model} was asked for ${counted(retrieve.requested, 'result')} a query.`;
  return { id: 'retrieval', title: 'Retrieval', lead, body };
}

const COLUMNS: Column<Returned>[] = [
  { label: 'Queried with', value: ({ version }) => version },
  countColumn('Returned', ({ total }) => total, 'retrieve.returned.*.total'),
  decimalColumn('Mean a query', 2, ({ mean }) => mean, 'retrieve.returned.*.mean'),
  countColumn('Fewest', ({ min }) => min, 'retrieve.returned.*.min'),
];
