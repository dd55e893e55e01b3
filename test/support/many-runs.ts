import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newRunRecord, recordText } from '../../server/src/store/run-folder/run-record.js';
import { exampleResults, exampleRun } from './example-results.js';

const MODES = ['low', 'mid', 'high'];

/** Writes made-up runs of one experiment as a runner leaves them: each differs in its settings and its figures. */
export function writeManyRuns(home: string, file: string, count: number): void {
  for (let n = 0; n < count; n++) {
    const startedAt = new Date(Date.UTC(2026, 0, 1) + 60_000 * n).toISOString();
    const id = `${startedAt.slice(0, 19).replace(/[-:]/g, '').replace('T', '-')}-${n.toString(16).padStart(6, '0')}`;
    const folder = join(home, 'runs', id);
    const set = [`queries.seed=${n % 50}`];
    mkdirSync(folder, { recursive: true });
    const record = { ...newRunRecord(id, { file, startedBy: 'terminal', set }), startedAt, status: 'done' as const };
    writeFileSync(join(folder, 'run.json'), recordText(record));
    writeFileSync(join(folder, 'spec.yaml'), textOf(n));
    writeFileSync(join(folder, 'results.json'), resultsText(id, file, n, startedAt, set));
  }
}

function textOf(n: number): string {
  return `name: Robustness
dataset: {use: synthetic, identities: 20, images: 4}
queries: {sample: 40, seed: 1}
embed: {models: [face-recognition]}
index: flat
accuracy: {top: [1, 5]}
threshold: {percentile: ${90 + (n % 10)}, model: face-recognition}
poison:
  fawkes: {use: fawkes, mode: ${MODES[n % 3]}}
`;
}

function resultsText(id: string, file: string, n: number, startedAt: string, set: string[]): string {
  const results = exampleResults({ run: exampleRun({ id, file, startedAt, set }), name: 'Robustness' });
  const [first] = results.accuracy ?? [];
  if (first?.top['1']) first.top['1'].rate = (n % 997) / 997;
  return JSON.stringify(results, null, 2);
}
