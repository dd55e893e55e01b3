import { html, type TemplateResult } from 'lit';
import { counted, foundText } from '../../../server/src/protocol/figure-text.js';
import type { Results } from '../../../server/src/protocol/webview.js';
import { type Column, dataTable } from '../parts/data-table.js';
import { mark } from '../parts/mark.js';
import { emptyState, type Section } from '../parts/section.js';

type Expectation = Results['expect'][number];

const EXAMPLE = 'expect:\n  - accuracy.face-recognition.top1 >= 85%';

/** What the experiment expected of its figures, and whether it held. */
export function expectationsSection({ expect }: Results): Section {
  const id = 'expectations';
  const title = 'Expectations';
  if (expect.length === 0) return { id, title, body: noExpectations() };
  const failed = expect.filter(({ ok }) => !ok).length;
  const of = counted(expect.length, 'expectation');
  const lead = failed === 0 ? `${expect.length - failed} of ${of} met.` : `${failed} of ${of} failed.`;
  return {
    id,
    title,
    lead,
    body: dataTable({ caption: 'Expected and found', file: 'expectations', rows: expect, columns: COLUMNS }),
  };
}

function noExpectations(): TemplateResult {
  const what = 'Figures that must not get worse can fail a run. Write what you expect into the experiment file:';
  return emptyState('This experiment expects nothing of its results.', what, EXAMPLE);
}

const COLUMNS: Column<Expectation>[] = [
  { label: 'Expected', value: ({ text }) => text, show: ({ text }) => html`<code><bdi>${text}</bdi></code>` },
  { label: 'Found', numeric: true, value: ({ actual }) => actual, show: ({ text, actual }) => foundText(text, actual) },
  { label: 'Result', value: ({ ok }) => (ok ? 'pass' : 'fail'), show: ({ ok }) => mark(ok, ok ? 'pass' : 'fail') },
];
