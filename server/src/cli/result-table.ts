import Table from 'cli-table3';
import type { AccuracyResult, Hits, Results } from '../protocol/results.js';
import { attributesTable } from './attributes-table.js';
import { robustnessText } from './robustness-tables.js';

/** A run's figures as text for a terminal. */
export function resultText(results: Results): string {
  const accuracy = accuracyTable(results.accuracy ?? []);
  const measured = [accuracy, attributesTable(results), ...robustnessText(results)];
  return [imagesLine(results), ...measured, expectations(results)].filter(Boolean).join('\n');
}

function imagesLine({ images, name }: Results): string {
  const out = [
    images.missing && `${images.missing} missing`,
    images.unreadable && `${images.unreadable} unreadable`,
    images.noFace && `${images.noFace} without a face`,
  ].filter(Boolean);
  const counted = `${images.total} images of ${images.identities} identities`;
  return `${name}: ${counted}${out.length > 0 ? ` (${out.join(', ')})` : ''}`;
}

function accuracyTable(accuracy: readonly AccuracyResult[]): string {
  if (accuracy.length === 0) return '';
  const tops = Object.keys(accuracy[0].top);
  const head = ['model', ...tops.flatMap((top) => [`top-${top}`, '95 % interval']), 'hits', 'no face'];
  const table = new Table({ head, style: { head: [], border: [] } });
  for (const row of accuracy) table.push(accuracyRow(row, tops));
  return table.toString();
}

function accuracyRow({ model, top, noFace }: AccuracyResult, tops: readonly string[]): string[] {
  const rates = tops.flatMap((name) => [percent(top[name].rate), interval(top[name])]);
  const hits = tops.map((name) => `${top[name].hits}/${top[name].of}`).join(' ');
  return [model, ...rates, hits, String(noFace)];
}

function expectations({ expect }: Results): string {
  return expect
    .map(({ text, actual, ok }) => `${ok ? 'ok    ' : 'FAILED'} ${text} (${actual ?? 'not measured'})`)
    .join('\n');
}

/** A rate as a percentage with two decimals, or a dash where nothing was counted. */
export function percent(rate: number | null): string {
  return rate === null ? '–' : `${(100 * rate).toFixed(2)} %`;
}

export function interval({ ci95 }: Pick<Hits, 'ci95'>): string {
  return ci95 === null ? '–' : `${(100 * ci95[0]).toFixed(1)} – ${(100 * ci95[1]).toFixed(1)} %`;
}
