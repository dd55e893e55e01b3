import fc from 'fast-check';
import type { RunRow } from '../../server/src/protocol/runs/table/run-row.js';

/** A made-up run as a row of a table. */
export function exampleRow(changes: Partial<RunRow> = {}): RunRow {
  return {
    id: '20260118-140301-9f3c21',
    folder: '/work/.lookalike/runs/20260118-140301-9f3c21',
    file: '/work/faces.experiment.yaml',
    name: 'Faces',
    status: 'done',
    startedAt: '2026-01-18T14:03:01.000Z',
    finishedAt: '2026-01-18T14:21:49.000Z',
    stage: null,
    set: [],
    settings: {},
    figures: {},
    expect: { held: 0, of: 0 },
    problem: null,
    progress: null,
    waiting: 0,
    star: false,
    note: '',
    ...changes,
  };
}

const path = fc.constantFrom('queries.seed', 'index', 'index.m', 'poison.fawkes.mode', 'threshold.percentile');
const setting = fc.oneof(
  fc.constantFrom('low', 'high', 'mode 2', 'mode 10'),
  fc.integer({ min: 0, max: 5 }),
  fc.boolean(),
);
const figure = fc.constantFrom('accuracy.clip.top1', 'robustness.withValid.fawkes', 'poison.fawkes.meanDssim');
const measured = fc.record({ value: fc.double({ min: 0, max: 1, noNaN: true }) });

/** Rows that differ in settings and figures, each with an id of its own. */
export const anyRows: fc.Arbitrary<RunRow[]> = fc
  .array(fc.record({ settings: fc.dictionary(path, setting), figures: fc.dictionary(figure, measured) }), {
    maxLength: 20,
  })
  .map((rows) =>
    rows.map((row, n) => exampleRow({ ...row, id: `run-${n}`, startedAt: new Date(1e12 + 1000 * n).toISOString() })),
  );
