import assert from 'node:assert/strict';
import { mkdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RESULTS_VERSION } from '../../../server/src/protocol/results.js';
import { readResults } from '../../../server/src/store/run-folder/read-results.js';
import { exampleResults } from '../../support/example-results.js';
import { temporaryFolder } from '../../support/run-folder.js';

describe('reading results.json', () => {
  const folder = temporaryFolder();
  const file = () => join(folder(), 'results.json');

  async function problemWith(text: string) {
    await writeFile(file(), text);
    const read = await readResults(folder());
    assert.ok(!read.ok);
    assert.ok(read.problem.message.startsWith(file()), read.problem.message);
    return read.problem;
  }

  it('gives what a run wrote', async () => {
    await writeFile(file(), JSON.stringify(exampleResults()));
    assert.deepEqual(await readResults(folder()), { ok: true, value: exampleResults() });
  });

  it('leaves out fields that it does not know', async () => {
    await writeFile(file(), JSON.stringify({ ...exampleResults(), mood: 'good' }));
    assert.deepEqual(await readResults(folder()), { ok: true, value: exampleResults() });
  });

  it('takes the version before', async () => {
    const before = exampleResults({ schema: RESULTS_VERSION - 1 });
    await writeFile(file(), JSON.stringify(before));
    assert.deepEqual(await readResults(folder()), { ok: true, value: before });
  });

  it('says that a newer version needs a newer Lookalike, whatever else is in it', async () => {
    const problem = await problemWith(JSON.stringify({ schema: RESULTS_VERSION + 1, name: 7 }));
    assert.equal(problem.code, 'results-version');
    assert.match(problem.hint ?? '', /update/);
  });

  it('says that an older version needs a new run', async () => {
    const problem = await problemWith(JSON.stringify({ ...exampleResults(), schema: RESULTS_VERSION - 2 }));
    assert.equal(problem.code, 'results-version');
    assert.match(problem.hint ?? '', /again/);
  });

  it('names the place of a wrong value', async () => {
    const problem = await problemWith(JSON.stringify({ ...exampleResults(), images: { total: -1 } }));
    assert.equal(problem.code, 'results-invalid');
    assert.match(problem.message, /images\.total/);
  });

  for (const text of ['', '{"schema": 1,', 'null', '[]', '"results"']) {
    it(`refuses ${JSON.stringify(text)}`, async () => {
      assert.equal((await problemWith(text)).code, 'results-invalid');
    });
  }

  it('says so where there are none', async () => {
    const read = await readResults(join(folder(), 'elsewhere'));
    assert.equal(!read.ok && read.problem.code, 'results-missing');
  });

  it('does not read a file that no run could have written', async () => {
    await writeFile(file(), '');
    await truncate(file(), 2 ** 31);
    const read = await readResults(folder());
    assert.equal(!read.ok && read.problem.code, 'results-too-large');
  });

  it('says so where they cannot be read', async () => {
    await mkdir(file());
    const read = await readResults(folder());
    assert.equal(!read.ok && read.problem.code, 'results-unreadable');
  });
});
