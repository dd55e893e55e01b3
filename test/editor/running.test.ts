import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { appendFile, mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Results, resultsSchema } from '../../server/src/protocol/results.js';
import { accessibilityFaults } from '../support/axe.js';
import { writeFaces, writeSmallExperiment } from '../support/small-experiment.js';
import { untilLoaded } from '../support/vscode/until-loaded.js';
import { useEditor } from '../support/vscode/use-editor.js';
import type { Workbench } from '../support/vscode/workbench.js';
import { newWorkspace } from '../support/workspace.js';

const FILE = 'small.experiment.yaml';

/** By name, and what a page is told that they are. */
const THEMES = [
  ['Light Modern', 'vscode-light'],
  ['Dark Modern', 'vscode-dark'],
  ['Dark High Contrast', 'vscode-high-contrast'],
  ['Light High Contrast', 'vscode-high-contrast-light'],
] as const;

describe('running experiments in VS Code (skipped where Chromium or ripgrep is not installed)', () => {
  const editor = useEditor();
  afterEach(() => editor().closeWindows());

  /** A window with an experiment of `identities` × 4 photographs. */
  async function open(identities: number, more = ''): Promise<{ workspace: string; workbench: Workbench }> {
    const workspace = await newWorkspace();
    await writeFaces(join(workspace, 'faces'), identities, 4);
    await appendFile(await writeSmallExperiment(workspace), more);
    const workbench = await editor().openFolder(workspace);
    await workbench.openFile(FILE);
    return { workspace, workbench };
  }

  it('▶ runs the file; the rate stands beside the model; the panel has its bars and photographs', async () => {
    const { workspace, workbench } = await open(6);
    await workbench.lens('▶ Run').first().click();
    await workbench.notification('“Small” is done').waitFor();
    const [results] = await resultsIn(workspace);
    const top1 = results.accuracy![0].top[1].rate!;
    await workbench
      .line(`top-1 ${(100 * top1).toFixed(1)} %`)
      .first()
      .waitFor();

    await workbench.lens('Results').first().click();
    const panel = await workbench.panel();
    const rate = `first: top-1 ${(100 * top1).toFixed(1)} %`;
    await panel.getByRole('img', { name: new RegExp(rate.replace(/ /g, '\\s')) }).waitFor();
    await panel.getByRole('grid', { name: 'Queries' }).press('Enter');
    await untilLoaded(panel, '.query-view img', 2);
    for (const [theme, kind] of THEMES) {
      await workbench.chooseTheme(theme);
      await panel.locator(`body[data-vscode-theme-kind="${kind}"]`).waitFor();
      assert.deepEqual(await accessibilityFaults(panel), [], theme);
    }

    const figures = join(workspace, 'figures');
    await mkdir(figures);
    await panel.getByText('Save All Figures').click();
    await workbench.pickFolder(figures);
    await workbench.page.getByText(/Saved .*figures/).waitFor();
    assert.deepEqual((await readdir(figures)).sort(), ['accuracy.svg', 'methods.md', 'references.bib']);
    assert.match(
      await readFile(join(figures, 'accuracy.svg'), 'utf8'),
      /^<svg [^>]*width="178mm"[^>]*><rect fill="#ffffff"/,
    );
    assert.match(await readFile(join(figures, 'methods.md'), 'utf8'), /24 images of 6 identities/);
  });

  it('cancelling says so and loses nothing; the next run goes on from there', async () => {
    const { workspace, workbench } = await open(500);
    await workbench.lens('▶ Run').first().click();
    await workbench.lens('■ Cancel').first().click();
    await workbench.notification('was cancelled').waitFor();
    await workbench.lens('▶ Run').first().click();
    await workbench.notification('is done').waitFor();
    const statuses = (await resultsIn(workspace)).map(({ run }) => run.status);
    assert.deepEqual(statuses, ['cancelled', 'done']);
  });

  it('a runner that is killed from outside is reported, and the next run is fine', async () => {
    const { workspace, workbench } = await open(500);
    await workbench.lens('▶ Run').first().click();
    process.kill(await runnerOf(workspace), 'SIGKILL');
    await workbench.notification('was killed by SIGKILL').waitFor();
    await workbench.lens('▶ Run').first().click();
    await workbench.notification('is done').waitFor();
  });

  it('two runs are compared in one panel, each in its own colour', async () => {
    const { workbench } = await open(6);
    for (const _ of [1, 2]) {
      await workbench.runCommand('Lookalike: Run Experiment');
      await workbench.notification('is done').first().waitFor();
      await workbench.page.keyboard.press('Escape');
      await workbench.runCommand('Notifications: Clear All Notifications');
    }
    await workbench.runCommand('Lookalike: Compare Runs');
    await workbench.pickAll(2);
    const panel = await workbench.panel();
    await panel.getByRole('heading', { name: 'What differs', exact: true }).waitFor();
    assert.equal(await panel.locator('#differs .swatch').count(), 2);
  });

  it('asks before an experiment starts a program, and starts none where the answer is no', async () => {
    const tool = '{use: command, run: [touch, "{input}", "{output}"]}';
    const { workspace, workbench } = await open(3, `threshold: {model: first}\npoison: {tool: ${tool}}\n`);
    await workbench.lens('▶ Run').first().click();
    await workbench.dialog.filter({ hasText: 'Run programs that experiments of this workspace name?' }).waitFor();
    await workbench.dialog.getByRole('button', { name: 'Cancel' }).click();
    await workbench.notification('needs your permission').waitFor();
    assert.equal(existsSync(join(workspace, '.lookalike/runs')), false);
  });

  it('the Testing view lists what a file expects; to run it says what holds and what does not', async () => {
    const expectations = ['accuracy.first.top1 >= 0%', 'accuracy.first.top1 > 100%'];
    const { workbench } = await open(3, `expect:\n${expectations.map((text) => `  - ${text}\n`).join('')}`);
    await workbench.page.getByRole('tab', { name: /^Testing/ }).click();
    await workbench.testItem(FILE).waitFor();
    await workbench.runCommand('Test: Run All Tests');
    await workbench.testItem(FILE).locator('.codicon-testing-failed-icon').waitFor();
    await workbench.testItem(FILE).locator('.monaco-tl-twistie').click();
    await workbench.testItem(expectations[0]).locator('.codicon-testing-passed-icon').waitFor();
    await workbench.testItem(expectations[1]).locator('.codicon-testing-failed-icon').waitFor();
  });

  it('purges every trace of a run after a question', async () => {
    const { workspace, workbench } = await open(3);
    await workbench.lens('▶ Run').first().click();
    await workbench.notification('is done').waitFor();
    await workbench.runCommand('Lookalike: Purge Private Data');
    await workbench.dialog.getByRole('button', { name: 'Purge' }).waitFor();
    await workbench.page.keyboard.press('Enter');
    await workbench.dialog.waitFor({ state: 'detached' });
    assert.equal(existsSync(join(workspace, '.lookalike')), true, 'Enter keeps');
    await workbench.runCommand('Lookalike: Purge Private Data');
    await workbench.dialog.getByRole('button', { name: 'Purge' }).click();
    await workbench.notification('Removed:').waitFor();
    assert.equal(existsSync(join(workspace, '.lookalike')), false);
  });
});

/** Of all runs, oldest first. */
async function resultsIn(workspace: string): Promise<Results[]> {
  const runs = join(workspace, '.lookalike/runs');
  const ids = (await readdir(runs, { withFileTypes: true })).filter((entry) => entry.isDirectory());
  const texts = ids
    .map(({ name }) => name)
    .sort()
    .map((id) => readFile(join(runs, id, 'results.json'), 'utf8'));
  return (await Promise.all(texts)).map((text) => resultsSchema.parse(JSON.parse(text)));
}

/** The process of the run that goes on, once it says so. */
async function runnerOf(workspace: string): Promise<number> {
  const runs = join(workspace, '.lookalike/runs');
  for (;;) {
    const [id] = await readdir(runs).catch(() => []);
    const text = id && (await readFile(join(runs, id, 'run.json'), 'utf8').catch(() => ''));
    const record = text ? JSON.parse(text) : {};
    if (record.stages?.some(({ status }: { status: string }) => status === 'running')) return record.pid;
  }
}
