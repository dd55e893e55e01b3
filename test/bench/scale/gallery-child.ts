import { spawn } from 'node:child_process';
import { appendFile, link, mkdir, stat, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pMap from 'p-map';
import { folder as folderDataset } from '../../../server/src/plugins/datasets/folder.js';
import type { ExecutorElsewhere } from '../../../server/src/plugins/declare.js';
import { manual } from '../../../server/src/plugins/executors/manual.js';
import { faceRecognition } from '../../../server/src/plugins/models/face-recognition.js';
import { plugins } from '../../../server/src/plugins/registry.js';
import type { RunEvent } from '../../../server/src/protocol/runner.js';
import { embeddingsKey } from '../../../server/src/runner/model-key.js';
import { openContext } from '../../../server/src/runner/open-context.js';
import { buildIndex } from '../../../server/src/runner/stages/build-index.js';
import { embedImages } from '../../../server/src/runner/stages/embed-images.js';
import { findNeighbours } from '../../../server/src/runner/stages/find-neighbours.js';
import { listImages } from '../../../server/src/runner/stages/list-images.js';
import { lineOf } from '../../../server/src/store/cache/file-table.js';
import { shardName, writeShard } from '../../../server/src/store/cache/shards.js';
import { sha256 } from '../../../server/src/store/files.js';
import { CacheFolders } from '../../../server/src/store/home.js';
import { randomVectors } from '../../support/random-vectors.js';

/*
 * A gallery of made-up embeddings in a process of its own: `write` puts them on the disk, with names for as many photographs and
 * what is remembered of those, so that none is read; `here` and `elsewhere` list and search them as a run does: `gallery-child.ts WHAT FOLDER ROWS DIMENSION QUERIES K`.
 */

export interface Searched {
  readonly seconds: number;
  /** The most that the process held until then: photographs were listed, embeddings found, all done. */
  readonly listedMb: number;
  readonly foundMb: number;
  readonly peakMb: number;
  /** Of all that was found. */
  readonly ids: readonly number[];
}

const SHARD = 128;
/** Photographs of a folder: names of one file, of which a file system allows some tens of thousands. */
const NAMES = 10_000;
const CLI = fileURLToPath(new URL('../../../bin/lookalike.mjs', import.meta.url));
const [what, folder = '', ...numbers] = process.argv.slice(2);
const [rows, dimension, queries, k] = numbers.map(Number) as [number, number, number, number];
const home = join(folder, '.lookalike');
const photographs = join(folder, 'images');
const model = { use: 'face-recognition', name: 'face-recognition', params: faceRecognition.params.parse({}) };
const hashOf = (row: number) => sha256(`photograph ${row}`);
const peakMb = () => process.resourceUsage().maxRSS / 1024;

function contextWith(executor?: ExecutorElsewhere) {
  const [nothing, { signal }] = [() => undefined, new AbortController()];
  const given = { home, folder: join(folder, 'run'), useCache: true, threads: availableParallelism(), plugins, signal };
  return openContext({ ...given, device: 'cpu', emit: executor ? computeWanted : nothing, skip: nothing }).then(
    (context) => ({ ...context, executor }),
  );
}

/** Does as the run says: the shards of a plan, by one worker. */
function computeWanted(event: RunEvent): void {
  const plan = event.type === 'warning' ? /of the plan (.*)$/.exec(event.problem.message)?.[1] : undefined;
  if (plan) spawn(process.execPath, [CLI, 'shard', plan, '--index', '0', '--count', '1000'], { stdio: 'inherit' });
}

/** Row n begins at number n of a long row of random ones: none is another's copy. */
async function write(): Promise<void> {
  const context = await contextWith();
  const place = new CacheFolders(home).of('embeddings', await embeddingsKey(context, model));
  const { data } = randomVectors(1, rows + dimension, 1);
  const firsts = Array.from({ length: Math.ceil(rows / SHARD) }, (_, n) => n * SHARD);
  // Each waits for the disk.
  await pMap(firsts, writeFrom, { concurrency: 64 });
  for (let first = 0; first < rows; first += NAMES) await writeNames(first, Math.min(rows, first + NAMES));
  process.send?.('written', () => process.exit(0));

  async function writeFrom(first: number): Promise<void> {
    const some = Array.from({ length: Math.min(SHARD, rows - first) }, (_, n) => first + n);
    const embedded = some.map((row) => ({
      hash: hashOf(row),
      faces: [{ vector: data.subarray(row, row + dimension) }] as const,
    }));
    await writeShard(place, shardName(some.map(hashOf)), embedded);
  }
}

async function writeNames(first: number, end: number): Promise<void> {
  const own = join(photographs, String(first / NAMES).padStart(4, '0'));
  await mkdir(own, { recursive: true });
  const files = Array.from({ length: end - first }, (_, n) => join(own, `${String(first + n).padStart(7, '0')}.jpg`));
  const [one = '', ...others] = files;
  await writeFile(one, 'not read');
  const { size, mtimeMs: modified } = await stat(one);
  await pMap(others, (file) => link(one, file), { concurrency: 64 });
  await appendFile(
    join(home, 'cache/files.jsonl'),
    files.map((file, n) => lineOf(file, { size, modified, hash: hashOf(first + n) })).join(''),
  );
}

async function search(executor?: ExecutorElsewhere): Promise<void> {
  const began = performance.now();
  const context = await contextWith(executor);
  const set = await listImages(context, { use: 'folder', params: folderDataset.params.parse({ root: photographs }) });
  if (set.images.length !== rows || set.copies > 0)
    throw new Error(`${set.images.length} images, ${set.copies} copies`);
  const listedMb = peakMb();
  const embeddings = await embedImages(context, set, model);
  const foundMb = peakMb();
  const use = { use: 'flat', params: { metric: 'l2' }, metric: 'l2' } as const;
  const index = await buildIndex(context, use, set, embeddings);
  const asked = Array.from({ length: queries }, (_, n) => n * Math.floor(rows / queries));
  const { neighbours } = await findNeighbours(context, set, index, asked, k);
  const seconds = (performance.now() - began) / 1000;
  const said: Searched = { seconds, listedMb, foundMb, peakMb: peakMb(), ids: [...neighbours.ids] };
  process.send?.(said, () => process.exit(0));
}

if (what === 'write') await write();
else if (what === 'here') await search();
else {
  const loaded = await manual.load(manual.params.parse({ pairs: Math.ceil((queries * rows) / 8) }), {
    folder,
    threads: 1,
  });
  if (!loaded.ok || loaded.value.kind !== 'elsewhere') throw new Error('No executor');
  await search(loaded.value);
}
