import { join } from 'node:path';
import type { Plugin } from '../../plugins/declare.js';
import { fail, ok, type Problem, type Result } from '../../protocol/errors.js';
import { counted } from '../../protocol/figure-text.js';
import { withLease } from '../../store/cache/lease.js';
import { PerturbedStore } from '../../store/cache/perturbed.js';
import { hasFound } from '../../store/cache/searches.js';
import { EmbeddingStore } from '../../store/cache/shards.js';
import { keyOf } from '../../store/files.js';
import { loadPlugin, type RunContext } from '../context.js';
import { computeEmbedding } from '../embedding/compute-shard.js';
import type { EmbeddingShard } from '../embedding/embedding-plan.js';
import { problemOf } from '../halt.js';
import { LazyModel } from '../lazy-model.js';
import { openContext } from '../open-context.js';
import { PerturbingWork } from '../stages/perturbing/perturbing-work.js';
import { type Plan, readDone, readPlan, type ShardDone, writeDone, writeFailed } from './plan-folder.js';
import { SearchingWork, type SearchShard } from './search-shard.js';
import {
  type ExpectedPhotographs,
  type PerturbingShard,
  readExpected,
  readPlannedShard,
  type ShardPlan,
} from './shard-plan.js';

export interface WantedShards {
  readonly plan: string;
  readonly first: number;
  readonly count: number;
  readonly threads: number;
}

type Computed = Omit<ShardDone, 'machine'>;

const NOTHING: Computed = { images: 0, seconds: 0, waiting: 0, pairs: 0, refused: {} };

/** Opens a plan for these shards of it. Problems: those of `readPlan`, `shard-unknown`. */
export async function openPlan({ plan: folder, first }: Pick<WantedShards, 'plan' | 'first'>): Promise<Result<Plan>> {
  const plan = await readPlan(folder);
  if (!plan.ok || first < plan.value.shards) return plan;
  const has = `${counted(plan.value.shards, 'shard')}, numbered from 0`;
  return fail('shard-unknown', `There is no shard ${first} in ${folder}: it has ${has}`);
}

/**
 * Computes some shards of a plan, one after the other, but those that are there, and says a line of each. Past the plan's
 * last there is nothing to do. What goes wrong with one is written beside the plan, and ends the rest.
 */
export async function computePlanned(
  plan: Plan,
  plugins: readonly Plugin[],
  { plan: folder, first, count, threads }: WantedShards,
  say: (line: string) => void,
): Promise<Problem | undefined> {
  const { home, device, useCache, shards } = plan;
  const nothing = () => undefined;
  const signal = new AbortController().signal;
  const given = { home, device, useCache, threads, plugins, signal, folder, hasOwnCores: true };
  const context = await openContext({ ...given, emit: nothing, skip: nothing });
  const worker = new Worker(context, folder);
  try {
    for (let n = first; n < Math.min(shards, first + count); n++) {
      const outcome = await worker.compute(n);
      if (!outcome.ok) {
        await writeFailed(folder, n, outcome.problem).catch(nothing);
        return outcome.problem;
      }
      say(`shard ${n} ${outcome.value}`);
    }
    return undefined;
  } finally {
    await worker.close();
  }
}

class Worker {
  /** By use: shards of one plan have one. */
  private readonly models = new Map<string, LazyModel>();
  private searching: SearchingWork | undefined;
  private perturbing: { readonly work: PerturbingWork; readonly expected: ExpectedPhotographs } | undefined;

  constructor(
    private readonly context: RunContext,
    private readonly plan: string,
  ) {}

  async compute(n: number): Promise<Result<string>> {
    try {
      const planned = await readPlannedShard(this.plan, n);
      // Whoever perturbs takes a lease of its own on each batch, by its photographs too.
      const lease = join(planned.folder, `${planned.kind === 'perturb' ? 'shard-' : ''}${nameOf(planned)}.lease`);
      return ok(await withLease(lease, this.context.signal, () => this.computeUnlessThere(planned, n)));
    } catch (error) {
      const problem = problemOf(error);
      if (problem) return { ok: false, problem };
      throw error;
    }
  }

  async close(): Promise<void> {
    for (const model of this.models.values()) await model.close();
    await this.perturbing?.work.close();
    await this.searching?.close();
  }

  private async computeUnlessThere(planned: ShardPlan, n: number): Promise<string> {
    if ((this.context.useCache || (await readDone(this.plan, n))) && (await this.isThere(planned))) {
      await writeDone(this.plan, n, NOTHING);
      return `${nameOf(planned)} is there`;
    }
    const computed = await this.work(planned);
    await writeDone(this.plan, n, computed);
    const what = planned.kind === 'search' ? counted(computed.pairs, 'pair') : counted(computed.images, 'image');
    return `${nameOf(planned)} computed: ${what} in ${computed.seconds.toFixed(2)} s`;
  }

  private async isThere(planned: ShardPlan): Promise<boolean> {
    if (planned.kind === 'perturb') return false;
    if (planned.kind === 'search') return hasFound(planned.folder, planned.shard.name);
    const store = await EmbeddingStore.open(planned.folder, { stored: false, files: this.context.files });
    return store.adopt(planned.shard.name);
  }

  private work(planned: ShardPlan): Promise<Computed> {
    if (planned.kind === 'embed') return this.embed(planned);
    return planned.kind === 'search' ? this.search(planned) : this.perturb(planned);
  }

  private async embed(planned: EmbeddingShard): Promise<Computed> {
    const { signal } = this.context;
    const stats = await computeEmbedding(planned, { model: (use) => this.modelOf(use).get(), signal });
    return { ...NOTHING, ...stats };
  }

  private async search(planned: SearchShard): Promise<Computed> {
    this.searching ??= new SearchingWork(this.context);
    return { ...NOTHING, ...(await this.searching.compute(planned)) };
  }

  private modelOf(use: EmbeddingShard['model']): LazyModel {
    const key = keyOf(use);
    const model = this.models.get(key) ?? new LazyModel(this.context, { ...use, name: use.use });
    this.models.set(key, model);
    return model;
  }

  /** Photographs that are there are passed over, one by one. */
  private async perturb({ family, name, use, folder, shard }: PerturbingShard): Promise<Computed> {
    this.perturbing ??= {
      work: new PerturbingWork(
        this.context,
        { family, name, use, plugin: await loadPlugin(this.context, family, use) },
        new PerturbedStore(folder),
      ),
      expected: await readExpected(this.plan),
    };
    const { work, expected } = this.perturbing;
    await work.recall(shard.images, expected.all, expected.images);
    const { images, seconds } = await work.computeMissing();
    return { ...NOTHING, images, seconds, refused: work.refusals() };
  }
}

function nameOf(planned: ShardPlan): string {
  return planned.kind === 'perturb' ? keyOf(planned.shard.images.map(({ hash }) => hash)) : planned.shard.name;
}
