import { stat } from 'node:fs/promises';

/** The file, under the name that it has on disk: é is one character or two, as the system that wrote it liked. */
export async function onDisk(file: string): Promise<string | undefined> {
  for (const name of new Set([file, file.normalize('NFC'), file.normalize('NFD')])) {
    if ((await stat(name).catch(() => undefined))?.isFile()) return name;
  }
  return undefined;
}
