import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { accessibilityFaults } from '../support/axe.js';
import { writeManyRuns } from '../support/many-runs.js';
import { writeFaces } from '../support/small-experiment.js';
import { useEditor } from '../support/vscode/use-editor.js';
import type { Workbench } from '../support/vscode/workbench.js';
import { newWorkspace } from '../support/workspace.js';

const WAITING = fileURLToPath(new URL('../support/waiting-model.mjs', import.meta.url));
const THEMES = ['Light Modern', 'Dark Modern', 'Dark High Contrast', 'Light High Contrast'];
/** Without their signal, runs of so many photographs take three minutes. */
const [IDENTITIES, EACH] = [150, 4];

describe('many runs in VS Code (skipped where Chromium or ripgrep is not installed)', function () {
  this.timeout(400_000);
  const editor = useEditor({ machineSettings: { 'lookalike.plugins': [WAITING] } });
  afterEach(() => editor().closeWindows());

  /** A window on experiments of these names, each of which computes until there is the file `signal`. */
  async function open(names: readonly string[]): Promise<{ workspace: string; signal: string; workbench: Workbench }> {
    const workspace = await newWorkspace();
    const signal = join(workspace, 'go.signal');
    await writeFaces(join(workspace, 'faces'), IDENTITIES, EACH);
    for (const name of names) await writeFile(join(workspace, `${name}.experiment.yaml`), waits(name, signal));
    return { workspace, signal, workbench: await editor().openFolder(workspace) };
  }

  it('runs are found where no experiment’s file is left, the newest first', async () => {
    const workspace = await newWorkspace();
    writeManyRuns(join(workspace, '.lookalike'), join(workspace, 'gone.experiment.yaml'), 3);
    const workbench = await editor().openFolder(workspace);
    await workbench.statusBarItem(/Lookalike$/).click();
    const listed = workbench.page.locator('.sidebar .monaco-list-row', { hasText: 'Robustness' });
    await listed.nth(2).waitFor();
    await workbench.runCommand('Lookalike: Show Runs');
    await workbench.panelContent.getByText('3 runs', { exact: true }).waitFor();
  });

  it('a matrix that is typed fills the table, goes on where the window is reloaded, is compared and saved', async () => {
    const { signal, workbench } = await open(['seeds']);
    const { page } = workbench;
    await workbench.openFile('seeds.experiment.yaml');
    await typeMatrix(workbench);
    await workbench.lens('▶ Run 3 variants').first().click();
    await workbench.runCommand('Lookalike: Show Runs');
    const table = () => workbench.panelContent.getByRole('treegrid', { name: 'Runs' });
    const rows = (text: string | RegExp) => table().locator('tbody tr[aria-level="2"]', { hasText: text });
    const goesOn = () =>
      rows(/running \d+ %/)
        .first()
        .waitFor();
    await goesOn();
    await page.reload();
    await workbench.ready();
    await workbench.statusBarItem(/Lookalike \d+ %/).waitFor();
    // What was opened a moment ago is not yet among what a window opens again.
    await workbench.runCommand('Lookalike: Show Runs');
    await goesOn();
    await writeFile(signal, '');
    await workbench.notification('All 3 variants of “seeds” are done').waitFor();
    await rows('done').nth(2).waitFor();
    const seeds = await rows('done').locator('td.number').first().textContent();
    assert.equal(seeds?.trim(), '3', 'the newest first');

    await workbench.runCommand('Notifications: Clear All Notifications');
    await table().press('Home');
    await table().press('ArrowDown');
    await table().press(' ');
    await table().press('Shift+ArrowDown');
    await workbench.panelContent.getByText('2 selected').waitFor();
    for (const theme of THEMES) {
      await workbench.chooseTheme(theme);
      assert.deepEqual(await accessibilityFaults(await workbench.panel()), [], theme);
    }
    await workbench.panelContent.getByRole('button', { name: 'Save the selected runs as CSV' }).click();
    const saved = await workbench.takeProposedName();
    await workbench.statusBarItem('Saved').waitFor();
    const [head, ...lines] = (await readFile(saved, 'utf8')).trim().split('\r\n');
    assert.match(head ?? '', /^id,status,started,queries\.seed,accuracy\.waiting\.top1,/);
    assert.deepEqual(
      lines.map((line) => line.split(',').filter((_, n) => n === 1 || n === 3)),
      [
        ['done', '3'],
        ['done', '2'],
      ],
    );

    await workbench.panelContent.getByRole('button', { name: 'Compare' }).press('Enter');
    await workbench.panelContent.getByRole('heading', { name: 'What differs', exact: true }).waitFor();
    await workbench.panelContent.locator('#differs').getByText('queries.seed').first().waitFor();
    for (const theme of THEMES) {
      await workbench.chooseTheme(theme);
      assert.deepEqual(await accessibilityFaults(await workbench.panel()), [], theme);
    }
  });

  it('two go on through a reload, one is cancelled: lens, status bar, Testing view, list and table say so', async () => {
    const { signal, workbench } = await open(['kept', 'dropped']);
    const { page } = workbench;
    for (const name of ['kept', 'dropped']) {
      await workbench.openFile(`${name}.experiment.yaml`);
      await workbench.lens('▶ Run').first().click();
      await workbench.lens('■ Cancel').first().waitFor();
    }
    const both = /Lookalike \d+ % · \d+ %/;
    await workbench.statusBarItem(both).waitFor();

    await page.reload();
    await workbench.ready();
    await workbench.statusBarItem(both).waitFor();
    await workbench.openFile('dropped.experiment.yaml');
    await workbench.lensText(/running: \d of 4 stages done/).waitFor();
    await workbench.runCommand('Lookalike: Focus on Runs View');
    const listed = (name: string, state: RegExp) =>
      page.locator('.sidebar .monaco-list-row', { hasText: name }).filter({ hasText: state }).first();
    for (const name of ['kept', 'dropped']) await listed(name, /\d+ % · embed \d+ %/).waitFor();
    await page.getByRole('tab', { name: /^Testing/ }).click();
    const test = (name: string, state: string) =>
      workbench.testItem(`${name}.experiment.yaml`).locator(`.codicon-${state}`);
    for (const name of ['kept', 'dropped']) await test(name, 'loading').waitFor();
    assert.equal(await page.locator('.notifications-toasts .notification-list-item').count(), 0, 'nobody is disturbed');

    await workbench.lens('■ Cancel').first().click();
    await workbench.notification('“dropped” was cancelled').waitFor();
    await workbench.lensText(/▶ Run.*cancelled/).waitFor();
    await test('dropped', 'testing-unset-icon').waitFor();
    await test('kept', 'loading').waitFor();
    await workbench.statusBarItem(/Lookalike \d+ %(?! · \d+ %)/).waitFor();
    await writeFile(signal, '');
    await workbench.notification('“kept” is done').waitFor();
    await test('kept', 'testing-passed-icon').waitFor();
    await test('dropped', 'testing-unset-icon').waitFor();
    await workbench.statusBarItem(/Lookalike$/).waitFor();

    await workbench.runCommand('Lookalike: Focus on Runs View');
    await listed('dropped', /cancelled.*(just now|minutes? ago)|(just now|minutes? ago).*cancelled/).waitFor();
    await listed('kept', /(just now|minutes? ago).*top-1/).waitFor();
    await workbench.runCommand('Lookalike: Show Runs');
    const rows = workbench.panelContent.getByRole('row');
    for (const [name, state] of [
      ['dropped', 'cancelled'],
      ['kept', 'done'],
    ] as const) {
      await rows.filter({ hasText: name }).filter({ hasText: state }).first().waitFor();
    }
  });
});

/** An experiment that computes until there is a file. */
function waits(name: string, signal: string): string {
  return `name: ${name}
dataset: {use: folder, root: faces}
queries: {sample: 40, seed: 1}
embed: {models: [{use: test/waiting, name: waiting, until: ${JSON.stringify(signal)}}]}
index: flat
accuracy: {top: [1, 5]}
expect: [accuracy.waiting.top1 >= 0%]
`;
}

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
