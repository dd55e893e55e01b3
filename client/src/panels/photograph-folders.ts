import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import * as z from 'zod';
import { commonFolder, isWithin, type PhotographRoots, privateFolderOf, type Whereabouts } from './photograph-roots.js';

/** Of a file with a line an image, this much of the beginning and of the end tells where the images are. */
const SAMPLE_BYTES = 4096;

const lineSchema = z.object({ file: z.string() });

/** The folders that a page which shows this run's photographs will have to load from, as far as a sample tells. */
export async function photographFolders(runFolder: string, allowed: PhotographRoots): Promise<vscode.Uri[]> {
  const files = await sampleOf(join(runFolder, 'images.jsonl'));
  const places = await Promise.all(files.map((file) => allowed.find(file, privateFolderOf(runFolder))));
  return enoughFolders(places, await perturbedFolders(runFolder));
}

/** A run's folder has one for each perturbation, and no other. */
async function perturbedFolders(runFolder: string): Promise<vscode.Uri[]> {
  const entries = await readdir(runFolder, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => vscode.Uri.file(join(runFolder, name)));
}

async function sampleOf(file: string): Promise<string[]> {
  const handle = await open(file).catch(() => undefined);
  if (!handle) return [];
  try {
    const { size } = await handle.stat();
    const read = async (position: number) => (await handle.read(Buffer.alloc(SAMPLE_BYTES), { position })).buffer;
    const ends = [await read(0), await read(Math.max(0, size - SAMPLE_BYTES))];
    return ends.flatMap((bytes) => filesIn(bytes.toString('utf8')));
  } finally {
    await handle.close();
  }
}

/** Lines that were cut through are left out. */
function filesIn(text: string): string[] {
  return text.split('\n').flatMap((line) => {
    try {
      return lineSchema.parse(JSON.parse(line)).file;
    } catch {
      return [];
    }
  });
}

/**
 * For each folder that may be shown, the part of it that holds the photographs in question, added to what there is:
 * every change loads the page anew, so there are few.
 */
export function enoughFolders(places: readonly Whereabouts[], roots: vscode.Uri[]): vscode.Uri[] {
  const missing = new Map<string, string[]>();
  for (const place of places) {
    if (!place || 'hiddenIn' in place || roots.some(({ fsPath }) => isWithin(fsPath, place.file))) continue;
    missing.set(place.within, [...(missing.get(place.within) ?? []), place.file]);
  }
  if (missing.size === 0) return roots;
  return [...roots, ...[...missing.values()].map((files) => vscode.Uri.file(commonFolder(files)))];
}
