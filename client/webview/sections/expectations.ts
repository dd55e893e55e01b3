import { html, nothing, type TemplateResult } from 'lit';
import { count, counted, foundText } from '../../../server/src/protocol/figure-text.js';
import type { Results, ShownStatus } from '../../../server/src/protocol/webview.js';
import { type Column, dataTable } from '../parts/data-table.js';
import { mark } from '../parts/mark.js';
import { emptyState, type Section } from '../parts/section.js';

type Expectation = Results['expect'][number];

const EXAMPLE = 'expect:\n  - accuracy.face-recognition.top1 >= 85%';

/** The problem of a run whose figures are not as its experiment expects. */
export const EXPECTATION_FAILED = 'expectation-failed';

/** What the experiment expected of its figures, and whether it held. */
export function expectationsSection({ expect, unjudged, run }: Results, status: ShownStatus = run.status): Section {
  const id = 'expectations';
  const title = 'Expectations';
  if (expect.length === 0) {
    const body = unjudged?.length || status !== 'done' ? notJudged(unjudged ?? [], status) : noExpectations();
    return { id, title, body };
  }
  const lead = missedText(expect);
  return {
    id,
    title,
    lead,
    body: dataTable({ caption: 'Expected and found', file: 'expectations', rows: expect, columns: COLUMNS }),
  };
}

/** `1 of 4 expectations was missed.` */
export function missedText(expect: Results['expect']): string {
  const missed = expect.filter(({ ok }) => !ok).length;
  const of = counted(expect.length, 'expectation');
  if (missed === 0) return `${count(expect.length)} of ${of} held.`;
  return `${count(missed)} of ${of} ${missed === 1 ? 'was' : 'were'} missed.`;
}

/** What was not as expected, with what was found instead. */
export function missedList(expect: Results['expect']): TemplateResult {
  const missed = expect.filter(({ ok }) => !ok);
  return html`<ul>
    ${missed.map(({ text, actual }) => html`<li><code><bdi>${text}</bdi></code>: ${actual === null ? '' : 'found '}${foundText(text, actual)}</li>`)}
  </ul>`;
}

/** A run that ended before its end has not been asked what was expected of it. */
function notJudged(unjudged: readonly string[], status: ShownStatus): TemplateResult {
  return html`<div class="empty">
    <p>Not judged, as the run ${UNJUDGED[status]}.</p>
    ${
      unjudged.length > 0
        ? html`<ul>${unjudged.map((text) => html`<li><code><bdi>${text}</bdi></code></li>`)}</ul>`
        : nothing
    }
  </div>`;
}

const UNJUDGED: Readonly<Record<ShownStatus, string>> = {
  done: 'was to stop after a stage',
  running: 'is still going on',
  cancelled: 'was cancelled',
  failed: 'failed before',
  interrupted: 'was interrupted',
};

function noExpectations(): TemplateResult {
  const what = 'Figures that must not get worse can fail a run. Write what you expect into the experiment file:';
  return emptyState('This experiment expects nothing of its results.', what, EXAMPLE);
}

const COLUMNS: Column<Expectation>[] = [
  { label: 'Expected', value: ({ text }) => text, show: ({ text }) => html`<code><bdi>${text}</bdi></code>` },
  { label: 'Found', numeric: true, value: ({ actual }) => actual, show: ({ text, actual }) => foundText(text, actual) },
  { label: 'Result', value: ({ ok }) => (ok ? 'pass' : 'fail'), show: ({ ok }) => mark(ok, ok ? 'pass' : 'fail') },
];
