import { createHash } from 'node:crypto';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Where the face networks' weights are from. */
export const WEIGHTS_PACKAGE = '@vladmandic/face-api';
const MODELS = `node_modules/${WEIGHTS_PACKAGE}/model`;
/** Weights of our own. */
const TRAINED = 'server/weights';
const HASHES = 'server/src/compute/faces/weight-hashes.json';

/** Copies the weights beside the bundles, so that nothing built needs the package that they are from. */
export async function copyWeights(folder) {
  await mkdir(folder, { recursive: true });
  await cp(TRAINED, folder, { recursive: true });
  for (const [name, expected] of Object.entries(JSON.parse(await readFile(HASHES, 'utf8')))) {
    const bytes = await readFile(join(MODELS, name));
    const hash = createHash('sha256').update(bytes).digest('hex');
    if (hash !== expected) throw new Error(`${join(MODELS, name)} is another file than ${HASHES} says: ${hash}`);
    await writeFile(join(folder, name), bytes);
  }
}
