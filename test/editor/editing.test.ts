import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { useEditor } from '../support/vscode/use-editor.js';
import type { Workbench } from '../support/vscode/workbench.js';
import { newWorkspace } from '../support/workspace.js';

describe('editing in VS Code (skipped where Chromium or ripgrep is not installed)', () => {
  let workbench: Workbench;
  const editor = useEditor();

  /** One window for all of them. */
  beforeEach(async () => {
    workbench ??= await open();
  });

  async function open(): Promise<Workbench> {
    const workspace = await newWorkspace();
    await writeFile(join(workspace, 'wrong.experiment.yaml'), 'name: Wrong\ndataset: {use: synthetik}\n');
    await writeFile(join(workspace, 'begun.experiment.yaml'), 'name: Begun\ndataset: {use: sy');
    return editor().openFolder(workspace);
  }

  it('underlines what is wrong and lists it, with the way out', async () => {
    await workbench.openFile('wrong.experiment.yaml');
    await workbench.squiggles.first().waitFor();
    const rows = await workbench.problems();
    const fault = rows.filter({ hasText: 'There is no dataset named "synthetik"' });
    await fault.waitFor();
    assert.match((await fault.textContent()) ?? '', /did you mean "synthetic"\?/);
  });

  it('completes what is begun, with a block that is valid', async () => {
    await workbench.openFile('begun.experiment.yaml');
    await workbench.goToEnd();
    await workbench.page.keyboard.press('Control+Space');
    await workbench.suggestion('synthetic').first().click();
    await workbench.line('use: synthetic').waitFor();
  });

  it('makes a new experiment from a template', async () => {
    await workbench.runCommand('Lookalike: New Experiment');
    await workbench.pick('Quickstart');
    await workbench.page.locator('.quick-input-title', { hasText: 'Name of the new experiment file' }).waitFor();
    await workbench.page.keyboard.press('Enter');
    await workbench.page.locator('.tab.active[data-resource-name="quickstart.experiment.yaml"]').waitFor();
    await workbench.lens('▶ Run').first().waitFor();
  });
});
