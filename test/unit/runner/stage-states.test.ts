import assert from 'node:assert/strict';
import type { RunEvent } from '../../../server/src/protocol/runner.js';
import type { StageState } from '../../../server/src/protocol/runs/run-state.js';
import { afterEvent } from '../../../server/src/protocol/runs/stage-states.js';

const STARTED: RunEvent = { type: 'run-started', runId: 'r', folder: '/r', stages: ['dataset', 'embed', 'accuracy'] };
const PROGRESS: RunEvent = {
  ...{ type: 'progress', stage: 'embed', label: 'first', done: 34, total: 100 },
  ...{ rate: 10, secondsLeft: 6.6 },
};

function statesAfter(...events: RunEvent[]): StageState[] {
  return events.reduce<StageState[]>(afterEvent, []);
}

function statuses(...events: RunEvent[]): string[] {
  return statesAfter(...events).map(({ name, status }) => `${name} ${status}`);
}

describe('The states of a run’s stages', () => {
  it('are idle until they begin', () => {
    assert.deepEqual(statuses(STARTED), ['dataset idle', 'embed idle', 'accuracy idle']);
  });

  it('tell what came from the cache from what was computed, with its seconds', () => {
    const stages = statesAfter(
      STARTED,
      { type: 'stage-started', stage: 'dataset' },
      { type: 'stage-finished', stage: 'dataset', seconds: 0.4, cached: false },
      { type: 'stage-finished', stage: 'embed', seconds: 0.1, cached: true },
    );
    assert.deepEqual(
      stages.map(({ status, seconds }) => [status, seconds]),
      [
        ['done', 0.4],
        ['cached', 0.1],
        ['idle', null],
      ],
    );
  });

  it('show how far the running one is, until it ends', () => {
    const [, running] = statesAfter(STARTED, PROGRESS);
    assert.equal(running.status, 'running');
    assert.deepEqual(running.progress, { label: 'first', done: 34, total: 100, rate: 10, secondsLeft: 6.6 });
    const finished: RunEvent = { type: 'stage-finished', stage: 'embed', seconds: 9, cached: false };
    assert.equal(statesAfter(STARTED, PROGRESS, finished)[1].progress, null);
  });

  it('end with the run: the one that ran failed or was cancelled, the others are as they were', () => {
    assert.deepEqual(statuses(STARTED, PROGRESS, { type: 'run-finished', status: 'failed' }), [
      ...['dataset idle', 'embed failed', 'accuracy idle'],
    ]);
    assert.equal(statesAfter(STARTED, PROGRESS, { type: 'run-finished', status: 'cancelled' })[1].status, 'cancelled');
  });

  it('hold a stage that was not announced', () => {
    assert.deepEqual(statuses(STARTED, { type: 'stage-started', stage: 'novel' }).at(-1), 'novel running');
  });
});
