import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { RunEvent } from '../../../server/src/protocol/runner.js';
import { RunProgress } from '../../../server/src/runner/progress/run-progress.js';

const started = (...stages: string[]): RunEvent => ({ type: 'run-started', runId: 'r', folder: '/r', stages });
const finished = (stage: string): RunEvent => ({ type: 'stage-finished', stage, seconds: 1, cached: false });
const progress = (stage: string, label: string, done: number, total = 100): RunEvent => {
  return { type: 'progress', stage, label, done, total, rate: 10, secondsLeft: (total - done) / 10 };
};

/** What is shown after each of the events that is progress: per cent of the stage, of the run, seconds left. */
function shown(run: RunProgress, ...events: RunEvent[]): [stage: number, run: number, left: number | null][] {
  return events.flatMap((said) => {
    const event = run.told(said);
    if (event.type !== 'progress') return [];
    return [[Math.round(100 * event.share!), Math.round(100 * event.run!.share), event.run!.secondsLeft]];
  });
}

describe('The progress of a run', () => {
  it('is a stage’s share of all of its models, and of the run by the time that each is expected to take', () => {
    const run = new RunProgress();
    run.expect([
      { stage: 'embed', label: 'slow', seconds: 30 },
      { stage: 'embed', label: 'quick', seconds: 10 },
    ]);
    const told = shown(run, started('embed'), progress('embed', 'slow', 100), progress('embed', 'quick', 50));
    assert.deepEqual(told, [
      [75, 75, 10],
      [88, 88, 5],
    ]);
  });

  it('has no time left where nobody can say it of every part', () => {
    const told = shown(new RunProgress(), started('embed', 'accuracy'), progress('embed', 'a', 50));
    assert.equal(told[0][2], null);
  });

  it('says what is left of the run by what stages took before, also of one with several passes over its images', () => {
    const run = new RunProgress();
    run.expect([
      { stage: 'embed', label: 'a', seconds: 10 },
      { stage: 'poison', label: 'fawkes', seconds: 100 },
      { stage: 'robustness', label: '', seconds: 20 },
    ]);
    const begun = started('embed', 'poison', 'robustness');
    const told = shown(run, begun, progress('embed', 'a', 50), finished('embed'), progress('poison', 'fawkes', 50));
    assert.deepEqual(
      told.map(([, , left]) => left && Math.round(left)),
      [125, 80],
    );
  });

  it('does not go back when a second perturbation begins, nor when one is embedded after it was made', () => {
    const run = new RunProgress();
    run.expect([
      { stage: 'poison', label: 'fawkes', seconds: null },
      { stage: 'poison', label: 'lowkey', seconds: null },
    ]);
    const labels = ['fawkes', 'fawkes, face-recognition', 'fawkes', 'lowkey', 'lowkey, face-recognition'];
    const events = labels.flatMap((label) => [0, 50, 100].map((done) => progress('poison', label, done)));
    const stage = shown(run, started('poison', 'robustness'), ...events).map(([share]) => share);
    assert.deepEqual(
      stage,
      stage.toSorted((a, b) => a - b),
    );
    assert.equal(stage[2], 40, 'a perturbation that is made is not all of it');
    assert.ok(stage[9] >= 50 && stage[9] < 60, String(stage));
  });

  it('never goes back and never passes the whole, whatever stages and parts say', () => {
    const names = fc.constantFrom('dataset', 'embed', 'poison', 'robustness', 'unannounced');
    const part = fc.constantFrom('', 'a', 'b', 'a, model', 'b, model');
    const event = fc.oneof(
      fc.record({ stage: names, label: part, done: fc.nat(100) }).map((p) => progress(p.stage, p.label, p.done)),
      names.map(finished),
    );
    const expected = fc.array(fc.record({ stage: names, label: part, seconds: fc.option(fc.nat(100)) }));
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), expected, fc.nat(60), (events, parts, when) => {
        const run = new RunProgress();
        run.told(started('dataset', 'embed', 'poison', 'robustness'));
        const last = new Map<string, number>();
        for (const [n, said] of events.entries()) {
          if (n === when) run.expect(parts);
          const event = run.told(said);
          if (event.type !== 'progress') continue;
          for (const [what, share] of [
            [event.stage, event.share!],
            ['', event.run!.share],
          ] as const) {
            assert.ok(share >= (last.get(what) ?? 0) && share <= 1, `${what} ${share}`);
            last.set(what, share);
          }
        }
      }),
      { seed: 7, numRuns: 500 },
    );
  });
});
