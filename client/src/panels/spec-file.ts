import { open } from 'node:fs/promises';
import { join } from 'node:path';

/** An experiment is some kilobytes; more than this is not read. */
const MOST_BYTES = 2 ** 20;

/** `spec.yaml` of a run's folder, the experiment as it was run; null where it is not there. */
export async function readSpec(runFolder: string): Promise<string | null> {
  const file = await open(join(runFolder, 'spec.yaml')).catch(() => undefined);
  if (!file) return null;
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(MOST_BYTES), 0, MOST_BYTES, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}
