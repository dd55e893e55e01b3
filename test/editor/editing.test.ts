import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Editor } from '../support/vscode/editor.js';
import type { Workbench } from '../support/vscode/workbench.js';
import { newWorkspace } from '../support/workspace.js';

describe('editing in VS Code (skipped where Chromium or ripgrep is not installed)', () => {
  let editor: Editor;
  let workbench: Workbench;

  before(async function () {
    this.timeout(300_000);
    const started = await Editor.start();
    if (!started) return this.skip();
    editor = started;
    const workspace = await newWorkspace();
    await writeFile(join(workspace, 'wrong.experiment.yaml'), 'name: Wrong\ndataset: {use: synthetik}\n');
    await writeFile(join(workspace, 'begun.experiment.yaml'), 'name: Begun\ndataset: {use: sy');
    workbench = await editor.openFolder(workspace);
  });
  after(() => editor?.stop());

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
    await workbench.page.locator('.quick-input-widget input').press('Enter');
    await workbench.page.locator('.tab.active[data-resource-name="quickstart.experiment.yaml"]').waitFor();
    await workbench.lens('▶ Run').first().waitFor();
  });
});
