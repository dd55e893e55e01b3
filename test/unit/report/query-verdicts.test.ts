import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Results } from '../../../server/src/protocol/results.js';
import { selectQueries } from '../../../server/src/report/query-page.js';
import { readQueryTable } from '../../../server/src/report/query-table.js';
import { readQueryDetails } from '../../../server/src/report/read-query-details.js';
import { encodeNpy } from '../../../server/src/store/npy.js';
import { exampleResults } from '../../support/example-results.js';
import { temporaryFolder } from '../../support/run-folder.js';

const FOUND = 8;
const QUERIES = 40;

/** Squared distances of a query's results, ascending, in double precision: as a run computes them. */
function squaredDistances(query: number): number[] {
  const random = (n: number) => (Math.sin(12.9898 * (query + 1) + 78.233 * (n + 1)) * 43758.5453) % 1;
  return Array.from({ length: FOUND }, (_, n) => Math.abs(random(n)) + 1e-3).sort((a, b) => a - b);
}

/** Of every query the threshold is one of its own distances, as a percentile of few photographs is. */
const placeOfThreshold = (query: number) => query % FOUND;

describe('verdicts on what a query found', () => {
  const folder = temporaryFolder();
  type Unit = NonNullable<Results['threshold']>['unit'];
  const inUnit = (squared: number, unit: Unit) => (unit === 'l2' ? Math.sqrt(squared) : squared);

  /** `judged` writes which results the run itself found valid; `retrieve` names the engine. */
  async function writeRun(unit: Unit, { judged = false, version = 'original', engine = 'local', model = 'm' } = {}) {
    const { threshold, retrieve, ...rest } = exampleResults();
    const shown = {
      ...rest,
      threshold: { ...threshold, model: 'm', unit },
      retrieve: { ...retrieve, use: engine, model },
    };
    await writeFile(join(folder(), 'results.json'), JSON.stringify(shown));
    const images = Array.from({ length: FOUND }, (_, n) => ({ id: `found-${n}`, identity: null }));
    const queries = Array.from({ length: QUERIES }, (_, row) => {
      const validAt = Array.from({ length: placeOfThreshold(row) + 1 }, (_, n) => n);
      const part = { row, neighbours: 'neighbours', ...(judged ? { valid: validAt.length, validAt } : {}) };
      const limit = inUnit(squaredDistances(row)[placeOfThreshold(row)] ?? 0, unit);
      const beside = row === 0 ? {} : { strangers: row / QUERIES, control: { count: row - 1, of: QUERIES - 1 } };
      return { id: `q-${row}`, identity: null, threshold: limit, ...beside, models: { [model]: { [version]: part } } };
    });
    const lines = (records: readonly unknown[]) => records.map((record) => `${JSON.stringify(record)}\n`).join('');
    await writeFile(join(folder(), 'images.jsonl'), lines(images));
    await writeFile(join(folder(), 'queries.jsonl'), lines(queries));
    const shape = [QUERIES, FOUND];
    const ids = Int32Array.from({ length: QUERIES * FOUND }, (_, n) => n % FOUND);
    const distances = Float32Array.from(Array.from({ length: QUERIES }, (_, row) => squaredDistances(row)).flat());
    await writeFile(join(folder(), 'neighbours.ids.npy'), Buffer.concat(encodeNpy(ids, shape)));
    await writeFile(join(folder(), 'neighbours.distances.npy'), Buffer.concat(encodeNpy(distances, shape)));
  }

  async function verdicts(row: number) {
    const read = await readQueryDetails(folder(), [`q-${row}`]);
    assert.ok(read.ok, JSON.stringify(read));
    return read.value[0]?.neighbours.map(({ valid }) => valid) ?? [];
  }
  const upTo = (place: number) => Array.from({ length: FOUND }, (_, n) => n <= place);

  for (const unit of ['squared-l2', 'l2'] as const) {
    it(`count the photograph that sets the threshold as valid, in ${unit}`, async () => {
      await writeRun(unit);
      for (let row = 0; row < QUERIES; row++) assert.deepEqual(await verdicts(row), upTo(placeOfThreshold(row)));
    });

    it(`are the run’s own where it has judged, of a perturbed version too, in ${unit}`, async () => {
      await writeRun(unit, { judged: true, version: 'fawkes' });
      const table = await readQueryTable(folder(), 'm', 'fawkes');
      assert.ok(table.ok);
      for (const [row, { valid }] of table.value.entries()) {
        const found = await verdicts(row);
        assert.deepEqual(found, upTo(placeOfThreshold(row)));
        assert.equal(found.filter(Boolean).length, valid);
      }
    });

    it(`stand beside distances of one unit with their threshold, in ${unit}`, async () => {
      await writeRun(unit);
      const table = await readQueryTable(folder(), 'm', 'original');
      assert.ok(table.ok);
      for (const [row, shown] of table.value.entries()) {
        const [nearest = 0] = squaredDistances(row);
        assert.equal(shown.unit, unit);
        assert.ok(Math.abs((shown.distance ?? 0) - inUnit(nearest, unit)) < 1e-6);
        assert.equal(shown.threshold, inUnit(squaredDistances(row)[placeOfThreshold(row)] ?? 0, unit));
        if (placeOfThreshold(row) === 0) assert.ok(Math.abs((shown.distance ?? 0) - (shown.threshold ?? 0)) < 1e-7);
      }
    });
  }

  it('stand beside what their threshold lets through: strangers’ images, and strangers who find something', async () => {
    await writeRun('l2');
    const table = await readQueryTable(folder(), 'm', 'original');
    assert.ok(table.ok);
    const shown = table.value.map(({ strangers, control }) => [strangers, control]);
    assert.deepEqual(shown.slice(0, 3), [
      [null, null],
      [1 / 40, 0],
      [2 / 40, 1 / 39],
    ]);
    const sort = { by: 'control' as const, descending: true };
    const sorted = selectQueries(table.value, { model: 'm', version: 'original', filter: {}, sort });
    assert.deepEqual([sorted[0]?.id, sorted.at(-1)?.id], ['q-39', 'q-0']);
  });

  it('are none where neither the run has judged nor the distances are of the judging model', async () => {
    await writeRun('l2', { version: 'fawkes' });
    assert.deepEqual(new Set(await verdicts(3)), new Set([null]));
    await writeRun('l2', { model: 'another' });
    assert.deepEqual(new Set(await verdicts(3)), new Set([null]));
    const table = await readQueryTable(folder(), 'another', 'original');
    assert.ok(table.ok && table.value.every(({ threshold }) => threshold === null));
  });

  it('are not made of a service’s similarities, which are shown as they came', async () => {
    await writeRun('l2', { engine: 'clip-retrieval' });
    assert.deepEqual(new Set(await verdicts(3)), new Set([null]));
    const table = await readQueryTable(folder(), 'm', 'original');
    assert.ok(table.ok);
    const [first] = table.value;
    assert.deepEqual([first?.unit, first?.threshold], ['similarity', null]);
    assert.equal(first?.distance, Math.fround(squaredDistances(0)[0] ?? 0));
  });
});
