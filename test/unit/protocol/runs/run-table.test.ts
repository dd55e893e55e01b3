import assert from 'node:assert/strict';
import fc from 'fast-check';
import { filteredRows, parseCondition, sortedRows } from '../../../../server/src/protocol/runs/table/arrange.js';
import {
  cellOf,
  cellText,
  columnAt,
  columnsOf,
  differingSettings,
} from '../../../../server/src/protocol/runs/table/columns.js';
import { foldedRows, seedsOf } from '../../../../server/src/protocol/runs/table/fold.js';
import type { FigureOfTable, RunRow } from '../../../../server/src/protocol/runs/table/run-row.js';
import { anyRows, exampleRow } from '../../../support/example-rows.js';

const SEEDED = { seed: 20260118, numRuns: 300 };
const FIGURES: FigureOfTable[] = [
  { path: 'accuracy.clip.top1', label: 'clip top-1', kind: 'share', better: 'higher', matters: true },
  { path: 'verification.clip.tmr@0.001', label: 'clip TMR', kind: 'share', better: 'higher', matters: true },
  { path: 'images.total', label: 'images', kind: 'count', better: 'neither', matters: false },
];

function conditionOf(text: string) {
  const condition = parseCondition(text);
  return condition.ok ? condition.value : assert.fail(condition.problem.message);
}

describe('The columns of a table of runs', () => {
  it('are a column for each setting in which runs differ, and no other', () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        const differing = new Set(differingSettings(rows));
        for (const path of rows.flatMap(({ settings }) => Object.keys(settings))) {
          const texts = new Set(rows.map(({ settings }) => JSON.stringify(settings[path])));
          assert.equal(differing.has(path), texts.size > 1, path);
        }
      }),
      SEEDED,
    );
  });

  it('leave out what runs lack since they use another plugin, and show what differs among those that have it', () => {
    const flat = exampleRow({ settings: { index: 'flat' } });
    const hnsw = (m: number) => exampleRow({ settings: { index: 'hnsw', 'index.m': m, 'index.ef': 100 } });
    const paths = (rows: RunRow[]) =>
      columnsOf(rows, [])
        .filter(({ of }) => of === 'setting')
        .map(({ path }) => path);
    assert.deepEqual(paths([flat, hnsw(16)]), ['index']);
    assert.deepEqual(paths([flat, hnsw(16), hnsw(32)]), ['index', 'index.m']);
  });

  it('have the figures that matter, of those that any run has', () => {
    const row = exampleRow({ figures: { 'accuracy.clip.top1': { value: 0.9 }, 'images.total': { value: 4 } } });
    const figures = columnsOf([row], FIGURES).filter(({ of }) => of === 'figure');
    assert.deepEqual(
      figures.map(({ path }) => path),
      ['accuracy.clip.top1'],
    );
  });

  it('are found by every way in which their path may be written', () => {
    const row = exampleRow({ settings: { index: 'flat', 'poison.fawkes.mode': 'mid' } });
    const written = {
      'accuracy.clip.top1': [
        'accuracy.clip.top1',
        'accuracy.clip.top.1',
        'accuracy.clip.top.1.rate',
        'accuracy."clip".top1',
      ],
      'verification.clip.tmr@0.001': [
        'verification.clip.tmr@1e-3',
        'verification.clip.at.0.001.tmr'.replace('0.001', '"0.001"'),
      ],
      index: ['index', 'index.use'],
      started: ['started'],
    };
    for (const [path, ways] of Object.entries(written)) {
      for (const way of ways) assert.equal(columnAt(way, [row], FIGURES)?.path, path, way);
    }
    for (const unknown of ['accuracy', 'poison.fawkes', 'toString', '__proto__', 'index.', '']) {
      assert.equal(columnAt(unknown, [row], FIGURES), undefined, unknown);
    }
  });

  it('show a figure with its interval, and a white-box rate as one', () => {
    const figures = {
      'accuracy.clip.top1': { value: 0.943, interval: [0.92, 0.961] as [number, number], whiteBox: true as const },
    };
    const [column] = columnsOf([exampleRow({ figures })], FIGURES).filter(({ of }) => of === 'figure');
    assert.equal(cellText(exampleRow({ figures }), column), '94.3 % (92.0–96.1 %) (white-box)');
    assert.equal(cellText(exampleRow(), column), '–');
  });
});

