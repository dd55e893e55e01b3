import { type RunSummary, runSummarySchema } from '../../server/src/protocol/runs/run-state.js';

/** A made-up run that goes on. */
export function exampleRunSummary(changes: Partial<RunSummary> = {}): RunSummary {
  const progress = { label: 'face-recognition', done: 820, total: 2040, rate: 131, secondsLeft: 9.3 };
  return runSummarySchema.parse({
    id: '20250118-140301-9f3c21',
    folder: '/home/ana/.lookalike/runs/20250118-140301-9f3c21',
    file: '/home/ana/robustness.experiment.yaml',
    uri: 'file:///home/ana/robustness.experiment.yaml',
    name: 'Robustness of a retrieval engine',
    status: 'running',
    startedAt: '2025-01-18T14:03:01.000Z',
    finishedAt: null,
    stages: [
      { name: 'dataset', status: 'done', seconds: 0.4, progress: null },
      { name: 'embed', status: 'running', seconds: null, progress },
      { name: 'accuracy', status: 'idle', seconds: null, progress: null },
    ],
    problem: null,
    warnings: [],
    headline: [],
    expect: { held: 0, of: 0 },
    own: true,
    set: [],
    progress: { share: 0.5, secondsLeft: null },
    ...changes,
  });
}
