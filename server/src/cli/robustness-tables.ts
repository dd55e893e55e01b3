import { counted, decimal, distance, interval, percent } from '../protocol/figure-text.js';
import type { Results } from '../protocol/results.js';
import { textTable } from './table.js';

/** Thresholds, perturbations and who is still found, as text for a terminal; nothing of what was not measured. */
export function robustnessText(results: Results): string[] {
  return [thresholdLine(results), perturbationTable(results), retrievalLine(results), robustnessTable(results)];
}

function thresholdLine({ threshold }: Results): string {
  if (!threshold) return '';
  const { percentile, model, median, unit, queries, excluded } = threshold;
  const of = `percentile ${percentile} of ${model}’s ${unit === 'l2' ? 'L2' : 'squared L2'} distances`;
  return `Threshold: ${distance(median)} in the median (${of}; ${counted(queries, 'image')}, ${excluded} excluded)`;
}

function perturbationTable({ poison = [] }: Results): string {
  if (poison.length === 0) return '';
  const protects = poison.some(({ protection }) => protection);
  const head = ['perturbation', 'target', 'images', 'no face after', 'DSSIM', 'L∞', 'median shift', 'top-1'];
  const rows = poison.map((row) => [...perturbationRow(row), ...(protects ? protectionCells(row) : [])]);
  return textTable([...head, ...(protects ? ['protection 1-NN', 'linear'] : [])], rows);
}

type Perturbed = NonNullable<Results['poison']>[number];

function perturbationRow({ name, target, images, leftOut = {}, noFaceAfter, ...row }: Perturbed): string[] {
  const left = Object.values(leftOut).reduce((sum, count) => sum + count, 0);
  const made = left === 0 ? String(images) : `${images} of ${images + left}`;
  const seen = [distance(row.meanDssim), distance(row.linf), distance(row.medianShift)];
  const top1 = `${percent(row.top1)}${mark(row.whiteBox)}`;
  return [name, target, made, String(noFaceAfter ?? '–'), ...seen, top1];
}

function protectionCells({ protection }: Perturbed): string[] {
  return [percent(protection?.nn ?? null), percent(protection?.linear ?? null)];
}

function retrievalLine({ retrieve }: Results): string {
  if (!retrieve) return '';
  const returned = Object.entries(retrieve.returned).map(([name, { mean }]) => `${name} ${decimal(mean, 1)}`);
  return `Retrieved by ${retrieve.use}, ${retrieve.model}: of ${counted(retrieve.requested, 'result')} a query ${returned.join(', ')}`;
}

function robustnessTable({ robustness }: Results): string {
  if (!robustness) return '';
  const { queries, eligible, minValid, withValid, all, control } = robustness;
  const rows = Object.entries(withValid).map(versionRow);
  if (rows.length > 2)
    rows.push([
      allOf(all, Object.keys(withValid).slice(1)),
      `${all.count}/${all.of}`,
      percent(all.rate),
      interval(all.ci95),
      '',
    ]);
  rows.push(['a stranger', `${control.count}/${control.of}`, percent(control.rate), '', '']);
  const of = counted(queries, 'query has', 'queries have');
  const eligibility = `${eligible} of ${of} at least ${counted(minValid, 'valid result')} as they are`;
  return `${eligibility}\n${textTable(['found as', 'queries', 'rate', '95 % interval', 'precision'], rows)}`;
}

/** Versions of which there is no image hide nobody, and are no part of "all". */
function allOf({ versions }: NonNullable<Results['robustness']>['all'], names: readonly string[]): string {
  const left = names.filter((name) => versions && !versions.includes(name));
  return left.length === 0 ? 'all of them' : `all but ${left.join(', ')}`;
}

type Found = NonNullable<Results['robustness']>['withValid'][string];

function versionRow([name, { count, of, rate, ci95, precision, whiteBox = false }]: [string, Found]): string[] {
  return [name, `${count}/${of}`, `${percent(rate)}${mark(whiteBox)}`, interval(ci95), percent(precision)];
}

function mark(whiteBox: boolean): string {
  return whiteBox ? ' (white-box)' : '';
}
