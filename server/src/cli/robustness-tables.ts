import Table from 'cli-table3';
import type { Results } from '../protocol/results.js';
import { interval, percent } from './result-table.js';

const PLAIN = { head: [], border: [] };

/** Thresholds, perturbations and who is still found, as text for a terminal; nothing of what was not measured. */
export function robustnessText(results: Results): string[] {
  return [thresholdLine(results), perturbationTable(results), retrievalLine(results), robustnessTable(results)];
}

function thresholdLine({ threshold }: Results): string {
  if (!threshold) return '';
  const { percentile, model, median, unit, queries, excluded } = threshold;
  const of = `percentile ${percentile} of ${model}’s ${unit === 'l2' ? 'L2' : 'squared L2'} distances`;
  return `Threshold: ${figure(median, 4)} in the median (${of}; ${queries} images, ${excluded} excluded)`;
}

function perturbationTable({ poison = [] }: Results): string {
  if (poison.length === 0) return '';
  const protects = poison.some(({ protection }) => protection);
  const head = ['perturbation', 'target', 'images', 'no face after', 'DSSIM', 'L∞', 'median shift', 'top-1'];
  const table = new Table({ head: [...head, ...(protects ? ['protection 1-NN', 'linear'] : [])], style: PLAIN });
  for (const row of poison) {
    const { name, target, images, noFaceAfter, meanDssim, linf, medianShift, top1, whiteBox, protection } = row;
    const cells = [name, target, String(images), String(noFaceAfter ?? '–')];
    const figures = [
      figure(meanDssim, 4),
      figure(linf, 4),
      figure(medianShift, 3),
      `${percent(top1)}${mark(whiteBox)}`,
    ];
    const rates = protects ? [percent(protection?.nn ?? null), percent(protection?.linear ?? null)] : [];
    table.push([...cells, ...figures, ...rates]);
  }
  return table.toString();
}

function retrievalLine({ retrieve }: Results): string {
  if (!retrieve) return '';
  const returned = Object.entries(retrieve.returned).map(([name, { mean }]) => `${name} ${figure(mean, 1)}`);
  return `Retrieved by ${retrieve.use}, ${retrieve.model}: of ${retrieve.requested} results a query ${returned.join(', ')}`;
}

function robustnessTable({ robustness }: Results): string {
  if (!robustness) return '';
  const { queries, eligible, minValid, withValid, all, control } = robustness;
  const table = new Table({ head: ['found as', 'queries', 'rate', '95 % interval', 'precision'], style: PLAIN });
  for (const [name, { count, of, rate, ci95, precision, whiteBox = false }] of Object.entries(withValid)) {
    table.push([name, `${count}/${of}`, `${percent(rate)}${mark(whiteBox)}`, interval({ ci95 }), percent(precision)]);
  }
  if (Object.keys(withValid).length > 2) {
    table.push(['all of them', `${all.count}/${all.of}`, percent(all.rate), interval(all), '']);
  }
  table.push(['a stranger', `${control.count}/${control.of}`, percent(control.rate), '', '']);
  const eligibility = `${eligible} of ${queries} queries have at least ${minValid} valid results as they are`;
  return `${eligibility}\n${table.toString()}`;
}

function mark(whiteBox: boolean): string {
  return whiteBox ? ' (white-box)' : '';
}

function figure(value: number | null, digits: number): string {
  return value === null ? '–' : value.toFixed(digits);
}
