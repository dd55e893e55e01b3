import { html, nothing, type TemplateResult } from 'lit';
import { count } from '../../../../server/src/protocol/figure-text.js';
import type { RunColumn } from '../../../../server/src/protocol/runs/table/columns.js';
import { figureBySetting, parallelRuns } from '../../../../server/src/protocol/runs/table/plot-data.js';
import type { RunRow } from '../../../../server/src/protocol/runs/table/run-row.js';
import { choice } from '../../parts/choice.js';
import '../../charts/chart-figure.js';
import type { PlotDrawing } from './drawing.js';

/** What is plotted, by paths; what is empty, or no column any more, is the first that there is. */
export interface PlotChoices {
  readonly figure: string;
  readonly x: string;
  /** Small multiples by this setting; none where it is empty. */
  readonly facet: string;
}

const NONE = 'none';
/** More would be narrower than a letter, or nobody could follow them. */
const MOST_FACETS = 12;
const MOST_AXES = 8;
const MOST_LINES = 400;

/** Plots of runs: a figure over a setting, small multiples over a second one, and all that tells runs apart side by side. */
export function runPlots(
  runs: readonly RunRow[],
  columns: readonly RunColumn[],
  chosen: PlotChoices,
  drawing: PlotDrawing,
  choose: (change: Partial<PlotChoices>) => void,
): TemplateResult {
  const settings = columns.filter(({ of }) => of === 'setting');
  const figures = columns.filter(
    ({ of, path }) => of === 'figure' && runs.some((row) => Object.hasOwn(row.figures, path)),
  );
  const x =
    settings.find(({ path }) => path === chosen.x) ??
    settings.find(({ path }) => !path.endsWith('seed')) ??
    settings[0];
  const figure = figures.find(({ path }) => path === chosen.figure) ?? figures[0];
  if (!x || !figure) {
    return html`<section class="plots" aria-label="Plots">
      <p class="empty">${!figure ? 'None of these runs has a figure yet.' : 'These runs differ in no setting: there is nothing to plot a figure over.'}</p>
    </section>`;
  }
  const facet = settings.find(({ path }) => path === chosen.facet && path !== x.path);
  const pick = (
    label: string,
    of: readonly RunColumn[],
    one: RunColumn | undefined,
    name: keyof PlotChoices,
    none = false,
  ) => {
    const labels = [...(none ? [NONE] : []), ...of.map(({ label }) => label)];
    const changed = (label: string) => choose({ [name]: of.find((column) => column.label === label)?.path ?? '' });
    return choice(label, labels, one?.label ?? NONE, changed);
  };
  return html`<section class="plots" aria-label="Plots">
    <div class="filters">
      ${pick('Figure', figures, figure, 'figure')} ${pick('Over', settings, x, 'x')}
      ${pick(
        'Small multiples by',
        settings.filter((column) => column !== x),
        facet,
        'facet',
        true,
      )}
    </div>
    <div class="charts">${bySetting(drawing, runs, figure, x, facet)} ${sideBySide(drawing, runs, [...settings, ...figures])}</div>
  </section>`;
}

function bySetting(
  { settingChart }: PlotDrawing,
  runs: readonly RunRow[],
  figure: RunColumn,
  x: RunColumn,
  facet?: RunColumn,
): TemplateResult {
  const plotted = figureBySetting(runs, { figure, x: x.path, facet: facet?.path });
  if (plotted.facets.length > MOST_FACETS) {
    return html`<p class="empty">${facet?.label} has ${count(plotted.facets.length)} values: small multiples are drawn for ${MOST_FACETS} at the most.</p>`;
  }
  if (plotted.points.length === 0)
    return html`<p class="empty">None of these runs has both ${figure.label} and ${x.label}.</p>`;
  const about = { label: figure.label, x: x.label, facet: facet?.label };
  return html`<chart-figure
    .heading=${`${figure.label} over ${x.label}`}
    .note=${plotted.notes.join(' ')}
    file="runs-by-setting"
    .draw=${(width: number) => settingChart(plotted, about, width)}
  ></chart-figure>`;
}

function sideBySide(
  { parallelChart }: PlotDrawing,
  runs: readonly RunRow[],
  columns: readonly RunColumn[],
): TemplateResult | typeof nothing {
  if (columns.length < 2 || runs.length < 2) return nothing;
  // Settings first, and room for figures whatever there are of settings.
  const settings = columns.filter(({ of }) => of === 'setting');
  const figures = columns.filter(({ of }) => of === 'figure').slice(0, MOST_AXES / 2);
  const shown = [...settings.slice(0, MOST_AXES - figures.length), ...figures];
  const parallel = parallelRuns(runs.slice(0, MOST_LINES), shown);
  const notes = [
    'A line is a run.',
    shown.length < columns.length
      ? `${count(columns.length - shown.length)} more columns are not drawn: hide some to see others.`
      : '',
    runs.length > MOST_LINES ? `The first ${MOST_LINES} of ${count(runs.length)} runs are drawn.` : '',
  ];
  return html`<chart-figure
    .heading=${'Settings and figures side by side'}
    .note=${notes.filter(Boolean).join(' ')}
    file="runs-side-by-side"
    .draw=${(width: number) => parallelChart(parallel, width)}
  ></chart-figure>`;
}
