import { readFileSync } from 'node:fs';

/** What a benchmark found: a section of docs/benchmarks.md. */
export interface Section {
  /** What is written after `npm run bench --`. */
  readonly name: string;
  readonly title: string;
  /** Markdown. */
  readonly body: string;
}

/** Where runs find what an earlier one has computed, and leave what they compute; otherwise in a new folder each time. */
export const { LOOKALIKE_BENCH_FOLDER: KEPT } = process.env;

/** Seconds that `work` takes. */
export async function secondsOf(work: () => unknown): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Of a package, as it is installed. */
export function versionOf(name: string): string {
  return JSON.parse(readFileSync(new URL(`../../node_modules/${name}/package.json`, import.meta.url), 'utf8')).version;
}

/** A figure with its unit of last place by size: 3.14, 31.4, 314. */
export function figure(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);
}

/** The median of ratios, and the least and the most of them. */
export function spread(ratios: readonly number[]): string {
  return `${figure(median(ratios))} (${figure(Math.min(...ratios))}–${figure(Math.max(...ratios))}) ×`;
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Says on standard error what goes on: standard output is the results. */
export function note(text: string): void {
  process.stderr.write(`${text}\n`);
}
