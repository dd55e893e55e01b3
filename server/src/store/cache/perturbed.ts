import { basename, join } from 'node:path';
import * as z from 'zod';
import { keyOf, sha256, writeOver } from '../files.js';
import { hashPlain, UnfitFile } from '../plain-file.js';
import { sayDamaged } from './damage.js';
import { readSealed, writeSealed } from './sealed.js';

const outcomeSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('perturbed'),
    /** SHA-256 of the PNG. */
    hash: z.string(),
    ...{ dssim: z.number().nullable(), psnr: z.number().nullable(), l2: z.number(), linf: z.number() },
    /** Whether any pixel of the photograph is another. */
    changed: z.boolean(),
    seconds: z.number(),
  }),
  z.object({ kind: z.literal('no-face'), seconds: z.number() }),
]);

/** What became of one photograph under one perturbation, and how long that took. */
export type PerturbedOutcome = z.infer<typeof outcomeSchema>;
export type Measured = Omit<Extract<PerturbedOutcome, { kind: 'perturbed' }>, 'kind' | 'hash'>;

/**
 * One perturbation's photographs by content: a PNG and a record each, the record written last with the PNG's hash and
 * a checksum of its own, so that a photograph is there whole or not at all.
 */
export class PerturbedStore {
  constructor(readonly folder: string) {}

  /** The name under which a photograph's outcome is kept: its content, and what else decided about it. */
  static nameOf(hash: string, stamp?: string): string {
    return stamp === undefined ? hash : keyOf([hash, stamp]);
  }

  fileOf(name: string): string {
    return join(this.folder, `${name}.png`);
  }

  /** The outcome; undefined where there is none or, which is said, it or its PNG is not what it was. */
  async find(name: string): Promise<PerturbedOutcome | undefined> {
    const outcome = await this.look(name);
    if (outcome?.kind !== 'perturbed' || (await this.isSound(name, outcome.hash))) return outcome;
    sayDamaged(this.fileOf(name));
    return undefined;
  }

  /** The outcome as it is written down, whatever became of the PNG: for plans, which read no photograph. */
  async look(name: string): Promise<PerturbedOutcome | undefined> {
    return outcomeSchema.safeParse(await readSealed(this.recordOf(name), this.keyOf(name))).data;
  }

  async keep(name: string, png: Uint8Array, measured: Measured): Promise<PerturbedOutcome> {
    const outcome = { kind: 'perturbed', hash: sha256(png), ...measured } as const;
    await writeOver(this.fileOf(name), png);
    await writeSealed(this.recordOf(name), this.keyOf(name), outcome);
    return outcome;
  }

  async keepFaceless(name: string, seconds: number): Promise<PerturbedOutcome> {
    const outcome = { kind: 'no-face', seconds } as const;
    await writeSealed(this.recordOf(name), this.keyOf(name), outcome);
    return outcome;
  }

  private async isSound(name: string, hash: string): Promise<boolean> {
    try {
      return (await hashPlain(this.fileOf(name))) === hash;
    } catch (error) {
      if (error instanceof UnfitFile) return false;
      throw error;
    }
  }

  private keyOf(name: string): string {
    return `${basename(this.folder)}/${name}`;
  }

  private recordOf(name: string): string {
    return join(this.folder, `${name}.json`);
  }
}
