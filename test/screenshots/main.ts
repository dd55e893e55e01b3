import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Frame } from 'playwright-core';
import { Editor } from '../support/vscode/editor.js';
import { untilLoaded } from '../support/vscode/until-loaded.js';
import type { Workbench } from '../support/vscode/workbench.js';
import { newWorkspace } from '../support/workspace.js';

/*
 * npm run screenshots: runs an experiment on drawn portraits in VS Code, and takes the pictures of docs/images/.
 */
const IMAGES = fileURLToPath(new URL('../../docs/images/', import.meta.url));
const THEMES = { light: 'Light Modern', dark: 'Dark Modern' } as const;
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

const editor = await Editor.start();
if (!editor) throw new Error('Chromium or ripgrep is not installed');
try {
  const workspace = await newWorkspace();
  for (const kind of Object.keys(THEMES)) await mkdir(join(IMAGES, kind), { recursive: true });
  await writeFile(join(workspace, 'portraits.experiment.yaml'), EXPERIMENT);
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
  await takeCompared(workbench, workspace);
} finally {
  await editor.stop();
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

/** Beside a run whose file says something else. */
async function takeCompared(workbench: Workbench, workspace: string): Promise<void> {
  await workbench.runCommand('View: Close All Editors');
  await writeFile(join(workspace, 'portraits.experiment.yaml'), EXPERIMENT.replace('percentile: 95', 'percentile: 80'));
  await workbench.openFile('portraits.experiment.yaml');
  await workbench.lens('▶ Run').first().click();
  await workbench.notification('is done').waitFor({ timeout: MINUTES });
  await workbench.runCommand('Notifications: Clear All Notifications');
  await workbench.runCommand('Lookalike: Compare Runs');
  await workbench.pickAll(2);
  const panel = await workbench.panel();
  await panel.locator('.difference').waitFor();
  await workbench.runCommand('View: Toggle Maximize Editor Group');
  for (const section of ['runs', 'robustness', 'spec']) {
    await scrollTo(panel, section);
    await inBothThemes(workbench, `panel-compared-${section}`);
  }
}

async function inBothThemes(workbench: Workbench, name: string): Promise<void> {
  for (const [kind, theme] of Object.entries(THEMES)) {
    await workbench.chooseTheme(theme);
    await workbench.page
      .locator(`.monaco-workbench.vs${kind === 'dark' ? '-dark' : ''}`)
      .first()
      .waitFor();
    await workbench.page.screenshot({ path: join(IMAGES, kind, `${name}.png`) });
  }
}

/** A section that the run has; the page stays where it is for one that it has not. */
async function scrollTo(panel: Frame, section: string): Promise<void> {
  await panel.evaluate((id) => document.getElementById(id)?.scrollIntoView({ behavior: 'instant' }), section);
}
