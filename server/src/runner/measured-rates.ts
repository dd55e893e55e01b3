import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { writeAtomically } from '../store/files.js';

/** How fast this machine did a kind of work the last time, and how much memory the process had by then. */
const rateSchema = z.object({ perSecond: z.number().positive(), peakRssMb: z.number() });
const ratesSchema = z.record(z.string(), rateSchema);
export type MeasuredRate = z.infer<typeof rateSchema>;

/** Rates measured by earlier runs: what estimates are made of. What was never measured is not there. */
export class MeasuredRates {
  private constructor(
    private readonly file: string,
    private readonly rates: Record<string, MeasuredRate>,
  ) {}

  static async open(file: string): Promise<MeasuredRates> {
    const text = await readFile(file, 'utf8').catch(() => '{}');
    return new MeasuredRates(file, ratesSchema.safeParse(parse(text)).data ?? {});
  }

  get(kind: string): MeasuredRate | undefined {
    return this.rates[kind];
  }

  /** Writes the rate down; of two runs that end at once the later one's file stays, which is as good. */
  async record(kind: string, perSecond: number): Promise<void> {
    const peakRssMb = Math.round(process.resourceUsage().maxRSS / 1024);
    this.rates[kind] = { perSecond, peakRssMb };
    await writeAtomically(this.file, JSON.stringify(this.rates, null, 2));
  }
}

/** The name under which a model's speed, in images a second, is written down. */
export function embedRate(modelKey: string): string {
  return `embed/${modelKey}`;
}

/** The name under which a perturbation's speed, in photographs a second, is written down. */
export function perturbRate(perturbationKey: string): string {
  return `perturb/${perturbationKey}`;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
