import { join } from 'node:path';
import type { ExecutorElsewhere, Perturbation, Perturbed, WorkContext } from '../../../plugins/declare.js';
import { readUnchanged } from '../../../plugins/images/read-unchanged.js';
import { loadVisibilityMeter, sizeMeter, type Visibility } from '../../../plugins/images/visibility.js';
import type { Problem, Result } from '../../../protocol/errors.js';
import { itemAt } from '../../../protocol/item-at.js';
import type { PluginUse } from '../../../stages/spec.js';
import { withLease } from '../../../store/cache/lease.js';
import { type PerturbedOutcome, PerturbedStore } from '../../../store/cache/perturbed.js';
import { keyOf } from '../../../store/files.js';
import { type RunContext, workContext } from '../../context.js';
import { sayWaiting, withCores } from '../../cores.js';
import { Halt, unwrap } from '../../halt.js';
import { pluginKey } from '../../model-key.js';
import { perturbRate } from '../../planning/measured-rates.js';
import { computeElsewhere } from '../../shards/compute-elsewhere.js';
import { type ExpectedPhotographs, type PerturbingShard, writeExpected } from '../../shards/shard-plan.js';
import type { HashedImage } from '../list-images.js';

/** A saved perturbed photograph, and how it differs from its original. */
export interface PerturbedImage {
  readonly original: HashedImage;
  /** The PNG in the cache. */
  readonly file: string;
  readonly hash: string;
  readonly visibility: Visibility;
  /** Whether any pixel of it is another. */
  readonly changed: boolean;
}

export interface PerturbedImages {
  readonly images: readonly PerturbedImage[];
  /** How many photographs have no perturbed version, by the code of the reason. */
  readonly leftOut: Readonly<Record<string, number>>;
  /** Why there is not one image, where none of them could be used. */
  readonly problem: Problem | undefined;
  /** What follows the stem of a photograph's name in that of its perturbed version. */
  readonly suffix: string;
  /** Over all photographs, whenever they were perturbed. */
  readonly seconds: number;
  readonly cached: boolean;
}

/** A plugin that makes versions of photographs, under the name of the version that it makes. */
export interface Making {
  readonly family: 'perturbation' | 'countermeasure';
  readonly name: string;
  readonly use: PluginUse;
  readonly plugin: Perturbation;
}

/** Which section asks for it, and is the stage that does it. */
export function sectionOf({ family }: Pick<Making, 'family'>) {
  return family === 'perturbation' ? 'poison' : 'countermeasures';
}

interface Meter {
  measure(original: Uint8Array, made: Uint8Array): Promise<Result<Visibility & { changed: boolean }>>;
  close(): Promise<void>;
}

/** A photograph under the name of its outcome. */
interface Pending {
  readonly image: HashedImage;
  readonly name: string;
}

/** An attack takes seconds a photograph: a worker that is killed loses so many at the most. */
const SHARD_IMAGES = 16;

const NO_FACE = { code: 'no-face', message: 'finds no face to perturb in it' };

/** Photographs on their way through one perturbation or countermeasure: recalled from the cache, or perturbed, measured and kept. */
export class PerturbingWork {
  private readonly all: Pending[] = [];
  private readonly outcomes = new Map<string, PerturbedOutcome>();
  private readonly refused = new Map<string, Problem>();
  private meter: Meter | undefined;
  private expected: ExpectedPhotographs = { images: [], all: [] };

  constructor(
    private readonly context: RunContext,
    private readonly making: Making,
    private readonly store: PerturbedStore,
  ) {}

  /** Takes over what an earlier run has computed; `expected` are all that this is about, where others see to some. */
  async recall(
    images: readonly HashedImage[],
    all: readonly HashedImage[],
    expected: readonly HashedImage[] = images,
  ): Promise<void> {
    this.expected = { images: [...expected], all: [...all] };
    await this.making.plugin.expect?.(expected, all);
    for (const image of images) {
      const name = PerturbedStore.nameOf(image.hash, await this.making.plugin.stampOf?.(image));
      this.all.push({ image, name });
      const known = this.context.useCache ? await this.store.find(name) : undefined;
      if (known) this.outcomes.set(name, known);
    }
  }

