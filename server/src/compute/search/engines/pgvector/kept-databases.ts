import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';

const OWNER = 'owner.json';
const ADDRESS = /^address-[0-9a-f]{64}\.json$/;
const ownerSchema = z.object({ owner: z.uuid() });
const addressSchema = z.object({ url: z.string() });

/** Whose generations are in databases: a number that is drawn once for a private folder. */
export async function ownerIn(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, OWNER);
  const drawn = JSON.stringify({ owner: randomUUID() } satisfies z.infer<typeof ownerSchema>);
  await writeFile(file, drawn, { flag: 'wx', mode: 0o600 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  return ownerSchema.parse(JSON.parse(await readFile(file, 'utf8'))).owner;
}

/** Remembers that a database holds something of this folder's, by its address as the file writes it: without what variables hold. */
export async function rememberDatabase(folder: string, url: string): Promise<void> {
  const name = `address-${createHash('sha256').update(url).digest('hex')}.json`;
  await writeFile(join(folder, name), JSON.stringify({ url } satisfies z.infer<typeof addressSchema>), { mode: 0o600 });
}

/** The addresses that were remembered. */
export async function keptDatabases(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  const files = names.filter((name) => ADDRESS.test(name)).sort();
  return Promise.all(
    files.map(async (name) => addressSchema.parse(JSON.parse(await readFile(join(folder, name), 'utf8'))).url),
  );
}
