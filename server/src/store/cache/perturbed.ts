import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { keyOf, sha256, writeAtomically } from '../files.js';
import type { FileTable } from './file-table.js';

const outcomeSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('perturbed'),
    /** SHA-256 of the PNG. */
    hash: z.string(),
    dssim: z.number().nullable(),
    linf: z.number(),
    seconds: z.number(),
  }),
  z.object({ kind: z.literal('no-face'), seconds: z.number() }),
]);

/** What became of one photograph under one perturbation, and how long that took. */
export type PerturbedOutcome = z.infer<typeof outcomeSchema>;
export type Measured = Omit<Extract<PerturbedOutcome, { kind: 'perturbed' }>, 'kind' | 'hash'>;

/**
 * One perturbation's photographs by content: a PNG and a record each, the record written last with the PNG's hash,
 * so that a photograph is there whole or not at all.
 */
export class PerturbedStore {
  constructor(
    readonly folder: string,
    private readonly files: FileTable,
  ) {}

  /** The name under which a photograph's outcome is kept: its content, and what else decided about it. */
  static nameOf(hash: string, stamp?: string): string {
    return stamp === undefined ? hash : keyOf([hash, stamp]);
  }

  fileOf(name: string): string {
    return join(this.folder, `${name}.png`);
  }

  /** The outcome, or undefined where there is none or its PNG is not what it was. */
  async find(name: string): Promise<PerturbedOutcome | undefined> {
    try {
      const outcome = outcomeSchema.parse(JSON.parse(await readFile(this.recordOf(name), 'utf8')));
      if (outcome.kind === 'no-face') return outcome;
      return (await this.files.hash(this.fileOf(name))) === outcome.hash ? outcome : undefined;
    } catch {
      return undefined;
    }
  }

  async keep(name: string, png: Uint8Array, measured: Measured): Promise<PerturbedOutcome> {
    const outcome = { kind: 'perturbed', hash: sha256(png), ...measured } as const;
    await writeAtomically(this.fileOf(name), png);
    await writeAtomically(this.recordOf(name), JSON.stringify(outcome));
    return outcome;
  }

  async keepFaceless(name: string, seconds: number): Promise<PerturbedOutcome> {
    const outcome = { kind: 'no-face', seconds } as const;
    await writeAtomically(this.recordOf(name), JSON.stringify(outcome));
    return outcome;
  }

  private recordOf(name: string): string {
    return join(this.folder, `${name}.json`);
  }
}
