import { z } from 'zod';

/** What a path parameter names; the spec expands it and makes it absolute, and checks that it is there. */
export type PathKind = 'file' | 'folder';

export function filePath(description: string): z.ZodString {
  return pathParameter('file', description);
}

export function folderPath(description: string): z.ZodString {
  return pathParameter('folder', description);
}

function pathParameter(path: PathKind, description: string): z.ZodString {
  return z.string().min(1).meta({ description, path });
}
