import { html } from 'lit';
import { duration } from '../../../server/src/protocol/figure-text.js';
import { moment } from '../format.js';
import { dataTable } from '../parts/data-table.js';
import type { Section } from '../parts/section.js';
import type { NamedRun } from './run-names.js';

/** The runs of this page and their colours, where there is more than one. */
export function comparedRuns(runs: readonly NamedRun[]): Section | undefined {
  if (runs.length < 2) return undefined;
  const table = dataTable<NamedRun>({
    caption: 'Runs on this page',
    file: 'runs',
    rows: runs,
    columns: [
      { label: 'Run', value: ({ name }) => name, show: namedWithColour },
      { label: 'Status', value: ({ results }) => results.run.status },
      { label: 'Started', value: startOf, show: (run) => moment(startOf(run)) },
      { label: 'Computing', numeric: true, value: secondsOf, show: (run) => duration(secondsOf(run)) },
      { label: 'Experiment hash', value: hashOf, show: (run) => html`<code>${hashOf(run).slice(0, 12)}</code>` },
    ],
  });
  const lead = 'Every part has all of them, but for the photographs of neighbours, which are the first’s.';
  return { id: 'runs', title: 'Runs compared', lead, body: table };
}

function namedWithColour({ name, colour }: NamedRun) {
  return html`<span class="swatch run-${colour}" aria-hidden="true"></span> <bdi>${name}</bdi>`;
}

function startOf({ results }: NamedRun): string {
  return results.run.startedAt;
}

function hashOf({ results }: NamedRun): string {
  return results.run.specHash;
}

function secondsOf({ results }: NamedRun): number {
  return results.stages.reduce((sum, { seconds }) => sum + seconds, 0);
}
