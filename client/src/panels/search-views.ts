import type * as vscode from 'vscode';
import type { SearchAnswer } from '../../../server/src/protocol/searching/search.js';
import type { SearchView } from '../../../server/src/protocol/searching/search-panel.js';
import { enoughFolders } from './photograph-folders.js';
import { hiddenFolder, type PhotographAccess, photographOf } from './query-views.js';

/** An answer with an address for each photograph that may be shown, and the folders that the page has to load from. */
export async function searchView(
  answer: SearchAnswer,
  home: string | undefined,
  { webview, allowed, roots }: PhotographAccess,
): Promise<{ readonly view: SearchView; readonly roots: vscode.Uri[] }> {
  const places = await Promise.all(answer.hits.map(({ file }) => allowed.find(file, home)));
  const hits = answer.hits.map(({ file: _, ...hit }, n) => ({
    ...hit,
    photograph: photographOf(places[n], webview) ?? null,
  }));
  return { view: { ...answer, hits, hiddenIn: hiddenFolder(places) }, roots: enoughFolders(places, roots) };
}
