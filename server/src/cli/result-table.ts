import { counted, foundText, interval, percent } from '../protocol/figure-text.js';
import { endingsText } from '../protocol/image-endings.js';
import type { AccuracyResult, Results } from '../protocol/results.js';
import { attributesTable } from './attributes-table.js';
import { robustnessText } from './robustness-tables.js';
import { textTable } from './table.js';

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
    images.copies && counted(images.copies, 'copy', 'copies'),
    images.passedOver && `passed over: ${endingsText(images.passedOver)}`,
  ].filter(Boolean);
  const of = `${counted(images.total, 'image')} of ${counted(images.identities, 'identity', 'identities')}`;
  return `${name}: ${of}${out.length > 0 ? ` (${out.join(', ')})` : ''}`;
}

function accuracyTable(accuracy: readonly AccuracyResult[]): string {
  if (accuracy.length === 0) return '';
  const tops = Object.keys(accuracy[0].top);
  const head = ['model', ...tops.flatMap((top) => [`top-${top}`, '95 % interval']), 'hits', 'no face'];
  return textTable(
    head,
    accuracy.map((row) => accuracyRow(row, tops)),
  );
}

function accuracyRow({ model, top, noFace }: AccuracyResult, tops: readonly string[]): string[] {
  const rates = tops.flatMap((name) => [percent(top[name].rate), interval(top[name].ci95)]);
  const hits = tops.map((name) => `${top[name].hits}/${top[name].of}`).join(' ');
  return [model, ...rates, hits, String(noFace)];
}

function expectations({ expect }: Results): string {
  return expect
    .map(({ text, actual, ok }) => `${ok ? 'ok    ' : 'FAILED'} ${text} (${foundText(text, actual)})`)
    .join('\n');
}
