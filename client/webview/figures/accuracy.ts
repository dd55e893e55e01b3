import { intervalOf } from '../../../server/src/protocol/figure-text.js';
import type { AccuracyResult, Hits } from '../../../server/src/protocol/webview.js';
import { type BarGroup, type RateBar, rateBars } from '../charts/rate-bars.js';
import type { NamedRun } from '../sections/run-names.js';
import { type Figure, INTERVAL_NOTE } from './figure.js';

/** One rate: of a run, a model and a k. */
export interface Measured {
  readonly run: NamedRun;
  readonly model: AccuracyResult;
  readonly top: string;
  readonly hits: Hits;
}

export function measuredOf(run: NamedRun): Measured[] {
  const models = run.results.accuracy ?? [];
  return models.flatMap((model) => Object.entries(model.top).map(([top, hits]) => ({ run, model, top, hits })));
}

/** How well each model recognises faces (the paper's Figure 3). */
export function accuracyFigures(runs: readonly NamedRun[]): Figure[] {
  const measured = runs.flatMap(measuredOf);
  if (measured.length === 0) return [];
  const groups = groupsOf(measured, runs.length > 1);
  return [
    {
      heading: 'Top-k accuracy',
      note: `Bars: share of the queries that have an embedding. Lines: ${INTERVAL_NOTE}`,
      file: 'accuracy',
      draw: (width) => rateBars(groups, width, 'share of queries'),
    },
  ];
}

/** The rates of one model together; where there are several runs, those that compare directly. */
function groupsOf(measured: readonly Measured[], several: boolean): BarGroup[] {
  const titleOf = ({ model, top }: Measured) => (several ? `${model.model}, top-${top}` : model.model);
  const titles = [...new Set(measured.map(titleOf))];
  return titles.map((title) => {
    const rows = measured.filter((row) => titleOf(row) === title);
    return {
      title,
      bars: rows.map((row, n) => barOf(row, several ? row.run.name : `top-${row.top}`, !several && n > 0)),
    };
  });
}

/** One colour a run; a wider search is a paler shade of it. */
function barOf({ run, hits }: Measured, label: string, pale: boolean): RateBar {
  return {
    label,
    rate: hits.rate,
    ci95: intervalOf(hits) ?? null,
    colour: `var(--run-${run.colour}${pale ? '-pale' : ''})`,
  };
}
