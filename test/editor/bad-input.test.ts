import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runIdsIn } from '../support/run-folder.js';
import { writeFaces, writeSmallExperiment } from '../support/small-experiment.js';
import { languageServerBeside, languageServersOf } from '../support/vscode/processes.js';
import { useEditor } from '../support/vscode/use-editor.js';
import type { Workbench } from '../support/vscode/workbench.js';
import { newWorkspace } from '../support/workspace.js';

const FILE = 'small.experiment.yaml';
const HOSTILE = '<script>hacked=1</script><img src=x onerror="hacked=1">';

describe('what goes wrong in VS Code (skipped where Chromium or ripgrep is not installed)', () => {
  const editor = useEditor();
  afterEach(() => editor().closeWindows());

  async function newExperiment(identities: number): Promise<string> {
    const workspace = await newWorkspace();
    await writeFaces(join(workspace, 'faces'), identities, 4);
    await writeSmallExperiment(workspace);
    return workspace;
  }

  async function open(workspace: string): Promise<Workbench> {
    const workbench = await editor().openFolder(workspace);
    await workbench.openFile(FILE);
    return workbench;
  }

  async function runIn(workbench: Workbench): Promise<void> {
    await workbench.lens('▶ Run').first().click();
    await workbench.notification('is done').waitFor();
  }

  it('results that are cut short, of another version or hostile are a message in the panel, or text', async () => {
    const workspace = await newExperiment(4);
    const workbench = await open(workspace);
    await runIn(workbench);
    const file = join(workspace, '.lookalike/runs', (await runIdsIn(workspace))[0], 'results.json');
    const whole = await readFile(file, 'utf8');
    // As a folder from elsewhere, or of an earlier version, which has none.
    await rm(join(file, '../checksums.jsonl'));

    for (const [text, code] of [
      [whole.slice(0, whole.length / 2), 'results-invalid'],
      [whole.replace(/"schema": ?\d+/, '"schema": 99'), 'results-version'],
    ]) {
      await writeFile(file, text);
      const panel = await showResults(workbench);
      await panel.getByRole('alert').filter({ hasText: code }).waitFor();
      await workbench.runCommand('View: Close Editor');
    }

    const hostile = { ...JSON.parse(whole), name: HOSTILE + 'x'.repeat(2 ** 20) };
    await writeFile(file, JSON.stringify(hostile));
    await rm(join(workspace, 'faces/person-000/0.png'));
    const panel = await showResults(workbench);
    await panel.getByRole('heading', { level: 1 }).filter({ hasText: HOSTILE }).waitFor();
    assert.equal(await panel.evaluate('typeof hacked'), 'undefined');
    await panel.getByRole('grid', { name: 'Queries' }).press('Enter');
    assert.match((await panel.locator('.query-view .photo.query').first().textContent()) ?? '', /gone/);
  });

  it('photographs outside of the workspace, wherever a run says that they are, are shown when the user says so', async () => {
    const workspace = await newExperiment(2);
    const workbench = await open(workspace);
    await runIn(workbench);
    const [run] = await runIdsIn(workspace);
    const images = join(workspace, '.lookalike/runs', run, 'images.jsonl');
    await rm(join(images, '../checksums.jsonl'));
    const elsewhere = await newWorkspace();
    await rename(join(workspace, 'faces'), join(elsewhere, 'faces'));
    await writeFile(images, (await readFile(images, 'utf8')).replaceAll(workspace, elsewhere));

    const panel = await showResults(workbench);
    await panel.getByRole('grid', { name: 'Queries' }).press('Enter');
    await panel.getByText('Photographs outside of the workspace are not shown unasked').waitFor();
    assert.equal(await panel.locator('.query-view img').count(), 0);
    await panel.getByRole('button', { name: 'Show Them' }).click();
    // The page is loaded anew, with more that it may load.
    const photograph = workbench.panelContent.locator('.query-view img').first();
    while (!(await photograph.evaluate((image: HTMLImageElement) => image.complete)));
    assert.ok(await photograph.evaluate((image: HTMLImageElement) => image.naturalWidth));
  });

  it('an experiment that is renamed while it runs is finished under the name that it had', async () => {
    const workspace = await newExperiment(200);
    const workbench = await open(workspace);
    await workbench.lens('▶ Run').first().click();
    await workbench.lens('■ Cancel').first().waitFor();
    await rename(join(workspace, FILE), join(workspace, 'renamed.experiment.yaml'));
    await workbench.notification('“Small” is done').waitFor();
  });

  it('a second window on the workspace sees the run of the first, and starts none of its own', async () => {
    const workspace = await newExperiment(400);
    const [first, second] = [await open(workspace), await open(workspace)];
    await first.lens('▶ Run').first().click();
    await second.statusBarItem(/Lookalike \d+ %/).waitFor();
    await first.notification('is done').waitFor();
    await second.statusBarItem(/^\s*Lookalike\s*$/).waitFor();
    assert.equal((await runIdsIn(workspace)).length, 1);
  });

  it('a server that crashes five times is left alone until the user says otherwise', async function () {
    if (!existsSync('/proc/self/environ')) return this.skip();
    const workspace = await newExperiment(2);
    const others = await languageServersOf(editor().server);
    const workbench = await open(workspace);
    const problems = await workbench.problems();
    await workbench.page.locator('.monaco-editor .view-lines').first().click();
    for (const wrong of ['one', 'two', 'three', 'four', 'five']) {
      await workbench.goToEnd();
      await workbench.page.keyboard.type(`${wrong}: 1\n`);
      await problems.filter({ hasText: `"${wrong}"` }).waitFor();
      const server = await languageServerBeside(editor().server, others);
      process.kill(server, 'SIGKILL');
      others.push(server);
    }
    const message = workbench.notification('crashed 5 times');
    await message.waitFor();
    await message.locator('.monaco-button', { hasText: 'Restart' }).click();
    await languageServerBeside(editor().server, others);
    await problems.filter({ hasText: '"five"' }).waitFor();
  });
});

async function showResults(workbench: Workbench) {
  await workbench.runCommand('Lookalike: Show Results');
  return workbench.panel();
}
