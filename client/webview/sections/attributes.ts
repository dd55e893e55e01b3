import { html, nothing } from 'lit';
import type { Results } from '../../../server/src/protocol/webview.js';
import { type RateBar, rateBars } from '../charts/rate-bars.js';
import '../charts/chart-figure.js';
import { counted, intervalOf } from '../../../server/src/protocol/figure-text.js';
import { countColumn, INTERVAL_NOTE, intervalColumns, rateColumn } from '../parts/columns.js';
import { type Column, dataTable } from '../parts/data-table.js';
import type { Section } from '../parts/section.js';

type Question = NonNullable<Results['attributes']>['questions'][number];
type Scored = Question & { readonly accuracy: NonNullable<Question['accuracy']> };

/** What was asked of the images by words, what the model answered, and how often that is right. */
export function attributesSection({ attributes }: Results): Section | undefined {
  if (!attributes) return undefined;
  const { model, images, questions } = attributes;
  const scored = questions.filter(isScored);
  const body = html`
    ${scored.length > 0 ? chart(scored) : nothing}
    ${dataTable({ caption: 'Questions and answers', file: 'attributes', rows: questions, columns: COLUMNS })}
  `;
  const lead = `${model} was asked ${counted(questions.length, 'question')} of ${counted(images, 'image')}, by words.`;
  return { id: 'attributes', title: 'Attributes', lead, body };
}

function isScored(question: Question): question is Scored {
  return question.accuracy !== undefined;
}

function chart(scored: readonly Scored[]) {
  const bars = scored.map(barOf);
  return html`<chart-figure
    heading="Right answers by attribute"
    note=${`Bars: share of the images that the list names. Lines: ${INTERVAL_NOTE}`}
    file="attributes"
    .draw=${(width: number) => rateBars([{ title: '', bars }], width, 'share of answers')}
  ></chart-figure>`;
}

function barOf({ name, accuracy }: Scored): RateBar {
  return { label: name, rate: accuracy.rate, ci95: intervalOf(accuracy) ?? null, colour: 'var(--accent)' };
}

const COLUMNS: Column<Question>[] = [
  { label: 'Attribute', value: ({ name }) => name },
  { label: 'Yes', value: ({ yes }) => yes },
  { label: 'No', value: ({ no }) => no },
  countColumn('Said yes', ({ saidYes }) => saidYes, 'attributes.questions.*.saidYes'),
  countColumn('Right', ({ accuracy }) => accuracy?.count ?? null, 'attributes.questions.*.accuracy.count'),
  countColumn('Of', ({ accuracy }) => accuracy?.of ?? null, 'attributes.questions.*.accuracy.of'),
  rateColumn('Rate', ({ accuracy }) => accuracy?.rate ?? null, 'attributes.questions.*.accuracy.rate'),
  ...intervalColumns(({ accuracy }: Question) => accuracy, 'attributes.questions.*.accuracy.ci95ByIdentity'),
  rateColumn('Balanced', ({ balanced }) => balanced ?? null, 'attributes.questions.*.balanced'),
];
