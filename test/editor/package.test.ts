import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { reachableFiles } from '../../scripts/package/relative-links.js';
import { resultsSchema } from '../../server/src/protocol/results.js';
import { Editor } from '../support/vscode/editor.js';
import { newWorkspace } from '../support/workspace.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const NO_NETWORK = join(ROOT, 'test/support/vscode/no-network.cjs');

describe('the installed package in VS Code (skipped where Chromium or ripgrep is not installed)', () => {
  let editor: Editor;
  let folder: string;
  const written = (name: string) => readFile(join(folder, name), 'utf8').catch(() => '');

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
    const env = { NODE_OPTIONS: `--require ${NO_NETWORK}`, LOOKALIKE_NO_NETWORK: folder };
    editor = (await Editor.start({ vsix, env })) as Editor;
  });
  after(async () => {
    await editor?.stop();
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  it('runs the quickstart, and no process of it asks for the network', async () => {
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

    assert.equal(await written('refused'), '');
    const watched = await written('watched');
    for (const part of ['extensionHost', 'dist/server.js', 'dist/runner.js']) assert.ok(watched.includes(part), part);
  });

  it('has what its README and the pages behind it show and link to', async () => {
    const extensions = join(editor.server.folder, 'extensions');
    const name = (await readdir(extensions)).find((entry) => entry.startsWith('lookalike.')) as string;
    const links = reachableFiles(join(extensions, name), 'readme.md');
    assert.ok(links.some((link) => link.endsWith('.png')));
    const missing = links.filter((link) => !existsSync(join(extensions, name, link)));
    assert.deepEqual(missing, []);
  });
});
