import { html, nothing } from 'lit';
import { percent } from '../../../server/src/protocol/figure-text.js';
import type { Results, StageResult } from '../../../server/src/protocol/webview.js';
import { countColumn, decimalColumn, meaningOf } from '../parts/columns.js';
import { type Column, dataTable } from '../parts/data-table.js';
import { emptyState, type Section } from '../parts/section.js';

type Index = NonNullable<Results['index']>[number];

/** What each stage cost, and the indexes it searched. */
export function stagesSection({ stages, index = [] }: Results): Section {
  const body = html`
    ${
      stages.length > 0
        ? dataTable({ caption: 'What each stage cost', file: 'stages', rows: stages, columns: STAGE_COLUMNS })
        : emptyState('No stage was finished.', 'Run the experiment again: what was computed before is kept.')
    }
    ${index.length > 0 ? dataTable({ caption: 'Indexes', file: 'indexes', rows: index, columns: INDEX_COLUMNS }) : nothing}
  `;
  return { id: 'stages', title: 'Stages', body };
}

const STAGE_COLUMNS: Column<StageResult>[] = [
  { label: 'Stage', value: ({ name }) => name },
  decimalColumn('Seconds', 2, ({ seconds }) => seconds, 'stages.*.seconds'),
  { label: 'From the cache', value: ({ cached }) => cached, show: ({ cached }) => (cached ? 'yes' : 'no') },
  decimalColumn('Peak memory, MB', 0, ({ peakRssMb }) => peakRssMb, 'stages.*.peakRssMb'),
  countColumn('Shards computed', ({ shardsComputed }) => shardsComputed),
];

const INDEX_COLUMNS: Column<Index>[] = [
  { label: 'Model', value: ({ model }) => model },
  { label: 'Index', value: ({ use }) => use },
  countColumn('Vectors', ({ vectors }) => vectors, 'index.*.vectors'),
  {
    label: 'Recall',
    numeric: true,
    value: ({ recall }) => recall,
    show: recallText,
    meaning: meaningOf('index.*.recall'),
  },
];

/** An exact index has no recall to measure. */
function recallText({ recall, recallAt }: Index): string {
  if (recall === null) return 'exact';
  return recallAt ? `${percent(recall)} of ${recallAt}` : percent(recall);
}
