import { readFile } from 'node:fs/promises';
import { readExperiment } from '../../../server/src/experiment/read.js';
import { plugins } from '../../../server/src/plugins/registry.js';
import {
  newPlanFolder,
  planEmbedding,
  readShardPlan,
  writeShardPlan,
} from '../../../server/src/runner/embedding/embedding-plan.js';
import { embeddingsKey } from '../../../server/src/runner/model-key.js';
import { planRun } from '../../../server/src/runner/planning/plan.js';
import { FileTable } from '../../../server/src/store/cache/file-table.js';
import { EmbeddingStore } from '../../../server/src/store/cache/shards.js';
import { CacheFolders } from '../../../server/src/store/home.js';
import { secondsOf } from '../measure.js';
import type { PlanningResult } from './planning.js';

/*
 * One measurement in a process of its own, so that its peak memory is that work's: `plan`, `open`, `shards` or `key`.
 */
const [what, file, home] = process.argv.slice(2);

const { spec } = readExperiment(await readFile(file, 'utf8'), { file, env: {}, plugins });
if (!spec) throw new Error(`${file} has an error`);
const cache = new CacheFolders(home);
const [model] = spec.embed?.models ?? [];

async function keyedFolder(files: FileTable): Promise<string> {
  return cache.of('embeddings', await embeddingsKey({ plugins, files, device: 'cpu' }, model));
}

const WORK: Readonly<Record<string, () => Promise<string>>> = {
  async key() {
    return keyedFolder(await FileTable.open(cache.of('files.jsonl')));
  },

  /** What `lookalike plan` and the editor ask for. */
  async plan() {
    if (!spec) return '';
    const planned = await planRun(spec, plugins, home, 'cpu');
    if (!planned.ok) throw new Error(planned.problem.message);
    return planned.value.map(({ stage, total, cached }) => `${stage}: ${cached} of ${total}`).join(', ');
  },

  /** What a run does before it knows which embeddings are there. */
  async open() {
    const files = await FileTable.open(cache.of('files.jsonl'));
    const store = await EmbeddingStore.open(await keyedFolder(files), { stored: true, files });
    return `${store.damaged.length} damaged, vectors of ${store.dimension} numbers`;
  },

  /** A shard's plan written, read by whoever computes it: each of them, one after the other. */
  async shards() {
    const files = await FileTable.open(cache.of('files.jsonl'));
    const images = (await readFile(`${home}/listed.tsv`, 'utf8')).trimEnd().split('\n');
    const listed = images.map((line) => line.split('\t')).map(([file, hash]) => ({ file, hash }));
    const plan = planEmbedding({ use: model.use, params: {}, device: 'cpu' }, await keyedFolder(files), listed);
    const folder = await newPlanFolder(plan);
    let read = 0;
    for (const n of plan.shards.keys()) {
      await writeShardPlan(folder, plan, n);
      read += (await readShardPlan(folder, n)).shard.images.length;
    }
    return `${plan.shards.length} shards of ${read} images`;
  },
};

let answer = '';
const before = process.cpuUsage();
const seconds = await secondsOf(async () => {
  answer = await WORK[what]();
});
const { user, system } = process.cpuUsage(before);
const result: PlanningResult = {
  seconds,
  cpuSeconds: (user + system) / 1e6,
  peakMb: process.resourceUsage().maxRSS / 1024,
  answer,
};
process.send?.(result, () => process.exit(0));
