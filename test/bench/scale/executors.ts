import { mkdir, rm, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { GraphBuilder } from '../../../server/src/onnx/build.js';
import { SHARD_SIZE } from '../../../server/src/runner/embedding/embedding-plan.js';
import { HAS_SLURM, SlurmCluster } from '../../support/cluster/slurm.js';
import { runToResults } from '../../support/command-line.js';
import { randomVectors } from '../../support/random-vectors.js';
import { patchwork } from '../../support/small-experiment.js';
import { newWorkspace } from '../../support/workspace.js';
import { figure, median, note, type Section, table } from '../measure.js';

/** `LOOKALIKE_BENCH_SHARDS` and `LOOKALIKE_BENCH_ROUNDS` for a shorter look. */
const SHARDS = Number(process.env.LOOKALIKE_BENCH_SHARDS ?? 200);
const ROUNDS = Number(process.env.LOOKALIKE_BENCH_ROUNDS ?? 3);
/** Products of a photograph: what makes a shard of the encoder take some tenths of a second on a core. */
const WIDTH = 1024;
const LAYERS = 60;

/** How Slurm is asked: on one machine of all cores, or on as many machines of one core. */
const WAYS = {
  'a node of all cores, tasks of 10 minutes (default)': { nodes: 1, cores: availableParallelism(), minutes: 10 },
  'a node a core, tasks of 15 seconds': { nodes: availableParallelism(), cores: 1, minutes: 0.25 },
} as const;

/** The same embedding by the run itself and by array tasks of a Slurm of our own on the same cores; nothing where there is no Slurm. */
export async function benchExecutors(): Promise<Section | undefined> {
  if (!HAS_SLURM) {
    note('executors: there is no Slurm (apt-get install slurmctld slurmd slurm-client)');
    return undefined;
  }
  const workspace = await newWorkspace();
  const clusters: SlurmCluster[] = [];
  try {
    const file = await writeExperiment(workspace);
    const ways: [string, readonly string[], NodeJS.ProcessEnv][] = [['`local`', [], {}]];
    for (const [name, { nodes, cores, minutes }] of Object.entries(WAYS)) {
      const cluster = await SlurmCluster.start({ nodes, cores, maxArraySize: 1001 });
      clusters.push(cluster);
      const settings = [`cores=${cores}`, `minutes=${minutes}`].flatMap((setting) => ['--executor-set', setting]);
      ways.push([`\`slurm\`, ${name}`, ['--executor', 'slurm', ...settings], cluster.env]);
    }
    // Once for what a shard takes to be known, as it is of a model that was used before.
    await secondsOfEmbedding(file, [], {});
    const seconds = ways.map(() => [] as number[]);
    for (let round = 0; round < ROUNDS; round++) {
      for (const [n, [name, args, env]] of ways.entries()) {
        seconds[n]!.push(await secondsOfEmbedding(file, args, env));
        note(`executors, round ${round + 1} of ${ROUNDS}: ${name} ${figure(seconds[n]![round]!)} s`);
      }
    }
    const own = seconds[0]!;
    const rows = ways.map(([name], n) => [
      name,
      figure(median(seconds[n]!)),
      n === 0 ? '' : `${figure(median(seconds[n]!.map((took, round) => took / own[round]!)))} ×`,
    ]);
    return {
      name: 'executors',
      title: 'Slurm beside the run itself, on the same cores',
      body: `${SHARDS} shards of ${SHARD_SIZE} drawn pictures, ${ROUNDS} rounds in turn: what the stage \`embed\` takes, tasks that are queued, started and
waited for included. Slurm’s daemons ran on the same ${availableParallelism()} cores. How long a shard takes was known, as it is of a model
that was used before.

${table(['', 'seconds', 'over `local`'], rows)}`,
    };
  } finally {
    for (const cluster of clusters) await cluster.stop();
    await rm(workspace, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function secondsOfEmbedding(file: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const { stages } = await runToResults(file, ['--no-cache', ...args], { env });
  const embed = stages.find(({ name }) => name === 'embed');
  if (embed?.shardsComputed !== SHARDS) throw new Error(`${embed?.shardsComputed} shards were computed`);
  return embed.seconds ?? Number.NaN;
}

async function writeExperiment(workspace: string): Promise<string> {
  const faces = join(workspace, 'faces/somebody');
  await mkdir(faces, { recursive: true });
  for (let n = 0; n < SHARDS * SHARD_SIZE; n++) await writeFile(join(faces, `${n}.png`), await patchwork(1, n));
  await writeFile(join(workspace, 'deep.onnx'), deepEncoder());
  const file = join(workspace, 'shards.experiment.yaml');
  const text = 'dataset: {use: folder, root: faces}\nembed: {models: [{use: onnx, name: deep, file: deep.onnx}]}\n';
  await writeFile(file, text);
  return file;
}

/** An encoder of many products: the picture, through one matrix again and again. */
function deepEncoder(): Uint8Array {
  const graph = new GraphBuilder('deep-encoder');
  const image = graph.input('image', 'float32', ['batch', 3, 16, 16]);
  const first = graph.constant(randomVectors(768, WIDTH, 1).data, [768, WIDTH]);
  const again = graph.constant(
    randomVectors(WIDTH, WIDTH, 2).data.map((value) => value / Math.sqrt(WIDTH / 3)),
    [WIDTH, WIDTH],
  );
  let vector = graph.op('MatMul', [graph.op('Flatten', [image]), first]);
  for (let n = 0; n < LAYERS; n++) vector = graph.op('Tanh', [graph.op('MatMul', [vector, again])]);
  graph.output(vector, 'float32', ['batch', WIDTH], 'embedding');
  return graph.toBytes();
}
