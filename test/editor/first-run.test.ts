import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import type { Locator } from 'playwright-core';
import { useEditor } from '../support/vscode/use-editor.js';
import { newWorkspace } from '../support/workspace.js';

/** Drawing and embedding 240 portraits, on a machine with other work. */
const LONGEST_RUN_MS = 240_000;

describe('a new user in VS Code (skipped where Chromium or ripgrep is not installed)', function () {
  this.timeout(300_000);
  const editor = useEditor();
  afterEach(() => editor().closeWindows());

  it('comes from an empty folder to the first result in seven steps, and none of them is a dead end', async () => {
    const workspace = await newWorkspace();
    const workbench = await editor().openFolder(workspace);
    const { page } = workbench;
    let [clicks, keys] = [0, 0];
    const click = async (what: Locator) => {
      await what.first().click();
      clicks++;
    };
    const enter = async () => {
      await page.keyboard.press('Enter');
      keys++;
    };
    const began = performance.now();

    await click(page.locator('.activitybar .action-item', { has: page.locator('[aria-label^="Lookalike"]') }));
    await click(page.locator('.welcome-view-content').getByRole('button', { name: 'New Experiment' }));
    const first = page.locator('.quick-input-list .monaco-list-row').first();
    await first.waitFor();
    assert.match((await first.textContent()) ?? '', /^Quickstart/, 'the template that is selected needs no download');
    await enter();
    await page.locator('.quick-input-widget', { hasText: 'Name of the new experiment' }).waitFor();
    await enter();
    await click(workbench.lens('▶ Run'));
    await page
      .locator('.monaco-editor .view-line', { hasText: /top-1\s\d/ })
      .first()
      .waitFor({ timeout: LONGEST_RUN_MS });
    const seconds = (performance.now() - began) / 1000;
    await click(workbench.notification('“Quickstart” is done').getByRole('button', { name: 'Show Results' }));
    await (await workbench.panel()).getByRole('img', { name: /top-1/ }).first().waitFor();

    assert.deepEqual((await readdir(workspace)).sort(), ['.git', '.lookalike', 'quickstart.experiment.yaml']);
    process.stdout.write(
      `      first result after ${clicks - 1} clicks and ${keys} times Enter, in ${seconds.toFixed(1)} s; its panel by one click more\n`,
    );
    assert.ok(clicks + keys <= 7, `${clicks} clicks, ${keys} keys`);
    await page.locator('.activitybar .action-item', { has: page.locator('[aria-label^="Testing"]') }).click();
    await workbench.testItem('quickstart.experiment.yaml').locator('.codicon-testing-passed-icon').waitFor();
  });

  it('is led on by every button of the walkthrough, also where nothing is there yet', async () => {
    const workbench = await editor().openFolder(await newWorkspace());
    const { page } = workbench;
    const says: [step: string, button: string, said: RegExp][] = [
      ['Run it', 'Run Experiment', /There is no experiment here yet/],
      ['Search by words', 'Search Images', /There is no experiment here yet/],
      ['Look at the results', 'Show Results', /No experiment has been run here yet/],
    ];
    await workbench.runCommand('Welcome: Open Walkthrough...');
    await workbench.pick('Get Started with Lookalike');
    for (const [step, button, said] of says) {
      await page.locator('.getting-started-step', { hasText: step }).first().click();
      await page.locator('.getting-started-step').getByRole('button', { name: button }).click();
      await workbench.notification(said).waitFor();
    }
    await page.locator('.getting-started-step', { hasText: 'Make an experiment' }).first().click();
    await page.locator('.getting-started-step').getByRole('button', { name: 'New Experiment' }).click();
    await page.locator('.quick-input-list .monaco-list-row', { hasText: 'My photographs' }).waitFor();
  });
});
