import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { writeFaces, writeSmallExperiment } from '../support/small-experiment.js';
import { useEditor } from '../support/vscode/use-editor.js';
import { newWorkspace } from '../support/workspace.js';

describe('a workspace that is not trusted (skipped where Chromium or ripgrep is not installed)', () => {
  const editor = useEditor({ workspaceTrust: true });

  it('is edited and checked, and nothing is run until it is trusted', async () => {
    const workspace = await newWorkspace();
    await writeFaces(join(workspace, 'faces'), 3, 3);
    await writeSmallExperiment(workspace);
    const workbench = await editor().openFolder(workspace);
    await workbench.statusBarItem('Restricted Mode').waitFor();
    await workbench.openFile('small.experiment.yaml');
    await workbench.goToEnd();
    await workbench.page.keyboard.type('acuracy: 1\n');
    await workbench.squiggles.first().waitFor();
    for (let n = 0; n < 11; n++) await workbench.page.keyboard.press('Backspace');

    await workbench.lens('▶ Run').first().click();
    await workbench.notification(/trust/i).waitFor();
    assert.equal(existsSync(join(workspace, '.lookalike')), false);
  });
});