  async computeMissing(): Promise<{ images: number; seconds: number }> {
    const missing = [...new Map(this.missing().map((pending) => [pending.name, pending])).values()];
    const { progress } = workContext(this.context, sectionOf(this.making), this.making.name);
    if (this.context.executor) return this.computeElsewhere(this.context.executor, missing, progress);
    const total = missing.length + this.outcomes.size;
    const size = Math.min(this.making.plugin.batchSize, Math.max(1, missing.length));
    let [done, computed, seconds] = [this.outcomes.size, 0, 0];
    for (let start = 0; start < missing.length; start += size) {
      this.context.signal.throwIfAborted();
      const batch = missing.slice(start, start + size);
      const advance = (within: number) => progress(Math.min(total, done + within), total);
      const spent = await this.computeBatch(batch, advance);
      done += batch.length;
      computed += spent === undefined ? 0 : batch.filter(({ name }) => this.outcomes.has(name)).length;
      seconds += spent ?? 0;
      progress(done, total);
    }
    return { images: computed, seconds };
  }

  /** Has them perturbed on other machines, and takes in what came of it. */
  private async computeElsewhere(
    executor: ExecutorElsewhere,
    missing: readonly Pending[],
    progress: WorkContext['progress'],
  ): Promise<{ images: number; seconds: number }> {
    const { family, name, use, plugin } = this.making;
    const { folder } = this.store;
    const pendingOf = new Map(missing.map((pending) => [pending.image.hash, pending]));
    const size = shardSize(plugin.batchSize, missing.length);
    const total = missing.length + this.outcomes.size;
    const done = await computeElsewhere<PerturbingShard>(this.context, executor, {
      label: name,
      folder,
      secondsPerShard: await this.secondsFor(size),
      missing: async () => {
        const left = (this.context.useCache ? await this.withoutFinished(missing) : missing).map(({ image }) => image);
        return chunksOf(left, size).map((images) => ({
          kind: 'perturb',
          family,
          name,
          use: { ...use },
          folder,
          shard: { images },
        }));
      },
      isThere: async ({ shard: { images } }, told) => {
        const wanted = images.flatMap(({ hash }) => pendingOf.get(hash) ?? []);
        for (const [refused, problem] of Object.entries(told?.refused ?? {})) this.refused.set(refused, problem);
        return (await this.withoutFinished(wanted)).every((pending) => this.refused.has(pending.name));
      },
      onShard: () => progress(this.outcomes.size, total),
      prepare: (plan) => writeExpected(plan, this.expected),
    });
    const images = done.reduce((sum, shard) => sum + shard.images, 0);
    return { images, seconds: done.reduce((sum, shard) => sum + shard.seconds, 0) };
  }

  private async secondsFor(images: number): Promise<number | undefined> {
    const { family, use } = this.making;
    const rate = this.context.rates.get(perturbRate(await pluginKey(this.context, family, use)));
    return rate && images / rate.perSecond;
  }

  /** By the names of their outcomes, why photographs have none that could be kept. */
  refusals(): Record<string, Problem> {
    return Object.fromEntries(this.refused);
  }

  result(): Pick<PerturbedImages, 'images' | 'leftOut' | 'seconds'> {
    const images: PerturbedImage[] = [];
    const leftOut: Record<string, number> = {};
    let seconds = 0;
    for (const { image, name } of this.all) {
      const outcome = this.outcomes.get(name);
      seconds += outcome?.seconds ?? 0;
      if (outcome?.kind === 'perturbed') {
        images.push(perturbedImage(image, this.store.fileOf(name), outcome));
      } else {
        const { code, message } = this.refused.get(name) ?? NO_FACE;
        leftOut[code] = (leftOut[code] ?? 0) + 1;
        this.context.skip({ id: image.id, code, message: `${this.making.name}: ${message}` });
      }
    }
    return { images, leftOut, seconds };
  }

