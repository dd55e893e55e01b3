import { join, sep } from 'node:path';
import * as vscode from 'vscode';
import type { QueryDetails } from '../../../server/src/protocol/lsp.js';
import type { Photograph, QueryView } from '../../../server/src/protocol/webview.js';
import { enoughFolders } from './photograph-folders.js';
import { commonFolder, type PhotographRoots, privateFolderOf, type Whereabouts } from './photograph-roots.js';

export interface QueryViews {
  readonly views: QueryView[];
  /** The folders that the page has to be let load from: `roots` itself where those are enough. */
  readonly roots: vscode.Uri[];
  /** Where the photographs are that may not be shown. */
  readonly hiddenIn: string | null;
}

/** What a page shows a query's photographs with. */
export interface PhotographAccess {
  readonly webview: vscode.Webview;
  readonly allowed: PhotographRoots;
  /** The folders that the page may load from now. */
  readonly roots: vscode.Uri[];
}

/** A query's details with an address for each photograph that may be shown. */
export async function queryViews(
  runFolder: string,
  details: readonly QueryDetails[],
  { webview, allowed, roots }: PhotographAccess,
): Promise<QueryViews> {
  const named = [
    ...new Set(details.flatMap(({ files, perturbed }) => [...Object.values(files), perturbed ?? []].flat())),
  ];
  const places = await Promise.all(named.map((file) => allowed.find(file, privateFolderOf(runFolder))));
  const placeOf = new Map(named.map((file, n) => [file, places[n]]));
  const views = details.map((query) => viewOf(query, (file) => photographOf(placeOf.get(file), webview)));
  return { views, roots: enoughFolders(places, roots), hiddenIn: hiddenFolder(places) };
}

function viewOf(
  { files, perturbed, ...row }: QueryDetails,
  photographOf: (file: string) => Photograph | undefined,
): QueryView {
  const photographs = Object.entries(files).flatMap(([id, file]) => {
    const photograph = photographOf(file);
    return photograph ? [[id, photograph] as const] : [];
  });
  const version = perturbed === null ? undefined : photographOf(perturbed);
  return { ...row, perturbed: version ?? null, photographs: Object.fromEntries(photographs) };
}

export function photographOf(place: Whereabouts, webview: vscode.Webview): Photograph | undefined {
  if (!place) return undefined;
  if ('hiddenIn' in place) return { uri: null };
  return { uri: webview.asWebviewUri(vscode.Uri.file(place.file)).toString() };
}

/** The folder of what is hidden: one for all of it, unless that would be half the disk. */
export function hiddenFolder(places: readonly Whereabouts[]): string | null {
  const hidden = places.flatMap((place) => (place && 'hiddenIn' in place ? [place.hiddenIn] : []));
  const [first] = hidden;
  if (first === undefined) return null;
  const shared = commonFolder(hidden.map((folder) => join(folder, 'any')));
  return shared.split(sep).length > LEAST_DEPTH ? shared : first;
}
const LEAST_DEPTH = 2;
