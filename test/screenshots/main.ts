import { copyFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Editor } from '../support/vscode/editor.js';
import { untilLoaded } from '../support/vscode/until-loaded.js';
import type { Workbench } from '../support/vscode/workbench.js';
import { newWorkspace } from '../support/workspace.js';
import { takeManyRuns } from './many-runs.js';
import { inBothThemes, scrollTo } from './take.js';

/*
 * npm run screenshots: runs experiments on drawn portraits in VS Code, and takes the pictures of docs/images/; with `many-runs`
 * behind it, those of many runs alone.
 */
const MINUTES = 60_000;

const EXPERIMENT = `# Portraits of people who do not exist
name: Are these people still found?
dataset: {use: synthetic, identities: 20, images: 5, seed: 7}
queries: {sample: 20, seed: 1}
embed:
  models: [face-recognition]
index: flat
accuracy: {top: [1, 5]}
threshold: {percentile: 95, model: face-recognition}
poison:
  fawkes: {use: fawkes, mode: mid}
retrieve: {use: local, results: 10}
robustness: {minValid: 3}
expect:
  - accuracy.face-recognition.top1 >= 80%
`;

const SEARCHED = `# Portraits of people who do not exist
name: Portraits to search
dataset: {use: synthetic, identities: 20, images: 5, seed: 7}
embed: {models: [clip-portraits]}
accuracy: {top: [1]}
`;

const editor = await Editor.start();
if (!editor) throw new Error('Chromium or ripgrep is not installed');
try {
  if (!process.argv.includes('many-runs')) await takeOneRun(editor);
  await takeManyRuns(editor);
} finally {
  await editor.stop();
}

async function takeOneRun(editor: Editor): Promise<void> {
  const workspace = await newWorkspace();
  await writeFile(join(workspace, 'portraits.experiment.yaml'), EXPERIMENT);
  await writeFile(join(workspace, 'searched.experiment.yaml'), SEARCHED);
  const workbench = await editor.openFolder(workspace);
  await workbench.openFile('portraits.experiment.yaml');
  await workbench.lens('▶ Run').first().click();
  await workbench.notification(/is done|failed/).waitFor({ timeout: 10 * MINUTES });
  await workbench.runCommand('Notifications: Clear All Notifications');
  await workbench.runCommand('Lookalike: Focus on Runs View');
  await workbench.page.locator('.pane-body .monaco-list-row', { hasText: 'Are these people' }).first().waitFor();
  await workbench.lens('▶ Run').first().waitFor();
  await inBothThemes(workbench, 'editor');

  await workbench.lens('Results').first().click();
  const panel = await workbench.panel();
  await panel.getByRole('grid', { name: 'Queries' }).press('Enter');
  await panel.locator('.query-view img').first().waitFor();
  await workbench.runCommand('View: Toggle Primary Side Bar Visibility');
  await workbench.runCommand('View: Toggle Maximize Editor Group');
  await panel.locator('.query-view canvas').first().scrollIntoViewIfNeeded();
  await inBothThemes(workbench, 'panel-query');
  for (const section of ['accuracy', 'threshold', 'perturbations', 'robustness', 'queries', 'stages', 'spec']) {
    await scrollTo(panel, section);
    await inBothThemes(workbench, `panel-${section}`);
  }
  await takeSearch(workbench, workspace);
  await takeWords(workbench);
  await editor.closeWindows();
}

/** By a photograph that the data set has drawn. */
async function takeSearch(workbench: Workbench, workspace: string): Promise<void> {
  const home = join(workspace, '.lookalike');
  const portrait = (await readdir(home, { recursive: true })).find((name) => name.endsWith('0001/001.jpg'));
  if (!portrait) throw new Error('No portrait was drawn');
  const sought = join(workspace, 'sought.jpg');
  await copyFile(join(home, portrait), sought);
  await workbench.runCommand('View: Close All Editors');
  await workbench.openFile('portraits.experiment.yaml');
  await workbench.runCommand('Lookalike: Search Images');
  await workbench.panelContent.getByText('images can be searched').waitFor({ timeout: MINUTES });
  await workbench.panelContent.getByRole('button', { name: 'Search by Image …' }).click();
  await workbench.pickFile(sought);
  await workbench.panelContent.getByText('within the threshold').waitFor();
  await untilLoaded(await workbench.panel(), '.hit img', 10);
  await workbench.runCommand('View: Toggle Maximize Editor Group');
  await inBothThemes(workbench, 'panel-search');
}

/** By words, of the small CLIP that comes with Lookalike. */
async function takeWords(workbench: Workbench): Promise<void> {
  await workbench.runCommand('View: Close All Editors');
  await workbench.openFile('searched.experiment.yaml');
  await workbench.runCommand('Lookalike: Search Images');
  const { panelContent: panel } = workbench;
  await panel.getByText('100 images can be searched').waitFor({ timeout: 5 * MINUTES });
  await panel.getByLabel('Words to search by').fill('a woman with glasses');
  await panel.getByLabel('Words to search by').press('Enter');
  await panel.locator('.hit').first().waitFor();
  await untilLoaded(await workbench.panel(), '.hit img', 10);
  await workbench.runCommand('View: Toggle Maximize Editor Group');
  await inBothThemes(workbench, 'panel-words');
}
