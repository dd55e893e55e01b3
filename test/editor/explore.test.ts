import assert from 'node:assert/strict';
import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Frame, Locator } from 'playwright-core';
import type { Results } from '../../server/src/protocol/results.js';
import { runToResults } from '../support/command-line.js';
import { patchwork, writeFaces, writeSmallExperiment } from '../support/small-experiment.js';
import { untilLoaded } from '../support/vscode/until-loaded.js';
import { useEditor } from '../support/vscode/use-editor.js';
import type { Workbench } from '../support/vscode/workbench.js';
import { newWorkspace } from '../support/workspace.js';

const [PEOPLE, EACH] = [5, 4];
const FILE = 'small.experiment.yaml';
const JUDGED = `threshold: {percentile: 90, model: first}
poison: {other: {use: precomputed, folder: cloaked}}
retrieve: {use: local, results: 3}
robustness: {minValid: 1}
`;

describe('a run looked into in VS Code (skipped where Chromium or ripgrep is not installed)', () => {
  const editor = useEditor();

  it('has a threshold that moves, photographs before and after, and a map whose lasso makes a data set', async () => {
    const workspace = await newWorkspace();
    await writeFaces(join(workspace, 'faces'), PEOPLE, EACH);
    await writeCloaked(join(workspace, 'cloaked'));
    const file = await writeSmallExperiment(workspace);
    await appendFile(file, JUDGED);
    const results = await runToResults(file);
    const workbench = await editor().openFolder(workspace);
    await workbench.openFile(FILE);
    await workbench.lens('Results').first().click();
    const panel = await workbench.panel();

    const shown = await moveThreshold(workbench, panel, results);
    await workbench.line('threshold: {percentile: 50, model: first}').waitFor();
    await workbench.page.keyboard.press('Control+S');
    while (!(await readFile(file, 'utf8')).includes('percentile: 50')) await workbench.page.waitForTimeout(50);
    assert.deepEqual(foundOf(await runToResults(file)), shown, 'a run of what was written counts what the slider did');

    await lookClosely(workbench, panel);
    const subset = await lassoAll(workbench, panel);
    const { images, from } = JSON.parse(await readFile(subset, 'utf8'));
    assert.deepEqual(from.map, { model: 'first', method: 'pca' });
    assert.equal(images.length, PEOPLE * EACH);
    assert.deepEqual(images[0], { file: 'faces/person-000/0.png', identity: 'person-000' });
  });
});

/** For each photograph another one of its person, for every third one of somebody else. */
async function writeCloaked(root: string): Promise<void> {
  for (let n = 0; n < PEOPLE * EACH; n++) {
    const person = Math.floor(n / EACH);
    const folder = join(root, `person-00${person}`);
    await mkdir(folder, { recursive: true });
    const shown = (person + (n % 3 === 0 ? 1 : 0)) % PEOPLE;
    await writeFile(join(folder, `${n % EACH}_cloaked.png`), await patchwork(1e6 + shown, 10 + n));
  }
}

/** Each version with how many of how many queries it still finds. */
function foundOf({ robustness }: Results): string[] {
  const { withValid, all } = robustness ?? assert.fail();
  return Object.entries({ ...withValid, 'all perturbations': all }).map(([name, found]) =>
    [name, found.count, found.of].join(),
  );
}

/** Drags the threshold to the middle, by the keyboard too, and has it written into the file: gives what is found there. */
async function moveThreshold({ page }: Workbench, panel: Frame, results: Results): Promise<string[]> {
  const slider = panel.getByRole('slider', { name: /^Threshold, as percentile/ });
  const found = async () => {
    const rows = await panel.locator('.found-at tbody tr').allInnerTexts();
    return rows.map((row) => row.split('\t').slice(0, 3).join());
  };
  // Until it stands where it will be.
  await slider.click({ trial: true });
  assert.deepEqual(await found(), foundOf(results), 'the run’s own');
  const [x, y, width] = await middleOf(slider);
  await page.mouse.move(x + 0.4 * width, y);
  await page.mouse.down();
  for (const share of [0.2, -0.1, -0.3]) await page.mouse.move(x + share * width, y, { steps: 5 });
  await page.mouse.up();
  await panel.locator('.slider output', { hasText: /percentile (1\d|2\d)/ }).waitFor();
  await slider.press('Home');
  for (let n = 0; n < 5; n++) await slider.press('PageUp');
  await panel.locator('.slider output', { hasText: 'percentile 50' }).waitFor();
  const shown = await found();
  assert.notDeepEqual(shown, foundOf(results));
  await panel.getByRole('button', { name: 'Write percentile: 50 into the File' }).click();
  return shown;
}

async function middleOf(element: Locator): Promise<[x: number, y: number, width: number]> {
  const box = (await element.boundingBox()) ?? assert.fail();
  return [box.x + box.width / 2, box.y + box.height / 2, box.width];
}

/** Opens a perturbed photograph large, goes to the next and back, and sets it beside what it was. */
async function lookClosely({ page }: Workbench, panel: Frame): Promise<void> {
  await untilLoaded(panel, 'perturbation-gallery face-photo img', 2);
  // The second of a pair is what was made of the first.
  await panel.locator('perturbation-gallery face-photo button').nth(1).press('Enter');
  const lightbox = panel.getByRole('dialog', { name: 'Photograph' });
  const [words, slide] = [lightbox.locator('.what'), lightbox.locator('.pswp__item[aria-hidden=false] photo-slide')];
  const alone = (await words.textContent()) ?? '';
  await lightbox.getByRole('button', { name: 'Next' }).click();
  await words.filter({ hasNotText: alone }).waitFor();
  await page.keyboard.press('ArrowLeft');
  await words.filter({ hasText: alone }).waitFor();
  await page.keyboard.press('w');
  await lightbox.getByRole('slider', { name: 'Original up to' }).press('End');
  await slide.locator('.before').waitFor();
  await lightbox.getByRole('button', { name: 'Blink' }).click();
  await slide.locator('.before').waitFor({ state: 'hidden' });
  await slide.locator('.before').waitFor();
  await page.keyboard.press('Escape');
  await lightbox.waitFor({ state: 'detached' });
}

/** Draws a line around every point of the map, and saves what is in it as a subset: gives its file. */
async function lassoAll(workbench: Workbench, panel: Frame): Promise<string> {
  await panel.getByRole('button', { name: 'Compare All Photographs' }).click();
  await panel.getByText(`Of ${PEOPLE * EACH} photographs of ${PEOPLE} people`).waitFor();
  await untilLoaded(panel, '.face-pair img', 4);
  await panel.getByRole('button', { name: 'Draw the Map' }).click();
  const canvas = panel.locator('map-canvas canvas:not([aria-busy])');
  // Until it is drawn and lies still.
  await canvas.click({ trial: true });
  const box = (await canvas.boundingBox()) ?? assert.fail();
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
  await chosen.getByText(/20 photographs/).waitFor();
  await untilLoaded(panel, '.map-chosen img', 4);
  await chosen.getByRole('button', { name: 'Save as Subset …' }).click();
  const subset = await workbench.takeProposedName();
  await workbench.notification('Saved a subset of 20 images').waitFor();
  return subset;
}
