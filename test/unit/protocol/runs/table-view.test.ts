import assert from 'node:assert/strict';
import fc from 'fast-check';
import { packedRunsSchema, packRuns, unpackRuns } from '../../../../server/src/protocol/runs/table/packed-rows.js';
import type { FigureOfTable, RunRow } from '../../../../server/src/protocol/runs/table/run-row.js';
import {
  experimentOf,
  type TableChoices,
  type TableView,
  tableView,
} from '../../../../server/src/protocol/runs/table/table-view.js';
import { anyRows, exampleRow } from '../../../support/example-rows.js';

const USUAL: TableChoices = {
  ...{ experiment: '', filter: '', sort: [], isGrouped: false, closed: [], isFolded: false },
  ...{ hidden: [], added: [], pinned: [] },
};

const TOP1: FigureOfTable = {
  ...{ path: 'accuracy.clip.top1', label: 'clip top-1', kind: 'share', better: 'higher', matters: true },
};

function row(id: string, changes: Partial<RunRow> = {}): RunRow {
  return exampleRow({ id, folder: `/runs/${id}`, ...changes });
}

function rated(id: string, mode: string, seed: number, value: number): RunRow {
  const settings = { 'poison.fawkes.mode': mode, 'queries.seed': seed };
  return row(id, { settings, figures: { [TOP1.path]: { value } } });
}

const view = (runs: readonly RunRow[], choices: Partial<TableChoices> = {}) =>
  tableView({ runs, figures: [TOP1] }, { ...USUAL, ...choices });

/** The lines: a run by its id, folded ones by all of theirs, a group by how many it has. */
function linesOf({ lines }: TableView): string[] {
  return lines.map((line) => {
    if (line.kind === 'group') return `${line.isOpen ? 'open' : 'closed'}: ${line.runs.length}`;
    return (line.folded?.rows ?? [line.row]).map(({ id }) => id).join('+');
  });
}

describe('Runs on their way to a page', () => {
  it('arrive as they were', () => {
    const box = fc.constantFrom(true as const, 'unknown' as const);
    const figure = fc.record(
      {
        value: fc.double({ noNaN: true, noDefaultInfinity: true }),
        interval: fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })),
        whiteBox: box,
      },
      { requiredKeys: ['value'] },
    );
    const rows = fc.array(
      fc.record({
        settings: fc.dictionary(
          fc.string(),
          fc.oneof(fc.string(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean(), fc.constant(null)),
        ),
        figures: fc.dictionary(fc.string(), figure),
      }),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(rows, (some) => {
        const runs = some.map((one, n) => row(String(n), JSON.parse(JSON.stringify(one))));
        const sent = packedRunsSchema.parse(JSON.parse(JSON.stringify(packRuns(runs, [TOP1]))));
        assert.deepEqual(unpackRuns(sent), runs);
        assert.deepEqual(sent.figures, [TOP1]);
      }),
      { seed: 15, numRuns: 60 },
    );
  });

  it('are refused where their figures are none', () => {
    const [sent] = [packRuns([rated('a', 'low', 1, 0.5)], [TOP1])];
    const broken = { ...sent, rows: sent.rows.map((one) => ({ ...one, figures: [null, null, null, null] })) };
    assert.equal(packedRunsSchema.safeParse(broken).success, false);
  });
});

describe('The table of runs on a page', () => {
  const runs = [
    rated('a', 'low', 1, 0.9),
    rated('b', 'low', 2, 0.7),
    rated('c', 'high', 1, 0.85),
    rated('d', 'high', 2, 0.3),
  ];

  it('has every run once, however it is sorted, grouped and folded', () => {
    const choices = fc.record({
      isGrouped: fc.boolean(),
      isFolded: fc.boolean(),
      sort: fc.array(fc.record({ path: fc.constantFrom('index', TOP1.path, 'started'), descending: fc.boolean() }), {
        maxLength: 2,
      }),
    });
    fc.assert(
      fc.property(anyRows, choices, (some, chosen) => {
        const shown = view(some, chosen);
        const folded = shown.lines.flatMap((line) => (line.kind === 'run' ? (line.folded?.repeats ?? 0) : 0));
        const repeats = folded.reduce((sum, one) => sum + one, 0);
        assert.equal(new Set(shown.runs).size + repeats, some.length);
        const lines = shown.lines.flatMap((line) => (line.kind === 'run' ? (line.folded?.rows.length ?? 1) : 0));
        assert.equal(
          lines.reduce((sum, one) => sum + one, 0),
          shown.runs.length,
        );
      }),
      { seed: 16, numRuns: 60 },
    );
  });

  it('sorts rows that are folded by their means', () => {
    const sort = [{ path: TOP1.path, descending: true }];
    assert.deepEqual(linesOf(view(runs, { sort })), ['a', 'c', 'b', 'd']);
    assert.deepEqual(linesOf(view(runs, { sort, isFolded: true })), ['a+b', 'c+d']);
    assert.deepEqual(view(runs, { isFolded: true }).over, ['queries.seed']);
  });

  it('puts runs of one file and sweep under one heading, and leaves out those of one that is closed', () => {
    const some = [row('a', { sweep: 's' }), row('b'), row('c', { sweep: 's' })];
    const grouped = view(some, { isGrouped: true });
    assert.deepEqual(linesOf(grouped), ['open: 2', 'a', 'c', 'open: 1', 'b']);
    const [first] = grouped.lines;
    const closed = view(some, { isGrouped: true, closed: [first?.kind === 'group' ? first.key : ''] });
    assert.deepEqual(linesOf(closed), ['closed: 2', 'open: 1', 'b']);
    assert.equal(closed.runs.length, 3, 'they are still among what is saved');
  });

  it('takes words, conditions and both together, and says which path no run has', () => {
    const ids = (filter: string) => linesOf(view(runs, { filter }));
    assert.deepEqual(ids('HIGH'), ['c', 'd']);
    assert.deepEqual(ids('poison.fawkes.mode == low and accuracy.clip.top1 >= 80%'), ['a']);
    assert.deepEqual(ids('high and queries.seed == 2'), ['d']);
    const unknown = view(runs, { filter: 'poison.lowkey.mode == high' });
    assert.equal(unknown.problem?.code, 'runs-path-unknown');
    assert.equal(unknown.lines.length, 4, 'and leaves every run');
  });

  it('has the columns that tell the runs of one experiment apart, those that are pinned first', () => {
    const other = row('e', { name: 'Other', settings: { 'dataset.seed': 3 } });
    const paths = (choices: Partial<TableChoices>) => view([...runs, other], choices).columns.map(({ path }) => path);
    assert.ok(paths({}).includes('name') && paths({}).includes('dataset.seed'));
    const experiment = experimentOf(runs[0] as RunRow);
    const own = ['id', 'status', 'started', 'poison.fawkes.mode', 'queries.seed', TOP1.path];
    assert.deepEqual(paths({ experiment }), own);
    const chosen = { experiment, hidden: ['started', 'status'], added: ['file'], pinned: [TOP1.path] };
    assert.deepEqual(paths(chosen), [TOP1.path, 'id', 'poison.fawkes.mode', 'queries.seed', 'file']);
  });
});
