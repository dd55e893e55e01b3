import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Editor } from '../support/vscode/editor.js';
import { newWorkspace } from '../support/workspace.js';
import { inBothThemes, scrollTo } from './take.js';

const MINUTES = 60_000;

const EXPERIMENT = `name: How much noise does it take?
dataset: {use: synthetic, identities: 12, images: 4, seed: 7}
queries: {sample: 12, seed: 1}
embed: {models: [face-recognition]}
index: flat
accuracy: {top: [1, 5]}
threshold: {percentile: 90, model: face-recognition}
poison:
  noise: {use: noise, epsilon: 8}
retrieve: {use: local, results: 10}
robustness: {minValid: 3}
matrix:
  poison.noise.epsilon: [32, 96, 160]
  queries.seed: [1, 2, 3]
`;

/** A matrix of which some variants are done; then all of them with a figure over a setting; then two of them compared. */
export async function takeManyRuns(editor: Editor): Promise<void> {
  const workspace = await newWorkspace();
  await writeFile(join(workspace, 'noise.experiment.yaml'), EXPERIMENT);
  const workbench = await editor.openFolder(workspace);
  await workbench.openFile('noise.experiment.yaml');
  await workbench.lens('▶ Run 9 variants').first().click();
  await workbench.runCommand('Lookalike: Show Runs');
  const runs = workbench.panelContent.locator('tr[aria-level="2"]', { hasText: 'done' });
  await runs.nth(2).waitFor({ timeout: 10 * MINUTES });
  await inBothThemes(workbench, 'panel-runs-going');
  await runs.nth(8).waitFor({ timeout: 10 * MINUTES });
  await workbench.runCommand('Notifications: Clear All Notifications');
  await workbench.runCommand('View: Close All Editors');
  await workbench.runCommand('Lookalike: Show Runs');
  const table = workbench.panelContent.getByRole('treegrid', { name: 'Runs' });
  await workbench.panelContent.getByRole('button', { name: 'Plot' }).click();
  await workbench.panelContent.locator('chart-figure svg').first().waitFor();
  await inBothThemes(workbench, 'panel-runs');

  await table.press('Home');
  await table.press('ArrowDown');
  await table.press(' ');
  // The same queries, with less noise.
  for (let n = 0; n < 6; n++) await table.press('ArrowDown');
  await table.press(' ');
  await workbench.panelContent.getByText('2 selected').waitFor();
  await workbench.panelContent.getByRole('button', { name: 'Compare' }).press('Enter');
  await workbench.panelContent.locator('.difference').waitFor();
  const panel = await workbench.panel();
  for (const section of ['differs', 'figures']) {
    await scrollTo(panel, section);
    await inBothThemes(workbench, `panel-compared-${section}`);
  }
}
