import { html } from 'lit';
import { counted } from '../../../server/src/protocol/figure-text.js';
import type { Results } from '../../../server/src/protocol/webview.js';
import { chartFigures } from '../charts/chart-figure.js';
import { attributesFigures } from '../figures/attributes.js';
import { countColumn, intervalColumns, rateColumn } from '../parts/columns.js';
import { type Column, dataTable } from '../parts/data-table.js';
import type { Section } from '../parts/section.js';

type Question = NonNullable<Results['attributes']>['questions'][number];

/** What was asked of the images by words, what the model answered, and how often that is right. */
export function attributesSection({ attributes }: Results): Section | undefined {
  if (!attributes) return undefined;
  const { model, images, questions } = attributes;
  const body = html`
    ${chartFigures(attributesFigures({ attributes }))}
    ${dataTable({ caption: 'Questions and answers', file: 'attributes', rows: questions, columns: COLUMNS })}
  `;
  const lead = `${model} was asked ${counted(questions.length, 'question')} of ${counted(images, 'image')}, by words.`;
  return { id: 'attributes', title: 'Attributes', lead, body };
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
