import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MAX_COMPARED } from '../../../server/src/protocol/limits.js';
import { writeReport } from '../../../server/src/report/write-report.js';
import { exampleResults } from '../../support/example-results.js';
import { temporaryFolder, writeNeighbourFiles } from '../../support/run-folder.js';

describe('writing a report', () => {
  const folder = temporaryFolder();
  const html = () => join(folder(), 'report.html');
  const codeFolder = () => join(folder(), 'code');

  beforeEach(async () => {
    await mkdir(codeFolder());
    await writeFile(join(codeFolder(), 'webview.js'), 'show()');
    await writeFile(join(codeFolder(), 'webview.css'), 'body{}');
    await writeFile(join(folder(), 'results.json'), JSON.stringify(exampleResults()));
  });

  it('puts the results, the neighbours and the code into one file and leaves no other', async () => {
    await writeNeighbourFiles(folder());
    const before = await readdir(folder());
    const written = await writeReport(folder(), html(), { codeFolder: codeFolder(), photographs: true });
    const page = await readFile(html(), 'utf8');
    assert.deepEqual(written, { ok: true, value: { bytes: Buffer.byteLength(page), warnings: [] } });
    assert.deepEqual((await readdir(folder())).sort(), [...before, 'report.html'].sort());
    const data = JSON.parse(/id="report-data">(.+)<\/script>/.exec(page)?.[1] ?? '');
    assert.deepEqual(data.results, JSON.parse(JSON.stringify(exampleResults())));
    assert.equal(data.queries[0].neighbours[0].id, 'ana/2.jpg');
  });

  it('replaces an earlier report', async () => {
    await writeFile(html(), 'old');
    await writeReport(folder(), html(), { codeFolder: codeFolder() });
    assert.match(await readFile(html(), 'utf8'), /^<!doctype html>/);
  });

  it('warns of damaged neighbours and shows the rest', async () => {
    await writeFile(join(folder(), 'thumbnails.json'), 'x');
    const written = await writeReport(folder(), html(), { codeFolder: codeFolder(), photographs: true });
    assert.deepEqual(written.ok && written.value.warnings.map(({ code }) => code), ['neighbours-unusable']);
  });

  it('writes nothing where the results cannot be read', async () => {
    const written = await writeReport(codeFolder(), html(), { codeFolder: codeFolder() });
    assert.equal(!written.ok && written.problem.code, 'results-missing');
    assert.ok(!(await readdir(folder())).includes('report.html'));
  });

  it('says where the file cannot be written', async () => {
    const written = await writeReport(folder(), codeFolder(), { codeFolder: codeFolder() });
    assert.equal(!written.ok && written.problem.code, 'report-not-written');
    assert.match(!written.ok ? written.problem.message : '', new RegExp(codeFolder()));
  });

  it('says that the product is not built where its browser code is missing', async () => {
    const written = await writeReport(folder(), html(), { codeFolder: folder() });
    assert.equal(!written.ok && written.problem.code, 'report-code-missing');
  });

  it('compares with as many runs as it has colours for', async () => {
    const compare = Array<string>(MAX_COMPARED + 1).fill(folder());
    const tooMany = await writeReport(folder(), html(), { codeFolder: codeFolder(), compare });
    assert.equal(!tooMany.ok && tooMany.problem.code, 'too-many-runs');
    const written = await writeReport(folder(), html(), { codeFolder: codeFolder(), compare: compare.slice(1) });
    assert.ok(written.ok);
  });
});
