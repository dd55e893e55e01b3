import assert from 'node:assert/strict';
import { cp, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Random } from '../../../server/src/compute/random.js';
import { cachedGraph } from '../../../server/src/compute/session.js';
import { plugins } from '../../../server/src/plugins/registry.js';
import { resultsSchema } from '../../../server/src/protocol/results.js';
import { startRequestSchema } from '../../../server/src/protocol/runner.js';
import { RunJournal } from '../../../server/src/runner/progress/run-journal.js';
import { runExperiment } from '../../../server/src/runner/run-experiment.js';
import { readPlain } from '../../../server/src/store/plain-file.js';
import { readEvents } from '../../../server/src/store/run-folder/control-files.js';
import { newRunId } from '../../../server/src/store/run-folder/run-folder.js';
import { COLOUR_MODEL, writeColour, writePeople } from '../../support/colours.js';
import { figuresOf } from '../../support/command-line.js';
import { DAMAGES } from '../../support/damage.js';
import { FULL } from '../../support/full.js';
import { indexedColour, KnnServer } from '../../support/knn-server.js';
import { tinyEncoder } from '../../support/small-experiment.js';
import { newWorkspace } from '../../support/workspace.js';

/** Of each kind of file: all damages, or one in so many. */
const [SEEDS, STEP] = FULL ? [[1, 2, 3], 1] : [[1], 8];
const REDS = { ana: [10, 12, 14, 16], bo: [50, 52, 54, 56], cy: [90, 92, 94, 96] };

/** Every kind of file that a cache keeps, by the experiment whose results depend on it. */
const KINDS = [
  { kind: 'a matrix of embeddings', of: 'local', pattern: /^embeddings\/[^.]*\.npy$/ },
  { kind: 'the list of a matrix', of: 'local', pattern: /^embeddings\/.*\.jsonl$/ },
  { kind: 'a graph of neighbours', of: 'local', pattern: /^indexes\/.*\.hnsw$/ },
  { kind: 'the seal of an index', of: 'local', pattern: /^indexes\/.*seal\.json$/ },
  { kind: 'ids of neighbours', of: 'local', pattern: /^neighbours\/.*ids\.npy$/ },
  { kind: 'distances of neighbours', of: 'local', pattern: /^neighbours\/.*distances\.npy$/ },
  { kind: 'the seal of neighbours', of: 'local', pattern: /^neighbours\/.*seal\.json$/ },
  { kind: 'thresholds', of: 'local', pattern: /^thresholds\/.*seal\.json$/ },
  { kind: 'a perturbed photograph', of: 'local', pattern: /^perturbed\/.*\.png$/ },
  { kind: 'the record of a perturbed photograph', of: 'local', pattern: /^perturbed\/.*\.json$/ },
  { kind: 'what a judge said', of: 'local', pattern: /^judged\/.*seal\.json$/ },
  { kind: 'what protects', of: 'local', pattern: /^protection\/.*seal\.json$/ },
  { kind: 'which results are valid', of: 'local', pattern: /^validity\/.*seal\.json$/ },
  { kind: 'a drawn portrait', of: 'local', pattern: /^datasets\/.*\.jpg$/ },
  { kind: 'checksums of portraits', of: 'local', pattern: /^datasets\/.*checksums\.jsonl$/ },
  { kind: 'the table of files', of: 'local', pattern: /^files\.jsonl$/ },
  { kind: 'measured rates', of: 'local', pattern: /^rates\.json$/ },
  { kind: 'the answer of a service', of: 'service', pattern: /^plugins\/.*answers\/.*\.json$/ },
  { kind: 'an image from a service', of: 'service', pattern: /^plugins\/.*images\/[0-9a-f]{64}$/ },
  { kind: 'why a service gave no image', of: 'service', pattern: /^plugins\/.*images\/.*\.json$/ },
  { kind: 'checksums of answers', of: 'service', pattern: /^plugins\/.*answers\/checksums\.jsonl$/ },
] as const;

