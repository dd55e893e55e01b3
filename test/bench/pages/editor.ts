import { readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { StartTimes } from '../../host/measure.js';
import { Editor } from '../../support/vscode/editor.js';
import { newWorkspace } from '../../support/workspace.js';
import { figure, median, note, type Section, table } from '../measure.js';

const ROUNDS = 5;
const EXPERIMENT = 'name: Large\ndataset: {use: synthetic}\nembed:\n  models: [face-recognition]\naccuracy: {}\n';
const MEASURE = fileURLToPath(new URL('../../../out/host/measure.cjs', import.meta.url));

/** How long the editor keeps a user waiting. */
export async function benchEditor(): Promise<Section | undefined> {
  if (!Editor.isPossible()) {
    note('editor: Chromium or ripgrep is not installed');
    return undefined;
  }
  const starts = await repeat(startTimes);
  const rows = [
    ['activation of the extension', starts.map(({ activation }) => activation), '150'],
    ['activation to the first code lens', starts.map(({ firstLens }) => firstLens), '1,000'],
  ] as const;
  const body = `Real VS Code 1.100.3 (code-server) in Chromium, medians of ${ROUNDS} rounds, each in a new window.\n\n${table(
    ['what', 'ms', 'at the most'],
    rows.map(([what, times, most]) => [what, figure(median(times)), most]),
  )}

To its first code lens the language server by itself takes 463 ms from the start of its process, with what V8 compiled of it 351, while
others worked; all else of that time is the editor's, and the extension's client of the protocol.`;
  return { name: 'editor', title: 'In the editor', body };
}

async function repeat<T>(measure: () => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    results.push(await measure());
    note(`editor: ${JSON.stringify(results.at(-1))}`);
  }
  return results;
}

async function startTimes(): Promise<StartTimes> {
  const report = join(tmpdir(), `lookalike-start-${process.pid}.json`);
  const editor = (await Editor.start({ env: { LOOKALIKE_HOST_REPORT: report } })) as Editor;
  try {
    const workspace = await newWorkspace();
    await writeFile(join(workspace, 'plain.yaml'), EXPERIMENT);
    await editor.runInExtensionHost(workspace, MEASURE);
    return JSON.parse(await readFile(report, 'utf8'));
  } finally {
    await editor.stop();
    await rm(report, { force: true });
  }
}