  async close(): Promise<void> {
    await this.making.plugin.close();
    await this.meter?.close();
  }

  private missing(): Pending[] {
    return this.all.filter(({ name }) => !this.outcomes.has(name) && !this.refused.has(name));
  }

  /** Gives the seconds that it took, or undefined where another run has done it meanwhile. */
  private computeBatch(batch: readonly Pending[], advance: (within: number) => void): Promise<number | undefined> {
    const lease = join(this.store.folder, `${keyOf(batch.map(({ name }) => name))}.lease`);
    const work = async () => {
      const left = this.context.useCache ? await this.withoutFinished(batch) : batch;
      if (left.length === 0) return undefined;
      return withCores(this.context, () => this.perturb(left, advance));
    };
    return withLease(lease, this.context.signal, work, (holder) => sayWaiting(this.context, holder));
  }

  private async withoutFinished(batch: readonly Pending[]): Promise<Pending[]> {
    const left: Pending[] = [];
    for (const pending of batch) {
      const found = await this.store.find(pending.name);
      if (found) this.outcomes.set(pending.name, found);
      else left.push(pending);
    }
    return left;
  }

  private async perturb(batch: readonly Pending[], advance: (within: number) => void): Promise<number> {
    const started = performance.now();
    const { signal } = this.context;
    const work = { signal, progress: (done: number) => advance(done) };
    const made = unwrap(
      await this.making.plugin.perturb(
        batch.map(({ image }) => image),
        work,
      ),
    );
    const seconds = (performance.now() - started) / 1000;
    for (const [n, pending] of batch.entries()) await this.keep(pending, itemAt(made, n), seconds / batch.length);
    return seconds;
  }

  /** Whatever the plugin read, it is kept only where what is there is what was listed and, of other files, stamped. */
  private async keep({ image, name }: Pending, made: Perturbed, seconds: number): Promise<void> {
    const original = await readUnchanged(image);
    if (name !== PerturbedStore.nameOf(image.hash, await this.making.plugin.stampOf?.(image)))
      throw new Halt(changed(image, this.making));
    if (made.kind === 'failed') return this.refuse(name, made.problem);
    if (made.kind === 'no-face') {
      this.outcomes.set(name, await this.store.keepFaceless(name, seconds));
      return;
    }
    const visibility = await (await this.visibilityMeter()).measure(original, made.png);
    if (!visibility.ok) return this.refuse(name, visibility.problem);
    this.outcomes.set(name, await this.store.keep(name, made.png, { ...visibility.value, seconds }));
  }

  private refuse(name: string, problem: Problem): void {
    this.refused.set(name, problem);
  }

  /** Of a countermeasure nobody asks how visible it is, which takes a face to be found. */
  private async visibilityMeter(): Promise<Meter> {
    const { cache, threads } = this.context;
    const load = async () => unwrap(await loadVisibilityMeter({ folder: cache.of('plugins', 'visibility'), threads }));
    this.meter ??= this.making.family === 'perturbation' ? await load() : await sizeMeter();
    return this.meter;
  }
}

/** Photographs of a shard elsewhere: a whole number of batches, or all where the plugin wants them so. */
function shardSize(batch: number, all: number): number {
  return Number.isFinite(batch) ? Math.ceil(SHARD_IMAGES / batch) * batch : Math.max(1, all);
}

function chunksOf<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, n) => items.slice(n * size, (n + 1) * size));
}

/** What is kept of a perturbed photograph, beside its original and its file. */
export function perturbedImage(
  original: HashedImage,
  file: string,
  { hash, changed, dssim, psnr, l2, linf }: Extract<PerturbedOutcome, { kind: 'perturbed' }>,
): PerturbedImage {
  return { original, file, hash, changed, visibility: { dssim, psnr, l2, linf } };
}

function changed({ id }: HashedImage, { name }: Making): Problem {
  const hint = 'Run again when nothing writes to it: what was computed is kept.';
  return { code: 'image-changed', message: `What ${name} is made of for ${id} changed while it was being read`, hint };
}
