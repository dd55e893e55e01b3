import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runToResults } from '../support/command-line.js';
import { writeFaces, writeSmallExperiment } from '../support/small-experiment.js';
import { untilLoaded } from '../support/vscode/until-loaded.js';
import { useEditor } from '../support/vscode/use-editor.js';
import { newWorkspace } from '../support/workspace.js';

describe('kept embeddings in VS Code (skipped where Chromium or ripgrep is not installed)', () => {
  const editor = useEditor();

  it('are people with their faces, and a map whose lasso makes a data set of what is in it', async () => {
    const workspace = await newWorkspace();
    await writeFaces(join(workspace, 'faces'), 5, 4);
    await runToResults(await writeSmallExperiment(workspace));
    const workbench = await editor().openFolder(workspace);
    await workbench.openFile('small.experiment.yaml');
    await workbench.lens('Results').first().click();
    const panel = await workbench.panel();
    await panel.getByRole('button', { name: 'Compare All Photographs' }).click();
    await panel.getByText('Of 20 photographs of 5 people').waitFor();
    await untilLoaded(panel, '.face-pair img', 4);

    await panel.getByRole('button', { name: 'Draw the Map' }).click();
    const canvas = panel.locator('map-canvas canvas:not([aria-busy])');
    // Until it is drawn and lies still.
    await canvas.click({ trial: true });
    const box = await canvas.boundingBox();
    assert.ok(box);
    const { mouse, keyboard } = workbench.page;
    const corner = (x: number, y: number) => mouse.move(box.x + x * box.width, box.y + y * box.height, { steps: 3 });
    await corner(0.01, 0.01);
    await keyboard.down('Shift');
    await mouse.down();
    for (const [x, y] of [
      [0.99, 0.01],
      [0.99, 0.99],
      [0.01, 0.99],
    ] as const)
      await corner(x, y);
    await mouse.up();
    await keyboard.up('Shift');
    const chosen = panel.getByRole('region', { name: 'Chosen photographs' });
    await chosen.getByText('20 photographs').waitFor();
    await untilLoaded(panel, '.map-chosen img', 4);

    await chosen.getByRole('button', { name: 'Save as Subset …' }).click();
    await workbench.nameFile(join(workspace, 'lassoed.json'));
    await workbench.notification('Saved a subset of 20 images').waitFor();
    const { images, from } = JSON.parse(await readFile(join(workspace, 'lassoed.json'), 'utf8'));
    assert.deepEqual(from.map, { model: 'first', method: 'pca' });
    assert.equal(images.length, 20);
    assert.deepEqual(images[0], { file: 'faces/person-000/0.png', identity: 'person-000' });
  });
});
