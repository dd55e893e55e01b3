import { foundText } from '../protocol/figure-text.js';
import type { Results } from '../protocol/results.js';
import { type ResultTable, tablesOf } from '../stages/findings/tables.js';
import { textTable } from './table.js';

/** A run's figures as text for a terminal, its finding first. */
export function resultText(results: Results): string {
  const tables = tablesOf(results).map(tableText);
  return [results.name, ...results.headline, ...tables, expectations(results)].filter(Boolean).join('\n');
}

function tableText({ title, facts, head, rows }: ResultTable): string {
  return [`${title}${facts.length > 0 ? `: ${facts.join(' · ')}` : ''}`, rows.length > 0 ? textTable(head, rows) : '']
    .filter(Boolean)
    .join('\n');
}

function expectations({ expect }: Results): string {
  return expect
    .map(({ text, actual, ok }) => `${ok ? 'ok    ' : 'FAILED'} ${text} (${foundText(text, actual)})`)
    .join('\n');
}
