import { interval, percent } from '../protocol/figure-text.js';
import type { Results } from '../protocol/results.js';
import { textTable } from './table.js';

const NONE = ['–', '–', '–'];

/** The questions asked by words, as text for a terminal; nothing where none was asked. */
export function attributesTable({ attributes }: Results): string {
  if (!attributes) return '';
  const head = ['attribute', 'said yes', 'right', 'rate', '95 % interval', 'balanced'];
  const rows = attributes.questions.map(({ name, saidYes, accuracy, balanced }) => {
    const right = accuracy
      ? [`${accuracy.count}/${accuracy.of}`, percent(accuracy.rate), interval(accuracy.ci95)]
      : NONE;
    return [name, `${saidYes}/${attributes.images}`, ...right, percent(balanced ?? null)];
  });
  return `Asked by words, ${attributes.model}:\n${textTable(head, rows)}`;
}
