import Table from 'cli-table3';
import type { Results } from '../protocol/results.js';
import { interval, percent } from './result-table.js';

const NONE = ['–', '–', '–'];

/** The questions asked by words, as text for a terminal; nothing where none was asked. */
export function attributesTable({ attributes }: Results): string {
  if (!attributes) return '';
  const head = ['attribute', 'said yes', 'right', 'rate', '95 % interval', 'balanced'];
  const table = new Table({ head, style: { head: [], border: [] } });
  for (const { name, saidYes, accuracy, balanced } of attributes.questions) {
    const right = accuracy ? [`${accuracy.count}/${accuracy.of}`, percent(accuracy.rate), interval(accuracy)] : NONE;
    table.push([name, `${saidYes}/${attributes.images}`, ...right, percent(balanced ?? null)]);
  }
  return `Asked by words, ${attributes.model}:\n${table.toString()}`;
}
