import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runTests } from '@vscode/test-electron';
import { prepare, root } from './prepare.mjs';

/*
 * npm run test:desktop [-- PATH]: the tests of test/host inside a desktop's VS Code: the one at PATH, or one that is
 * downloaded.
 */
prepare();
const workspace = await mkdtemp(join(tmpdir(), 'lookalike-desktop-'));
await mkdir(join(workspace, '.git'));
await runTests({
  version: '1.100.3',
  vscodeExecutablePath: process.argv[2],
  extensionDevelopmentPath: root,
  extensionTestsPath: join(root, 'out/host/index.cjs'),
  launchArgs: [workspace, '--disable-extensions', '--disable-workspace-trust'],
});