describe('A damaged cache', () => {
  let server: KnnServer;
  let folder: string;
  let texts: Readonly<Record<'local' | 'service', string>>;
  const expected: Record<string, unknown> = {};
  const home = () => join(folder, '.lookalike');
  const kept = () => join(folder, 'kept');

  before(async () => {
    folder = await newWorkspace();
    await writePeople(join(folder, 'faces'), REDS);
    await writePeople(join(folder, 'far'), REDS, { moved: 40, suffix: '_cloaked' });
    await writePeople(join(folder, 'near'), REDS, { moved: 1, suffix: '_cloaked' });
    for (const red of REDS.ana) await writeColour(join(folder, 'more', 'ana', `${red}.png`), red, 1);
    const indexed = [11, 13, 15, 51, 53, 91].map((red) => indexedColour(`${red}.png`, red, 0));
    server = await KnnServer.start(await Promise.all(indexed));
    server.images['13.png'] = (response) => response.writeHead(404).end();
    texts = { local: localExperiment(), service: serviceExperiment(server.url) };
    for (const of of ['local', 'service'] as const) expected[of] = (await runIn(of)).figures;
    // A second time, so that all that can come from the cache is there and settled.
    for (const of of ['local', 'service'] as const) assert.deepEqual((await runIn(of)).figures, expected[of]);
    await cp(home(), kept(), { recursive: true, preserveTimestamps: true });
  });
  after(async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  for (const [k, { kind, of, pattern }] of KINDS.entries()) {
    for (const [how, damage] of Object.entries(DAMAGES).filter((_, d) => (k + d) % STEP === 0)) {
      for (const seed of SEEDS) {
        it(`gives the results of a sound one: ${kind} ${how}${FULL ? ` (${seed})` : ''}`, async () => {
          await rm(home(), { recursive: true });
          await cp(kept(), home(), { recursive: true, preserveTimestamps: true });
          const random = new Random(seed, kind, how);
          const file = random.pick(await filesOf(home(), pattern));
          const others = (await filesOf(kept(), pattern)).filter((other) => !other.endsWith(file.slice(home().length)));
          const other = others.length > 0 ? random.pick(others) : join(folder, 'colour.onnx');
          await damage({ file, other, random });

          const first = await runIn(of);
          if (first.problem) assert.match(first.problem.message, new RegExp(escaped(file)), 'It is named');
          else assert.deepEqual(first.figures, expected[of]);
          const second = await runIn(of);
          assert.deepEqual([second.figures, second.damaged], [expected[of], []], 'It is healed');
        });
      }
    }
  }

  for (const [how, damage] of Object.entries(DAMAGES)) {
    it(`builds a network again: the graph of a plugin ${how}`, async () => {
      const graphs = join(folder, 'graphs', how);
      const build = (seed: number) => async () => tinyEncoder({ seed });
      const graph = Buffer.from(await cachedGraph(graphs, 'first-1', build(1)));
      await cachedGraph(graphs, 'second-1', build(2));
      const [file, other] = ['first-1.onnx', 'second-1.onnx'].map((name) => join(graphs, name));
      await damage({ file, other, random: new Random(1, how) });
      assert.deepEqual(Buffer.from(await cachedGraph(graphs, 'first-1', build(1))), graph);
      assert.deepEqual(await readPlain(file, 2 ** 20), graph);
    });
  }

  /** One run in this process, which loads natives once. */
  async function runIn(of: 'local' | 'service') {
    const runId = newRunId();
    const run = join(home(), 'runs', runId);
    const request = startRequestSchema.parse({
      ...{ type: 'start', file: join(folder, `${of}.experiment.yaml`), text: texts[of], set: [], runId, home: home() },
      ...{ useCache: true, threads: 1, device: 'cpu', plugins: [], allow: ['remote'], startedBy: 'terminal' },
    });
    await mkdir(run, { recursive: true });
    const { signal } = new AbortController();
    const status = await runExperiment({
      request,
      folder: run,
      plugins,
      journal: new RunJournal(run, request),
      signal,
    });
    const events = await readEvents(run);
    const damaged = events.filter((event) => event.type === 'warning' && event.problem.code === 'cache-damaged');
    const problem = events.find((event) => event.type === 'run-finished')?.problem;
    assert.equal(status, problem ? 'failed' : 'done');
    const text = await readPlain(join(run, 'results.json'), 2 ** 20);
    const { poison, ...figures } = figuresOf(resultsSchema.parse(JSON.parse(text.toString('utf8'))));
    return { problem, damaged, figures: { ...figures, poison: poison?.map((one) => ({ ...one, seconds: 0 })) } };
  }
});

const localExperiment = () => `
dataset: {use: folder, root: faces}
gallery: {use: synthetic, identities: 2, images: 2, size: 96}
embed: {models: [${COLOUR_MODEL}]}
index: hnsw
accuracy: {top: [1, 2]}
threshold: {percentile: 100}
poison:
  far: {use: precomputed, folder: far}
  hidden: {use: precomputed, folder: near, target: gallery, split: 0.5, users: 2}
retrieve: {use: local, results: 3}
robustness: {minValid: 1}
`;

const serviceExperiment = (url: string) => `
dataset: {use: folder, root: faces}
embed: {models: [${COLOUR_MODEL}]}
threshold: {percentile: 100}
retrieve: {use: clip-retrieval, url: "${url}", index: web, results: 4, requestsPerSecond: 1000, privateHosts: [127.0.0.1]}
robustness: {minValid: 1}
`;

async function filesOf(home: string, pattern: RegExp): Promise<string[]> {
  const cache = join(home, 'cache');
  const names = (await readdir(cache, { recursive: true })).filter((name) => pattern.test(name)).sort();
  assert.ok(names.length > 0, `Nothing matches ${pattern}`);
  return names.map((name) => join(cache, name));
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
