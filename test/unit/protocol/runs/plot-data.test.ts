import assert from 'node:assert/strict';
import type { RunColumn } from '../../../../server/src/protocol/runs/table/columns.js';
import { figureBySetting, parallelRuns } from '../../../../server/src/protocol/runs/table/plot-data.js';
import type { RunRow } from '../../../../server/src/protocol/runs/table/run-row.js';
import { exampleRow } from '../../../support/example-rows.js';

const TOP1 = 'accuracy.clip.top1';
const FIGURE: RunColumn = {
  ...{ path: TOP1, label: 'clip top-1', of: 'figure' },
  figure: { path: TOP1, label: 'clip top-1', kind: 'share', better: 'higher', matters: true },
};
const column = (path: string): RunColumn => ({ path, label: path, of: 'setting' });

let made = 0;
function rated(settings: RunRow['settings'], value: number, changes: Partial<RunRow> = {}): RunRow {
  const id = `run-${made++}`;
  const figures = { [TOP1]: { value, interval: [value - 0.1, value + 0.1] as [number, number] } };
  const startedAt = new Date(Date.UTC(2026, 0, 1) + 1000 * made).toISOString();
  return exampleRow({ id, folder: `/runs/${id}`, startedAt, settings, figures, ...changes });
}

describe('A figure over a setting', () => {
  it('is the mean of seeds with their deviation, and of a run alone its interval', () => {
    const runs = [
      ...[0.4, 0.6].map((value, seed) => rated({ mode: 'low', seed }, value)),
      rated({ mode: 'high', seed: 0 }, 0.9),
    ];
    const { points, values } = figureBySetting(runs, { figure: FIGURE, x: 'mode' });
    assert.deepEqual(values, ['high', 'low']);
    const [low, high] = points;
    assert.deepEqual([low!.x, low!.value, low!.runs], ['low', 0.5, 2]);
    assert.ok(Math.abs(low!.high! - (0.5 + Math.SQRT2 / 10)) < 1e-12, 'n − 1 in the denominator');
    assert.deepEqual(high, { x: 'high', facet: '', value: 0.9, low: 0.8, high: 1, runs: 1 });
  });

  it('counts what it leaves out, and names what it does not tell apart', () => {
    const runs = [
      ...[rated({ mode: 1, size: 10, seed: 1 }, 0.5), rated({ mode: 1, size: 20, seed: 1 }, 0.6)],
      rated({ mode: 2, size: 10, seed: 1 }, 0.5),
      rated({ mode: 2, size: 10, seed: 1 }, 0.7),
      ...[rated({ mode: 2, seed: 1 }, 0, { figures: {} }), rated({ seed: 1 }, 0.5)],
    ];
    const { points, notes, values } = figureBySetting(runs, { figure: FIGURE, x: 'mode' });
    assert.deepEqual(values, [1, 2], 'numbers stay numbers');
    assert.deepEqual(
      points.map(({ x, value }) => [x, value]),
      [
        [1, 0.5],
        [1, 0.6],
        [2, 0.7],
      ],
    );
    assert.deepEqual(notes.slice(1), [
      '1 run repeated what a newer one did, and is left out.',
      '2 runs without the figure or the setting are left out.',
      'Runs at one place may differ in size.',
    ]);
  });

  it('stands once for each value of a second axis', () => {
    const runs = [1, 2].flatMap((size) => ['a', 'b'].map((mode) => rated({ mode, size }, size / 10)));
    const { points, facets } = figureBySetting(runs, { figure: FIGURE, x: 'mode', facet: 'size' });
    assert.deepEqual(facets, ['1', '2']);
    assert.deepEqual(
      points.map(({ x, facet, value }) => [facet, x, value]),
      [
        ['1', 'a', 0.1],
        ['1', 'b', 0.1],
        ['2', 'a', 0.2],
        ['2', 'b', 0.2],
      ],
    );
  });
});

describe('Runs side by side', () => {
  it('cross numbers by their size, texts evenly, and no axis of which they have no value', () => {
    const runs = [rated({ size: 10, mode: 'a' }, 0), rated({ size: 20, mode: 'b' }, 0.5), rated({ size: 50 }, 1)];
    const { axes, lines } = parallelRuns(runs, [column('size'), column('mode'), FIGURE]);
    assert.deepEqual(
      lines.map(({ at }) => at),
      [
        [0, 0, 0],
        [0.25, 1, 0.5],
        [1, null, 1],
      ],
    );
    assert.deepEqual(
      axes.map(({ ticks }) => ticks.map(({ text }) => text)),
      [
        ['10', '50'],
        ['a', 'b'],
        ['0.0 %', '100.0 %'],
      ],
    );
  });
});
