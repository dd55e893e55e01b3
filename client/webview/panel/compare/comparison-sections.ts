import { html, nothing, type TemplateResult } from 'lit';
import { counted } from '../../../../server/src/protocol/figure-text.js';
import {
  isOtherwise,
  letterOf,
  settingText,
  testedDeltaText,
  VERDICT_HEADS,
  valueText,
  verdictCells,
} from '../../../../server/src/protocol/runs/table/comparison-text.js';
import type {
  ComparedFigure,
  ComparedVerdict,
  RunComparison,
} from '../../../../server/src/protocol/runs/table/run-comparison.js';
import { moment } from '../../format.js';
import { type Column, dataTable } from '../../parts/data-table.js';
import type { Section } from '../../parts/section.js';
import type { NamedRun } from '../../sections/run-names.js';
import type { PanelHost } from '../panel-host.js';
import './changed-queries.js';

/** What tells the runs of a page apart: their settings, then their figures, then the queries. */
export function comparisonSections(
  comparison: RunComparison,
  runs: readonly NamedRun[],
  host: PanelHost,
): readonly Section[] {
  return [settingsSection(comparison, runs), figuresSection(comparison, runs), verdictsSection(comparison, runs, host)];
}

/** Names as the comparison has them, which the command line prints too. */
export function namedAs({ runs: compared }: RunComparison, runs: readonly NamedRun[]): NamedRun[] {
  return runs.map((run, n) => ({ ...run, name: `${letterOf(n)} · ${compared[n]?.label ?? run.name}` }));
}

function swatch({ colour }: NamedRun): TemplateResult {
  return html`<span class="swatch run-${colour}" aria-hidden="true"></span>`;
}

function settingsSection({ runs: compared, settings }: RunComparison, runs: readonly NamedRun[]): Section {
  const legend = dataTable<NamedRun>({
    caption: 'Runs on this page',
    file: 'runs',
    rows: runs,
    columns: [
      { label: 'Run', value: ({ name }) => name, show: (run) => html`${swatch(run)} <bdi>${run.name}</bdi>` },
      { label: 'Status', value: ({ colour }) => compared[colour]?.status ?? null },
      {
        label: 'Started',
        value: ({ results }) => results.run.startedAt,
        show: ({ results }) => moment(results.run.startedAt),
      },
      { label: 'Id', value: ({ results }) => results.run.id },
    ],
  });
  const table = dataTable<RunComparison['settings'][number]>({
    caption: 'Settings that differ',
    file: 'settings',
    rows: settings,
    columns: [
      { label: 'Setting', value: ({ path }) => path },
      ...runs.map((_, n) => ({
        label: letterOf(n),
        value: ({ values }: RunComparison['settings'][number]) => values[n] ?? null,
        show: ({ values }: RunComparison['settings'][number]) =>
          html`<bdi class="setting">${settingText(values[n] ?? null)}</bdi>`,
      })),
    ],
  });
  const body = html`<div class="compared">${legend} ${settings.length > 0 ? table : nothing}</div>`;
  const lead = settings.length > 0 ? undefined : 'No setting differs.';
  return { id: 'differs', title: 'What differs', lead, body };
}

function figuresSection(comparison: RunComparison, runs: readonly NamedRun[]): Section {
  const isSame = ({ values }: ComparedFigure) => new Set(values).size === 1;
  const all = comparison.sections.flatMap(({ figures }) => figures);
  const same = all.filter(isSame).length;
  const tables = comparison.sections.flatMap(({ title, figures }) => {
    const rows = figures.filter((figure) => !isSame(figure));
    return rows.length > 0 ? figuresTable(title, rows, comparison, runs) : [];
  });
  const alike = html`<details class="alike">
    <summary>${counted(same, 'figure is', 'figures are')} the same in all of them</summary>
    ${comparison.sections.map(({ title, figures }) => {
      const rows = figures.filter(isSame);
      return rows.length > 0 ? figuresTable(`${title}, the same`, rows, comparison, runs) : nothing;
    })}
  </details>`;
  const body = html`<div class="compared">${tables} ${same > 0 ? alike : nothing}</div>`;
  const lead =
    tables.length > 0
      ? 'Under each figure, what the run has more than A. Where the figure counts verdicts on queries, p is of a permutation test on the queries that both have, by identity and adjusted by Holm for all that stand under “Queries judged otherwise”.'
      : 'No figure differs.';
  return { id: 'figures', title: 'Figures side by side', lead, body };
}

