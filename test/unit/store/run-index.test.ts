import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { appendFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { indexRun, listRuns, RunPages } from '../../../server/src/history/list-runs.js';
import type { Results } from '../../../server/src/protocol/results.js';
import type { RunTable } from '../../../server/src/protocol/runs/table/run-row.js';
import { writeRunNote } from '../../../server/src/store/run-folder/run-note.js';
import { newRunRecord, type RunRecord, writeRunRecord } from '../../../server/src/store/run-folder/run-record.js';
import { writeRunFile } from '../../../server/src/store/run-folder/sound-files.js';
import { exampleResults, exampleRun } from '../../support/example-results.js';
import { writeManyRuns } from '../../support/many-runs.js';
import { temporaryFolder } from '../../support/run-folder.js';
import { plugins } from '../../support/spec-text.js';

const READING = { plugins, env: {} };
const TEXT = `name: Faces
dataset: {use: folder, root: faces}
embed: {models: [face-recognition]}
accuracy: {top: [1]}
`;

describe('The list of runs', () => {
  const home = temporaryFolder();

  async function writeRun(
    id: string,
    changes: { set?: string[]; status?: RunRecord['status']; results?: Partial<Results> } = {},
  ) {
    const { set = [], status = 'done', results } = changes;
    const folder = join(home(), 'runs', id);
    await mkdir(folder, { recursive: true });
    const file = join(home(), 'faces.experiment.yaml');
    const run = exampleRun({ id, set, status, file });
    await writeRunFile(folder, 'spec.yaml', TEXT);
    await writeRunFile(folder, 'results.json', JSON.stringify({ ...exampleResults({ run }), ...results }));
    await writeRunRecord(folder, { ...newRunRecord(id, { file, startedBy: 'terminal', set }), status });
    return folder;
  }

  /** The list, and how many folders were read for it. */
  async function listed(): Promise<RunTable & { read: number }> {
    let read = 0;
    const table = await listRuns(home(), { ...READING, onReading: (runs) => (read = runs) });
    return { ...table, read };
  }

  it('has what each run was and found, and reads no folder twice', async () => {
    await writeRun('20260101-000000-aaaaaa');
    await writeRun('20260102-000000-bbbbbb', { set: ['accuracy.top=[1,9]'] });
    const first = await listed();
    assert.equal(first.read, 2);
    assert.deepEqual(first.runs.map(({ settings }) => settings['accuracy.top']).sort(), ['[1,9]', '[1]']);
    assert.equal(first.runs[0].figures['accuracy.face-recognition.top1'].value, 1914 / 2026);
    const second = await listed();
    assert.equal(second.read, 0);
    assert.deepEqual(second.runs, first.runs);
    assert.deepEqual(second.figures, first.figures);
  });

  it('gives the first of many in pages without the index, which has all of them in the end', async () => {
    writeManyRuns(home(), join(home(), 'faces.experiment.yaml'), 24);
    const pages = new RunPages(READING);
    const first = await pages.after(home(), undefined, 20);
    assert.deepEqual([first.runs.length, first.total], [20, 24]);
    assert.ok(!existsSync(join(home(), 'runs', 'index.jsonl')));
    const others = await pages.after(home(), first.last ?? undefined, 20);
    assert.deepEqual([others.runs.length, others.last], [4, null]);
    const all = await listed();
    assert.equal(all.read, 0);
    assert.deepEqual(new Set([...first.runs, ...others.runs]), new Set(all.runs));
  });

  it('has what whoever ended a run added to it', async () => {
    const folder = await writeRun('20260101-000000-aaaaaa');
    await indexRun(folder, home(), READING);
    assert.equal((await listed()).read, 0);
  });

  it('reads a folder again that says something else: results, a note, another end', async () => {
    const folder = await writeRun('20260101-000000-aaaaaa');
    await listed();
    await writeRunNote(folder, { star: true, note: 'the good one' });
    const noted = await listed();
    assert.deepEqual([noted.read, noted.runs[0].star, noted.runs[0].note], [1, true, 'the good one']);
    await writeRun('20260101-000000-aaaaaa', { status: 'failed' });
    const failed = await listed();
    assert.deepEqual([failed.read, failed.runs[0].status, failed.runs[0].note], [1, 'failed', 'the good one']);
  });

  it('forgets runs that are removed, and goes along where the folder is moved', async () => {
    const gone = await writeRun('20260101-000000-aaaaaa');
    await writeRun('20260102-000000-bbbbbb');
    await listed();
    await rm(gone, { recursive: true });
    const { runs } = await listed();
    assert.deepEqual(
      runs.map(({ id }) => id),
      ['20260102-000000-bbbbbb'],
    );
  });

  it('looks at a run anew each time that says it is running', async () => {
    await writeRun('20260101-000000-aaaaaa', { status: 'running' });
    for (const round of [1, 2]) {
      const { runs, read } = await listed();
      assert.deepEqual([read, runs[0].status], [1, 'running'], `round ${round}`);
    }
  });

  it('is the same whatever is done to the index: it is a copy', async () => {
    for (const n of [1, 2, 3, 4]) await writeRun(`2026010${n}-000000-aaaaaa`, { set: [`accuracy.top=[${n}]`] });
    const { runs } = await listed();
    const index = join(home(), 'runs', 'index.jsonl');
    const bytes = await readFile(index);
    await fc.assert(
      fc.asyncProperty(
        fc.nat(bytes.length - 1),
        fc.nat(255),
        fc.constantFrom('cut', 'alter', 'append', 'repeat'),
        async (at, byte, harm) => {
          const harmed = Buffer.from(bytes);
          harmed[at] = byte;
          if (harm === 'cut') await writeFile(index, bytes.subarray(0, at));
          if (harm === 'alter') await writeFile(index, harmed);
          if (harm === 'append') await writeFile(index, Buffer.concat([bytes, bytes.subarray(at)]));
          if (harm === 'repeat')
            await writeFile(index, Buffer.concat([bytes, bytes, bytes, bytes, bytes, bytes, bytes, bytes]));
          assert.deepEqual((await listed()).runs, runs);
          assert.equal((await listed()).read, 0, 'it is healed');
          assert.ok((await readFile(index)).length < 4 * bytes.length, 'it is written anew where most of it is old');
        },
      ),
      { seed: 20260118, numRuns: 60 },
    );
  });

  it('is there where the index cannot be written, or is no file', async () => {
    await writeRun('20260101-000000-aaaaaa');
    await mkdir(join(home(), 'runs', 'index.jsonl'));
    assert.equal((await listed()).runs.length, 1);
  });

  it('believes no line of another state, another run or another version', async () => {
    await writeRun('20260101-000000-aaaaaa');
    await listed();
    const index = join(home(), 'runs', 'index.jsonl');
    const line = await readFile(index, 'utf8');
    await writeRun('20260102-000000-bbbbbb');
    await appendFile(index, line.replace('20260101-000000-aaaaaa', '20260102-000000-bbbbbb'));
    const { runs, read } = await listed();
    assert.deepEqual([read, runs.length], [1, 2]);
  });

  it('names what of a run cannot be read, and lists the others', async () => {
    const folder = await writeRun('20260101-000000-aaaaaa');
    await writeRun('20260102-000000-bbbbbb');
    await writeFile(join(folder, 'results.json'), '{');
    const { runs } = await listed();
    assert.deepEqual(runs.map(({ problem }) => problem?.code).sort(), ['results-invalid', undefined].sort());
  });
});
