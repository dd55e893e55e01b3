import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { accessibilityFaults } from '../support/axe.js';
import { writeRepository, xenovaRepository } from '../support/clip/exports.js';
import { tinyText, tinyVision } from '../support/clip/shapes.js';
import { learnVocabulary, tokenizerJson } from '../support/clip/tokenizer.js';
import { writeFaces } from '../support/small-experiment.js';
import { untilLoaded } from '../support/vscode/until-loaded.js';
import { useEditor } from '../support/vscode/use-editor.js';
import { newWorkspace } from '../support/workspace.js';

const FILE = 'searched.experiment.yaml';
const EXPERIMENT = `name: Searched
dataset: {use: folder, root: faces}
embed: {models: [{use: clip-vit-b-32, name: clip, path: clip}]}
threshold: {model: clip}
`;

describe('searching images in VS Code (skipped where Chromium or ripgrep is not installed)', () => {
  const editor = useEditor();

  it('by words and by a result shows photographs that loaded, and how many are within the threshold', async () => {
    const workspace = await newWorkspace();
    await writeFaces(join(workspace, 'faces'), 6, 4);
    const vocabulary = learnVocabulary();
    const clip = xenovaRepository(tinyVision(512), tinyText(512, vocabulary.ids.size), tokenizerJson(vocabulary));
    await writeRepository(join(workspace, 'clip'), clip);
    await writeFile(join(workspace, FILE), EXPERIMENT);
    const workbench = await editor().openFolder(workspace);
    await workbench.openFile(FILE);
    assert.equal(existsSync(join(workspace, '.lookalike')), false);

    await workbench.runCommand('Lookalike: Search Images');
    const { panelContent: panel } = workbench;
    await panel.getByText('24 images can be searched').waitFor();
    await panel.getByRole('list', { name: 'Images to begin with' }).waitFor();
    await untilLoaded(await workbench.panel(), '.choices img', 6);
    await panel.getByLabel('Words to search by').fill('a person');
    await panel.getByLabel('Words to search by').press('Enter');
    await panel.locator('.hit').first().waitFor();
    await panel.locator('[role=grid]').press('Enter');
    await panel.getByText('within the threshold').waitFor();
    const page = await workbench.panel();
    await untilLoaded(page, '.hit img', 3);
    assert.deepEqual(await accessibilityFaults(page), []);
  });
});
