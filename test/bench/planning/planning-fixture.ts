import { link, mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import pMap from 'p-map';
import { lineOf } from '../../../server/src/store/cache/file-table.js';
import { shardName, writeShard } from '../../../server/src/store/cache/shards.js';
import { sha256 } from '../../../server/src/store/files.js';
import { randomVectors } from '../../support/random-vectors.js';

/** A file takes no more names than this on ext4. */
const NAMES_A_FILE = 60_000;
const SHARD = 128;
const DIMENSION = 512;
const PEOPLE = 10_177;

/** An image as it is planned. */
interface Listed {
  readonly file: string;
  readonly hash: string;
}

/**
 * A folder laid out as CelebA: tiny files under so many names, and what says whose each is. The table of hashes in the
 * private folder is made up, one hash a name, and stands for having read that many photographs once.
 */
export async function writeCeleba(root: string, home: string, count: number): Promise<Listed[]> {
  const names = Array.from({ length: count }, (_, n) => `${String(n + 1).padStart(6, '0')}.jpg`);
  const images = join(root, 'img_celeba');
  await mkdir(images, { recursive: true });
  const sources = Array.from({ length: Math.ceil(count / NAMES_A_FILE) }, (_, n) => join(root, `source-${n}`));
  for (const source of sources) await writeFile(source, 'not read');
  await pMap(names, (name, n) => link(sources[Math.floor(n / NAMES_A_FILE)], join(images, name)), { concurrency: 64 });
  await writeFile(join(root, 'identity_CelebA.txt'), names.map((name, n) => `${name} ${1 + (n % PEOPLE)}\n`).join(''));
  const facts = await Promise.all(sources.map((source) => stat(source)));
  const listed = names.map((name) => ({ file: join(images, name), hash: sha256(name) }));
  const rows = listed.map(({ file, hash }, n) => {
    const { size, mtimeMs } = facts[Math.floor(n / NAMES_A_FILE)];
    return lineOf(file, { size, modified: mtimeMs, hash });
  });
  const table = join(home, 'cache/files.jsonl');
  await mkdir(dirname(table), { recursive: true });
  await writeFile(table, rows.join(''));
  return listed;
}

/** Shards of random vectors of 512 numbers, one a photograph, as a run that embedded them all leaves them. */
export async function writeEmbeddings(folder: string, listed: readonly Listed[]): Promise<void> {
  const { data } = randomVectors(SHARD, DIMENSION, 1);
  await rm(folder, { recursive: true, force: true });
  for (let start = 0; start < listed.length; start += SHARD) {
    const hashes = listed.slice(start, start + SHARD).map(({ hash }) => hash);
    const embedded = hashes.map((hash, n) => ({
      hash,
      faces: [{ vector: data.subarray(n * DIMENSION, (n + 1) * DIMENSION) }] as const,
    }));
    await writeShard(folder, shardName(hashes), embedded);
  }
}
