import type * as vscode from 'vscode';
import type { ImageDetails } from '../../../server/src/protocol/lsp.js';
import type { ShownImage } from '../../../server/src/protocol/webview.js';
import { enoughFolders } from './photograph-folders.js';
import { privateFolderOf } from './photograph-roots.js';
import { hiddenFolder, type PhotographAccess, photographOf } from './query-views.js';

/** Images of a run with an address for each photograph that may be shown, and the folders that the page has to be let load from. */
export async function imageViews(
  runFolder: string,
  details: readonly ImageDetails[],
  { webview, allowed, roots }: PhotographAccess,
): Promise<{ readonly images: ShownImage[]; readonly roots: vscode.Uri[]; readonly hiddenIn: string | null }> {
  const within = privateFolderOf(runFolder);
  const places = await Promise.all(
    details.map(({ file }) => (file === undefined ? undefined : allowed.find(file, within))),
  );
  const images = details.map(({ file, ...image }, n): ShownImage => {
    return { ...image, photograph: photographOf(places[n], webview) ?? null };
  });
  return { images, roots: enoughFolders(places, roots), hiddenIn: hiddenFolder(places) };
}
