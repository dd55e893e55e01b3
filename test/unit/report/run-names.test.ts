import assert from 'node:assert/strict';
import { nameRuns } from '../../../client/webview/sections/run-names.js';
import { exampleResults, exampleRun } from '../../support/example-results.js';

const started = (minute: number, set: string[] = []) =>
  exampleResults({ run: exampleRun({ id: `run-${minute}`, startedAt: `2026-01-18T14:0${minute}:00.000Z`, set }) });
const namesOf = (...given: Parameters<typeof nameRuns>) => nameRuns(...given).map(({ name }) => name);

describe('names of runs beside one another', () => {
  it('are their own where those tell them apart', () => {
    const runs = [exampleResults(), exampleResults({ name: 'Mirrored' })];
    assert.deepEqual(namesOf(runs), ['Robustness of a retrieval engine', 'Mirrored']);
  });

  it('begin with the settings that differ, then say when', () => {
    const [low, high] = namesOf([started(1, ['seed=1', 'mode=low']), started(2, ['seed=1', 'mode=high'])]);
    assert.match(low ?? '', /^mode=low · 18 Jan 2026/);
    assert.match(high ?? '', /^mode=high · 18 Jan 2026/);
  });

  it('begin with the values that differ of variants of one sweep', () => {
    const variant = (minute: number, values: Record<string, unknown>) => {
      const { run, ...rest } = started(minute);
      return { ...rest, run: { ...run, sweep: 's', variant: { 'poison.fawkes.mode': 'low', ...values } } };
    };
    const [one, two] = namesOf([variant(1, { 'queries.seed': 1 }), variant(2, { 'queries.seed': 2 })]);
    assert.match(one ?? '', /^seed=1 · /);
    assert.match(two ?? '', /^seed=2 · /);
  });

  it('begin with the lines that differ, where the files are known', () => {
    const text = 'name: x\nmode: low # quick\n';
    const [low, high] = namesOf([started(1), started(2)], [text, text.replace('low', 'high')]);
    assert.match(low ?? '', /^mode: low · /);
    assert.match(high ?? '', /^mode: high · /);
  });

  it('are told apart by their ids where nothing else differs, and never meet', () => {
    const runs = Array.from({ length: 3 }, (_, n) => {
      const { run, ...rest } = started(1);
      return { ...rest, run: { ...run, id: `run-${n}` } };
    });
    assert.equal(new Set(namesOf(runs)).size, 3);
  });
});
