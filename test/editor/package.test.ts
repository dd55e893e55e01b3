import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { resultsSchema } from '../../server/src/protocol/results.js';
import { Editor } from '../support/vscode/editor.js';
import { newWorkspace } from '../support/workspace.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

describe('the installed package in VS Code (skipped where Chromium or ripgrep is not installed)', () => {
  let editor: Editor;
  let folder: string;

  before(async function () {
    this.timeout(400_000);
    if (!Editor.isPossible()) return this.skip();
    folder = await mkdtemp(join(tmpdir(), 'lookalike-package-test-'));
    const vsix = join(folder, `lookalike-${process.platform}-${process.arch}.vsix`);
    const built = spawnSync(process.execPath, ['--import', 'tsx', 'scripts/package/main.ts', '--out', folder], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    assert.equal(built.status, 0, built.stderr);
    editor = (await Editor.start({ vsix })) as Editor;
  });
  after(async () => {
    await editor?.stop();
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  it('runs the quickstart', async function () {
    this.timeout(180_000);
    const workspace = await newWorkspace();
    await cp(join(ROOT, 'experiments/quickstart.experiment.yaml'), join(workspace, 'quickstart.experiment.yaml'));
    const workbench = await editor.openFolder(workspace);
    await workbench.openFile('quickstart.experiment.yaml');
    await workbench.lens('▶ Run').first().click();
    await workbench.notification('“Quickstart” is done').waitFor({ timeout: 150_000 });
    const runs = join(workspace, '.lookalike/runs');
    const [id] = await readdir(runs);
    const results = resultsSchema.parse(JSON.parse(await readFile(join(runs, id, 'results.json'), 'utf8')));
    assert.equal(results.run.status, 'done');
    const top1 = (100 * results.accuracy![0].top[1].rate!).toFixed(1);
    await workbench.line(`top-1 ${top1} %`).first().waitFor();
  });
});
