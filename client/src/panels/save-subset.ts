import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { counted } from '../../../server/src/protocol/figure-text.js';
import type { SearchAnswer, SearchHit } from '../../../server/src/protocol/searching/search.js';
import type { Subset } from '../../../server/src/protocol/searching/subset.js';
import { datasetBlock, subsetName, subsetOf, withinThreshold } from './subset.js';

/** Writes what a search found as a file, where the user wants it, and offers the lines that take it for a data set. */
export async function saveSubset(answer: SearchAnswer, experiment: vscode.Uri): Promise<void> {
  const chosen = await chooseHits(answer);
  if (chosen) await saveAs(subsetName(answer), experiment, (file) => subsetOf(answer, chosen, file));
}

/** Writes a subset where the user wants it, and offers the lines that take it for a data set. */
export async function saveAs(name: string, experiment: vscode.Uri, subset: (file: string) => Subset): Promise<void> {
  const defaultUri = vscode.Uri.file(join(dirname(experiment.fsPath), name));
  const file = await vscode.window.showSaveDialog({ defaultUri, filters: { JSON: ['json'] } });
  if (!file) return;
  const written = subset(file.fsPath);
  await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(`${JSON.stringify(written, null, 2)}\n`));
  await offerBlock(datasetBlock(file.fsPath, experiment.fsPath), written.images.length, experiment);
}

/** Asks only where there is a choice. */
async function chooseHits(answer: SearchAnswer): Promise<readonly SearchHit[] | undefined> {
  const { hits } = answer;
  const within = withinThreshold(answer);
  if (within.length === hits.length || within.length === 0) return hits;
  const choices = [
    { label: `The ${within.length} within the threshold`, hits: within },
    { label: `All ${hits.length} results`, hits },
  ];
  return (await vscode.window.showQuickPick(choices, { title: 'Images of the subset' }))?.hits;
}

async function offerBlock(block: string, images: number, experiment: vscode.Uri): Promise<void> {
  const message = `Saved a subset of ${counted(images, 'image')}. In an experiment: ${block}`;
  const answer = await vscode.window.showInformationMessage(message, COPY, USE);
  if (answer === COPY) await vscode.env.clipboard.writeText(block);
  if (answer === USE) await useInExperiment(block, experiment);
}
const COPY = 'Copy Dataset Block';
const USE = 'Use in Experiment';

/** In place of the data set that is there, after a question; unsaved, so that the user sees it and may undo it. */
async function useInExperiment(block: string, experiment: vscode.Uri): Promise<void> {
  const editor = await vscode.window.showTextDocument(experiment);
  const symbols = await vscode.commands.executeCommand<vscode.DocumentSymbol[] | undefined>(
    'vscode.executeDocumentSymbolProvider',
    experiment,
  );
  const place = symbols?.find(({ name }) => name === 'dataset')?.range;
  if (place && !(await mayReplace(editor.document.getText(place), block))) return;
  const edited = await editor.edit((edit) => {
    if (place) edit.replace(place, block);
    else edit.insert(new vscode.Position(0, 0), `${block}\n`);
  });
  if (edited) await offerUndo(place ? 'The data set was replaced' : 'The data set was added');
}

async function mayReplace(present: string, block: string): Promise<boolean> {
  const detail = `${present.trim()}\n\n→\n\n${block}`;
  const question = 'Replace the data set of this experiment?';
  return (await vscode.window.showWarningMessage(question, { modal: true, detail }, KEEP, REPLACE)) === REPLACE;
}
/** What stands first is what Enter presses. */
const KEEP: vscode.MessageItem = { title: 'Keep', isCloseAffordance: true };
const REPLACE: vscode.MessageItem = { title: 'Replace' };

/** The file is shown, so that what is undone is what was done last in it. */
async function offerUndo(done: string): Promise<void> {
  const answer = await vscode.window.showInformationMessage(`${done}; the file is not saved.`, UNDO);
  if (answer === UNDO) await vscode.commands.executeCommand('undo');
}
const UNDO = 'Undo';
