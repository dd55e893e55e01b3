import { html } from 'lit';
import { counted, distance } from '../../../server/src/protocol/figure-text.js';
import type { Results } from '../../../server/src/protocol/webview.js';
import { countColumn, meaningOf, pointsColumn, pointsIntervalColumns } from '../parts/columns.js';
import { type Column, dataTable } from '../parts/data-table.js';
import type { Section } from '../parts/section.js';
import type { NamedRun } from './run-names.js';

interface Difference {
  readonly run: NamedRun;
  readonly of: NonNullable<Results['differences']>[number];
}

/** Whether what was measured of the same queries differs: each version with the originals, each model with the first. */
export function differencesSection(runs: readonly NamedRun[]): Section | undefined {
  const rows = runs.flatMap((run) => (run.results.differences ?? []).map((of) => ({ run, of })));
  if (rows.length === 0) return undefined;
  const columns = runs.length > 1 ? [{ label: 'Run', value: ({ run }: Difference) => run.name }, ...COLUMNS] : COLUMNS;
  const body = html`
    ${dataTable({ caption: 'Differences on the same queries', file: 'differences', rows, columns })}
    <p class="quiet">
      A difference is of the queries that both have: <strong>discordant</strong> are those that are right in one of the two
      alone. The interval and <strong>p by identity</strong> take people for independent, all of whose queries change sides
      together; <strong>p</strong> is McNemar’s exact one, which takes queries for independent and is too small where people
      have several. Of several differences in this list p by identity is adjusted by Holm, so that each may be read by
      itself.
    </p>
  `;
  const lead = `${counted(rows.length, 'comparison')} of rates on the same queries.`;
  return { id: 'differences', title: 'Differences', lead, body };
}

function pColumn(label: string, field: 'p' | 'pHolm' | 'pByIdentity' | 'pByIdentityAlone'): Column<Difference> {
  const only = field === 'pHolm' || field === 'pByIdentityAlone' ? { only: 'figures' as const } : {};
  return {
    label,
    numeric: true,
    ...only,
    value: ({ of }) => of[field],
    show: ({ of }) => distance(of[field]),
    meaning: meaningOf(`differences.*.${field}`),
  };
}

const COLUMNS: Column<Difference>[] = [
  { label: 'Figure', value: ({ of }) => of.figure },
  { label: 'From', value: ({ of }) => of.a },
  { label: 'To', value: ({ of }) => of.b },
  countColumn('Queries', ({ of }) => of.n, 'differences.*.n'),
  countColumn('Discordant', ({ of }) => of.discordant, 'differences.*.discordant'),
  pointsColumn('Difference', ({ of }) => of.difference, 'differences.*.difference'),
  ...pointsIntervalColumns(({ of }: Difference) => of.ci95ByIdentity, 'differences.*.ci95ByIdentity'),
  { label: 'By identity', only: 'figures', value: ({ of }) => of.byIdentity },
  pColumn('p', 'p'),
  pColumn('p, Holm', 'pHolm'),
  pColumn('p by identity', 'pByIdentity'),
  pColumn('p by identity, alone', 'pByIdentityAlone'),
];
