import * as z from 'zod';
import { readSealed, writeSealed } from '../../store/cache/sealed.js';
import { keyOf } from '../../store/files.js';

/** How fast this machine did a kind of work the last time, and how much memory the process had by then. */
const rateSchema = z.object({ perSecond: z.number().positive(), peakRssMb: z.number() });
const ratesSchema = z.record(z.string(), rateSchema);
const KEY = 'rates';
export type MeasuredRate = z.infer<typeof rateSchema>;

/** Rates measured by earlier runs: what estimates are made of. What was never measured is not there. */
export class MeasuredRates {
  private constructor(
    private readonly file: string,
    private readonly rates: Record<string, MeasuredRate>,
  ) {}

  /** `readOnly`: the file is left as it is. */
  static async open(file: string, { readOnly = false } = {}): Promise<MeasuredRates> {
    const { data: rates } = ratesSchema.safeParse(await readSealed(file, KEY));
    if (!readOnly && !rates) await writeSealed(file, KEY, {});
    return new MeasuredRates(file, rates ?? {});
  }

  get(kind: string): MeasuredRate | undefined {
    return this.rates[kind];
  }

  /** Writes down how long each of some kinds of work took; less than a millisecond counts as one. */
  async recordTimes(seconds: Readonly<Record<string, number>>): Promise<void> {
    const peakRssMb = Math.round(process.resourceUsage().maxRSS / 1024);
    for (const [kind, took] of Object.entries(seconds))
      this.rates[kind] = { perSecond: 1 / Math.max(took, 1e-3), peakRssMb };
    await writeSealed(this.file, KEY, this.rates);
  }

  /** Writes the rate down; of two runs that end at once the later one's file stays, which is as good. */
  async record(kind: string, perSecond: number): Promise<void> {
    const peakRssMb = Math.round(process.resourceUsage().maxRSS / 1024);
    this.rates[kind] = { perSecond, peakRssMb };
    await writeSealed(this.file, KEY, this.rates);
  }
}

/** The name under which a model's speed, in images a second, is written down. */
export function embedRate(modelKey: string): string {
  return `embed/${modelKey}`;
}

/** The name under which it is written down how many times a second a stage of an experiment file is done: what it took. */
export function stageRate(file: string, stage: string): string {
  return `stage/${stage}/${keyOf(file)}`;
}

/** The name under which it is written down how many photographs a second a judge is asked about, its threshold included. */
export function transferRate(modelKey: string): string {
  return `transfer/${modelKey}`;
}

/**
 * The name under which it is written down how many pairs a second are compared, vectors read and figures found; `how`: by
 * matrix products, one by one, or as a file names them.
 */
export function pairsRate(how: 'products' | 'walks' | 'named', dimension: number): string {
  return `pairs/${how}/${dimension}`;
}

/** The name under which it is written down how many pairs a second shards of exact searches compared, reading included. */
export function searchRate(dimension: number): string {
  return `search/${dimension}`;
}

/** The name under which a perturbation's speed, in photographs a second, is written down. */
export function perturbRate(perturbationKey: string): string {
  return `perturb/${perturbationKey}`;
}
