import type * as vscode from 'vscode';
import type { SearchAnswer } from '../../../server/src/protocol/searching/search.js';
import type { SearchView } from '../../../server/src/protocol/searching/search-panel.js';
import { enoughFolders } from './photograph-folders.js';
import { hiddenFolder, type PhotographAccess, photographOf } from './query-views.js';

/** Images with an address for each photograph that may be shown, and the folders that the page has to load from. */
export async function shownPhotographs<T extends { readonly file: string }>(
  images: readonly T[],
  home: string | undefined,
  { webview, allowed, roots }: PhotographAccess,
) {
  const places = await Promise.all(images.map(({ file }) => allowed.find(file, home)));
  const found = images.map(({ file: _, ...image }, n) => ({
    ...image,
    photograph: photographOf(places[n], webview) ?? null,
  }));
  return { found, hiddenIn: hiddenFolder(places), roots: enoughFolders(places, roots) };
}

/** An answer with an address for each photograph that may be shown, and the folders that the page has to load from. */
export async function searchView(
  answer: SearchAnswer,
  home: string | undefined,
  access: PhotographAccess,
): Promise<{ readonly view: SearchView; readonly roots: vscode.Uri[] }> {
  const { found, hiddenIn, roots } = await shownPhotographs(answer.hits, home, access);
  return { view: { ...answer, hits: found, hiddenIn }, roots };
}
