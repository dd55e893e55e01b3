import { z } from 'zod';

/**
 * What a path parameter names; the spec expands it and makes it absolute, and checks that it is there.
 * A `model` is an ONNX file, which may have its weights in files beside it.
 */
export type PathKind = 'file' | 'folder' | 'model';

export function filePath(description: string): z.ZodString {
  return pathParameter('file', description);
}

export function folderPath(description: string): z.ZodString {
  return pathParameter('folder', description);
}

export function modelPath(description: string): z.ZodString {
  return pathParameter('model', description);
}

function pathParameter(path: PathKind, description: string): z.ZodString {
  return z.string().min(1).meta({ description, path });
}

/** What kind of path the parameter `name` of a plugin's schema is, or undefined where it is none. */
export function pathKindOf(schema: z.ZodType, name: string): PathKind | undefined {
  if (!(schema instanceof z.ZodObject)) return undefined;
  return pathKind(schema.shape[name]);
}

function pathKind(schema: z.core.$ZodType | undefined): PathKind | undefined {
  const found = (schema as z.ZodType | undefined)?.meta?.()?.path as PathKind | undefined;
  if (found || !schema) return found;
  const inner = (schema as { unwrap?: () => z.core.$ZodType }).unwrap;
  return inner ? pathKind(inner.call(schema)) : undefined;
}
