import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { accessibilityFaults } from '../support/axe.js';
import { writeFaces } from '../support/small-experiment.js';
import { useEditor } from '../support/vscode/use-editor.js';
import type { Workbench } from '../support/vscode/workbench.js';
import { newWorkspace } from '../support/workspace.js';

const FILE = 'seeds.experiment.yaml';
const WAITING = fileURLToPath(new URL('../support/waiting-model.mjs', import.meta.url));
const THEMES = ['Light Modern', 'Dark Modern', 'Dark High Contrast'];

describe('the table of runs in VS Code (skipped where Chromium or ripgrep is not installed)', () => {
  const editor = useEditor();
  afterEach(() => editor().closeWindows());

  /** An experiment that computes until there is a file of this name. */
  async function open(signal: string): Promise<{ workspace: string; workbench: Workbench }> {
    const workspace = await newWorkspace();
    await writeFaces(join(workspace, 'faces'), 75, 4);
    // A workspace cannot name plugins.
    const machine = join(editor().server.folder, 'user/Machine');
    await mkdir(machine, { recursive: true });
    await writeFile(join(machine, 'settings.json'), JSON.stringify({ 'lookalike.plugins': [WAITING] }));
    const model = `{use: test/waiting, name: waiting, until: ${JSON.stringify(join(workspace, signal))}}`;
    await writeFile(
      join(workspace, FILE),
      `name: Seeds
dataset: {use: folder, root: faces}
queries: {sample: 40, seed: 1}
embed: {models: [${model}]}
index: flat
accuracy: {top: [1, 5]}
`,
    );
    const workbench = await editor().openFolder(workspace);
    await workbench.openFile(FILE);
    return { workspace, workbench };
  }

  it('fills while a matrix runs, goes on where the window is reloaded, compares two of its rows and is saved', async () => {
    const { workspace, workbench } = await open('go.signal');
    const { page } = workbench;
    await typeMatrix(workbench);
    await workbench.lens('▶ Run 3 variants').first().click();
    await workbench.runCommand('Lookalike: Show Runs');
    const table = () => workbench.panelContent.getByRole('treegrid', { name: 'Runs' });
    const rows = (text: string | RegExp) => table().locator('tbody tr[aria-level="2"]', { hasText: text });
    await rows(/running \d+ %/)
      .first()
      .waitFor();
    await page.reload();
    await workbench.ready();
    await rows(/running \d+ %/)
      .first()
      .waitFor();
    await writeFile(join(workspace, 'go.signal'), '');
    await rows('done').first().waitFor();
    // Whoever does not go on by itself with the variants that were to come is asked to.
    const again = workbench.lens('▶ Run 3 variants').first();
    if ((await rows('done').count()) < 3 && (await again.isVisible())) await again.click();
    await rows('done').nth(2).waitFor();
    for (const [n, seed] of ['3', '2', '1'].entries()) {
      assert.match((await rows('done').nth(n).textContent()) ?? '', new RegExp(`done\\s*${seed}\\D`));
    }

    await workbench.runCommand('Notifications: Clear All Notifications');
    await table().press('ArrowDown');
    await table().press(' ');
    await table().press('Shift+ArrowDown');
    await workbench.panelContent.getByText('2 selected').waitFor();
    for (const theme of THEMES) {
      await workbench.chooseTheme(theme);
      assert.deepEqual(await accessibilityFaults(await workbench.panel()), [], theme);
      if (process.env.SHOTS) await page.screenshot({ path: join(process.env.SHOTS, `code-${theme}.png`) });
    }
    await workbench.panelContent.getByRole('button', { name: 'Save the selected runs as CSV' }).click();
    const saved = join(workspace, 'runs.csv');
    await saveAs(page, saved);
    await workbench.statusBarItem('Saved').waitFor();
    const [head, ...lines] = (await readFile(saved, 'utf8')).trim().split('\r\n');
    assert.match(head!, /^id,started,status,queries\.seed,accuracy\.waiting\.top1,/);
    assert.equal(lines.length, 2);

    await workbench.panelContent.getByRole('button', { name: 'Compare' }).click();
    await page.getByRole('tab', { name: /^Results: Seeds/ }).waitFor();
  });
});

/** By the words that the editor offers. */
async function typeMatrix(workbench: Workbench): Promise<void> {
  const { keyboard } = workbench.page;
  await workbench.goToEnd();
  await keyboard.type('matrix:');
  await keyboard.press('Escape');
  await keyboard.press('Enter');
  await keyboard.type('queries.se');
  await keyboard.press('Control+Space');
  await workbench.suggestion('queries.seed').first().click();
  await workbench.line('queries.seed: [1]').waitFor();
  await keyboard.press('End');
  await keyboard.press('Backspace');
  await keyboard.type(', 2, 3]');
  await workbench.line('queries.seed: [1, 2, 3]').waitFor();
  await keyboard.press('Control+S');
}

/** Names a file in the dialog that saves, which in a browser is a quick pick. */
async function saveAs(page: Page, path: string): Promise<void> {
  const input = page.locator('.quick-input-widget .quick-input-box input');
  await input.fill(path);
  await input.press('Enter');
}
