import assert from 'node:assert/strict';
import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { useEditor } from '../support/vscode/use-editor.js';
import { newWorkspace } from '../support/workspace.js';

const SUITE = fileURLToPath(new URL('../../out/host/index.cjs', import.meta.url));

describe('inside VS Code’s extension host (skipped where Chromium or ripgrep is not installed)', () => {
  const report = join(tmpdir(), `lookalike-host-${process.pid}.txt`);
  const editor = useEditor({ env: { LOOKALIKE_HOST_REPORT: report } });
  after(() => rm(report, { force: true }));

  it('every suite passes', async () => {
    const code = await editor().runInExtensionHost(await newWorkspace(), SUITE);
    const lines = (await readFile(report, 'utf8')).trim().split('\n');
    assert.deepEqual(
      lines.filter((line) => !line.startsWith('pass ')),
      [],
    );
    assert.equal(code, 0);
    assert.ok(lines.length > 5, `${lines.length} ran`);
  });
});
