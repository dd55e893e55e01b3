import { html } from 'lit';
import { count, percent } from '../../../server/src/protocol/figure-text.js';
import type { Results } from '../../../server/src/protocol/webview.js';
import { chartFigures } from '../charts/chart-figure.js';
import { identificationFigures } from '../figures/identification.js';
import { countColumn, decimalColumn, intervalColumns, rateColumn } from '../parts/columns.js';
import { type Column, dataTable } from '../parts/data-table.js';
import type { Section } from '../parts/section.js';
import type { NamedRun } from './run-names.js';

type Model = NonNullable<Results['identification']>[number];

interface Measured {
  readonly run: NamedRun;
  readonly model: Model;
}

/** One rank of a model's CMC. */
interface Rank extends Measured {
  readonly rank: string;
  readonly found: Model['cmc'][string];
}

/** One threshold of a model. */
interface OperatingPoint extends Measured {
  readonly point: Model['at'][number];
}

/** Whether an image tells whom it shows of those who are enrolled, or that it shows none of them. */
export function identificationSection(runs: readonly NamedRun[]): Section | undefined {
  const models = runs.flatMap((run) => (run.results.identification ?? []).map((model) => ({ run, model })));
  if (models.length === 0) return undefined;
  const several = runs.length > 1;
  const ranks = models.flatMap((one) =>
    Object.entries(one.model.cmc).map(([rank, found]) => ({ ...one, rank, found })),
  );
  const points = models.flatMap((one) => one.model.at.map((point) => ({ ...one, point })));
  const body = html`
    ${chartFigures(identificationFigures(runs))}
    ${dataTable({ caption: 'Found among the nearest people', file: 'identification', rows: ranks, columns: withRun(several, RANK_COLUMNS) })}
    ${points.length > 0 ? dataTable({ caption: 'With people who are not enrolled', file: 'identification-open', rows: points, columns: withRun(several, POINT_COLUMNS) }) : ''}
    ${dataTable({ caption: 'Who was enrolled and searched for', file: 'identification-models', rows: models, columns: withRun(several, MODEL_COLUMNS) })}
    <p class="quiet">
      The distance to a person is the least to one of the enrolled images; people as near as the right one count as
      nearer. <strong>FPIR</strong> is the share of unknown people’s images that match anybody, <strong>FNIR</strong>
      the share of known people’s images that do not match their own person; <strong>of all</strong> counts images
      without an embedding, and people who could not be enrolled, as misses. The interval resamples people, not images.
    </p>
  `;
  return { id: 'identification', title: 'Identification', lead: leadOf(models[0]!.model), body };
}

function leadOf({ model, enrolled, probes, unknownProbes, cmc }: Model): string {
  const [first] = Object.entries(cmc);
  const said = `${model} looks for ${count(probes)} images of ${count(enrolled)} enrolled people, and ${count(unknownProbes)} of others.`;
  return first ? `${said} ${percent(first[1].rate)} are found at rank ${first[0]}.` : said;
}

function withRun<Row extends Measured>(several: boolean, columns: Column<Row>[]): Column<Row>[] {
  return several ? [{ label: 'Run', value: ({ run }) => run.name }, ...columns] : columns;
}

const PATH = 'identification.*';

const RANK_COLUMNS: Column<Rank>[] = [
  { label: 'Model', value: ({ model }) => model.model },
  { label: 'Rank', numeric: true, value: ({ rank }) => Number(rank) },
  countColumn('Found', ({ found }) => found.count),
  countColumn('Of', ({ found }) => found.of),
  rateColumn('Rate', ({ found }) => found.rate, `${PATH}.cmc.*.rate`),
  ...intervalColumns(({ found }: Rank) => found),
  rateColumn('Of all', ({ found }) => found.rateAll, `${PATH}.cmc.*.rateAll`),
];

const POINT_COLUMNS: Column<OperatingPoint>[] = [
  { label: 'Model', value: ({ model }) => model.model },
  { label: 'FPIR', numeric: true, value: ({ point }) => point.fpir },
  decimalColumn('Threshold', 4, ({ point }) => point.threshold, `${PATH}.at.*.threshold`),
  rateColumn('Measured FPIR', ({ point }) => point.actualFpir, `${PATH}.at.*.actualFpir`),
  countColumn('Missed', ({ point }) => point.fnir.count),
  countColumn('Of', ({ point }) => point.fnir.of),
  rateColumn('FNIR', ({ point }) => point.fnir.rate, `${PATH}.at.*.fnir.rate`),
  ...intervalColumns(({ point }: OperatingPoint) => point.fnir),
  rateColumn('Of all', ({ point }) => point.fnirAll, `${PATH}.at.*.fnirAll`),
];

const MODEL_COLUMNS: Column<Measured>[] = [
  { label: 'Model', value: ({ model }) => model.model },
  countColumn('Enrolled', ({ model }) => model.enrolled, `${PATH}.enrolled`),
  countColumn('Not enrolled', ({ model }) => model.failedToEnrol, `${PATH}.failedToEnrol`),
  countColumn('Probes', ({ model }) => model.probes, `${PATH}.probes`),
  countColumn('Unknown probes', ({ model }) => model.unknownProbes, `${PATH}.unknownProbes`),
  countColumn('Left out', ({ model }) => model.left, `${PATH}.left`),
];
