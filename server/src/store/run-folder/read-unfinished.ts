import { ok, type Result } from '../../protocol/errors.js';
import { RESULTS_VERSION, type Results, resultsSchema } from '../../protocol/results.js';
import { readResults } from './read-results.js';
import { readRunRecord } from './run-record.js';

/**
 * A run's results or, where it wrote none before it ended, what its record says of it: its stages, no figure, and a
 * warning that says so. Problems: those of `readResults`.
 */
export async function readUnfinished(runFolder: string): Promise<Result<Results>> {
  const results = await readResults(runFolder);
  if (results.ok || results.problem.code !== 'results-missing') return results;
  const record = await readRunRecord(runFolder);
  if (!record) return results;
  const { id, file, name, set, sweep, variant, status, problem = null, startedAt, stages } = record;
  const done = stages.filter((stage) => stage.status === 'done' || stage.status === 'cached');
  const unknown = { platform: '', arch: '', cpu: '', cores: 0, memoryMb: 0, node: '' };
  const document = resultsSchema.parse({
    schema: RESULTS_VERSION,
    name,
    run: {
      ...{
        id,
        file,
        specHash: '',
        set,
        sweep,
        variant,
        status,
        error: problem,
        startedAt,
        finishedAt: null,
        version: '',
      },
      ...{ machine: unknown, device: 'cpu' },
    },
    images: { total: 0, identities: 0, missing: 0, unreadable: 0, noFace: 0 },
    expect: [],
    warnings: [{ ...results.problem, hint: 'What is shown is what run.json says. No figure was written down.' }],
    stages: done.map((stage) => ({
      ...{ name: stage.name, seconds: stage.seconds ?? 0, cached: stage.status === 'cached', peakRssMb: 0 },
      shardsComputed: 0,
    })),
  });
  return ok(document);
}