function figuresTable(
  caption: string,
  rows: readonly ComparedFigure[],
  comparison: RunComparison,
  runs: readonly NamedRun[],
): TemplateResult {
  const columns = runs.flatMap((run, n): Column<ComparedFigure>[] => [
    {
      label: letterOf(n),
      numeric: true,
      value: ({ values }) => values[n] ?? null,
      text: (figure) => valueText(figure, n),
      show: (figure) => html`${swatch(run)} ${valueText(figure, n)}
        ${n > 0 ? html`<span class="delta quiet">${testedDeltaText(figure, n, comparison)}</span>` : nothing}`,
    },
    ...(n > 0 ? [deltaColumn(n, comparison)] : []),
  ]);
  const file = `compared-${caption.toLowerCase().replace(/\W+/g, '-')}`;
  const first = { label: 'Figure', value: ({ label }: ComparedFigure) => label };
  return dataTable({ caption, file, rows, columns: [first, ...columns] });
}

/** In files, where a cell holds one thing. */
function deltaColumn(n: number, comparison: RunComparison): Column<ComparedFigure> {
  return {
    label: `${letterOf(n)} − A`,
    numeric: true,
    only: 'saved',
    value: ({ deltas }) => deltas[n - 1] ?? null,
    text: (figure) => testedDeltaText(figure, n, comparison),
  };
}

function verdictsSection(comparison: RunComparison, runs: readonly NamedRun[], host: PanelHost): Section {
  const { queries, untested, runs: compared } = comparison;
  const letters = new Map(compared.map(({ id }, n) => [id, letterOf(n)]));
  const rows = queries.filter(isOtherwise);
  const column = (label: string, value: (row: ComparedVerdict) => string): Column<ComparedVerdict> => ({
    label,
    value,
  });
  const table = dataTable<ComparedVerdict>({
    caption: 'Verdicts on queries, against A',
    file: 'verdicts',
    rows,
    columns: [
      column('Run', ({ run }) => letters.get(run) ?? run),
      column('Verdict', ({ verdict }) => verdict),
      column('Model', ({ model }) => model),
      column('Version', ({ version }) => version),
      ...VERDICT_HEADS.map((head, n) => ({ ...column(head, (row) => verdictCells(row)[n] ?? ''), numeric: true })),
    ],
  });
  const body = html`<div class="compared">
    ${untested.map(({ run, why }) => html`<p class="notice">Nothing is tested of ${letters.get(run)} against A: ${why}.</p>`)}
    ${rows.length > 0 ? table : nothing}
    ${rows.length > 0 ? NOTE : nothing}
    <changed-queries .host=${host} .comparison=${comparison} .runs=${runs}></changed-queries>
  </div>`;
  const lead =
    rows.length > 0
      ? 'Gained is what A says no to and the other run yes, lost the other way round: of the queries that both judged.'
      : queries.length > 0
        ? 'Every query was judged alike.'
        : undefined;
  return { id: 'verdicts', title: 'Queries judged otherwise', lead, body };
}

const NOTE = html`<p class="quiet">
  The interval resamples people and <strong>p by identity</strong> lets all queries of a person change sides together; it
  is adjusted by Holm for this list. <strong>McNemar’s</strong> exact p takes queries for independent, and is too small
  where people have several.
</p>`;