describe('A table of runs', () => {
  it('sorts by any path, in either direction, with what has no value last and equal rows as they were', () => {
    fc.assert(
      fc.property(anyRows, fc.boolean(), (rows, descending) => {
        for (const path of ['accuracy.clip.top1', 'queries.seed', 'id', 'index']) {
          const sorted = sortedRows(rows, [{ path, descending }]);
          assert.deepEqual(new Set(sorted), new Set(rows));
          const cells = sorted.map((row) => cellOf(row, path));
          const known = cells.filter((cell) => cell !== null);
          assert.deepEqual(
            cells.slice(known.length),
            cells.slice(known.length).map(() => null),
          );
          const numbers = known.filter((cell) => typeof cell === 'number');
          assert.deepEqual(
            numbers,
            numbers.toSorted((a, b) => (descending ? b - a : a - b)),
          );
          for (const [n, row] of sorted.entries()) {
            const next = sorted[n + 1];
            if (next && cellOf(row, path) === cellOf(next, path)) assert.ok(rows.indexOf(row) < rows.indexOf(next));
          }
        }
      }),
      SEEDED,
    );
  });

  it('sorts texts as people do: mode 2 before mode 10', () => {
    const rows = ['mode 10', 'mode 2'].map((mode) => exampleRow({ settings: { mode } }));
    assert.deepEqual(sortedRows(rows, [{ path: 'mode', descending: false }]), rows.toReversed());
  });

  it('keeps of any rows those that a comparison holds of; a run without the value fulfils none', () => {
    const compare = {
      '>=': (a: number, b: number) => a >= b,
      '<': (a: number, b: number) => a < b,
      '==': (a: number, b: number) => a === b,
      '!=': (a: number, b: number) => a !== b,
    };
    fc.assert(
      fc.property(
        anyRows,
        fc.constantFrom(...Object.keys(compare)),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (rows, operator, bound) => {
          const kept = filteredRows(rows, [conditionOf(`accuracy.clip.top1 ${operator} ${bound}`)]);
          const expected = rows.filter((row) => {
            const value = row.figures['accuracy.clip.top1']?.value;
            return value !== undefined && compare[operator as keyof typeof compare](value, bound);
          });
          assert.deepEqual(kept, expected);
        },
      ),
      SEEDED,
    );
  });

  it('reads per cent, texts in quotes and what a text has in it', () => {
    const row = exampleRow({
      note: 'Camera 2, at dusk',
      settings: { mode: 'high' },
      figures: { 'a.b': { value: 0.85 } },
    });
    for (const holds of [
      'a.b >= 85%',
      'a.b == .85',
      'mode == high',
      'mode == "high"',
      'mode != low',
      'note ~ camera',
      'status == done',
      'star == false',
      'started > 2026',
    ]) {
      assert.equal(filteredRows([row], [conditionOf(holds)]).length, 1, holds);
    }
    for (const not of [
      'a.b > 85%',
      'mode == low',
      'note ~ dawn',
      'none == 1',
      'none != 1',
      'mode > 3',
      'started > 2027',
    ]) {
      assert.equal(filteredRows([row], [conditionOf(not)]).length, 0, not);
    }
  });

  it('calls a run waiting that stands in line, and running when its turn has come', () => {
    const progress = { share: 0.34, secondsLeft: null };
    const states = [
      exampleRow({ status: 'running', waiting: 2 }),
      exampleRow({ status: 'running' }),
      exampleRow({ status: 'running', progress }),
    ];
    const column = { path: 'status', label: 'status', of: 'run' } as const;
    assert.deepEqual(
      states.map((row) => cellText(row, column)),
      ['waiting', 'running', 'running 34 %'],
    );
    assert.deepEqual(filteredRows(states, [conditionOf('status == waiting')]), states.slice(0, 1));
    assert.deepEqual(filteredRows(states, [conditionOf('status == running')]), states.slice(1));
  });

  it('refuses what is no condition', () => {
    for (const text of ['', 'a', 'a ==', '== 3', 'a = 3', 'a b == 3']) {
      const condition = parseCondition(text);
      assert.equal(condition.ok ? 'taken' : condition.problem.code, 'runs-condition', text);
    }
  });
});

describe('Runs that are folded over seeds', () => {
  const run = (seed: number, value: number, changes: Partial<RunRow> = {}) =>
    exampleRow({
      id: `run-${seed}-${value}`,
      settings: { 'queries.seed': seed, 'poison.fawkes.mode': 'low' },
      figures: { 'accuracy.clip.top1': { value } },
      ...changes,
    });

  it('become one row with mean, standard deviation and extremes', () => {
    const rows = [run(1, 0.8), run(2, 0.9), run(3, 0.7)];
    assert.deepEqual(seedsOf(rows), ['queries.seed']);
    const [folded, ...others] = foldedRows(rows, seedsOf(rows));
    assert.deepEqual(others, []);
    const { mean, deviation, least, most, runs } = folded.figures['accuracy.clip.top1'];
    assert.ok(Math.abs(mean - 0.8) < 1e-12 && Math.abs((deviation ?? 0) - 0.1) < 1e-12);
    assert.deepEqual([least, most, runs], [0.7, 0.9, 3]);
  });

  it('count a run that was repeated once, by its newest', () => {
    const rows = [run(1, 0.8), run(1, 0.6, { startedAt: '2026-02-01T00:00:00.000Z' }), run(2, 0.8)];
    const [folded] = foldedRows(rows, ['queries.seed']);
    assert.equal(folded.repeats, 1);
    assert.deepEqual(
      folded.rows.map(({ id }) => id),
      ['run-1-0.6', 'run-2-0.8'],
    );
  });

  it('stay apart where anything else differs, and where one is not done', () => {
    const other = { 'queries.seed': 2, 'poison.fawkes.mode': 'high' };
    const rows = [
      run(1, 0.8),
      run(2, 0.9, { settings: other }),
      run(3, 0.1, { status: 'failed' }),
      run(4, 0.5, { stage: 'accuracy' }),
    ];
    assert.deepEqual(
      foldedRows(rows, ['queries.seed']).map(({ rows }) => rows.length),
      [1, 1, 1, 1],
    );
  });

  it('lose none of any rows', () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        const folded = foldedRows(rows, ['queries.seed']);
        const count = folded.reduce((sum, { rows: inside, repeats }) => sum + inside.length + repeats, 0);
        assert.equal(count, rows.length);
      }),
      SEEDED,
    );
  });
});
