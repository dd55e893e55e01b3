import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { ImageEntry, Perturbation, Perturbed } from '../../plugins/declare.js';
import { fail, ok, type Result } from '../../protocol/errors.js';
import { toPng } from '../images/png.js';
import { perturbedNames } from './perturbed-names.js';

/** Reading is all there is to do; more at once would only hold more photographs in memory. */
const BATCH = 16;

/** Perturbed photographs that are there already. */
export class Precomputed implements Perturbation {
  readonly batchSize = BATCH;
  readonly suffix = '_perturbed.png';

  constructor(
    private readonly folder: string,
    private readonly patterns: readonly string[],
  ) {}

  async perturb(batch: readonly ImageEntry[]): Promise<Result<readonly Perturbed[]>> {
    return ok(await Promise.all(batch.map((image) => this.perturbOne(image))));
  }

  /** A file that was replaced is another outcome. */
  async stampOf({ id }: ImageEntry): Promise<string> {
    const file = await this.find(id);
    if (!file) return 'missing';
    return createHash('sha256')
      .update(await readFile(file))
      .digest('hex');
  }

  async close(): Promise<void> {}

  private async perturbOne({ id }: ImageEntry): Promise<Perturbed> {
    const file = await this.find(id);
    if (!file) return { kind: 'failed', problem: this.missing(id) };
    const png = await toPng(await readFile(file));
    if (png.ok) return { kind: 'perturbed', png: png.value };
    return { kind: 'failed', problem: { ...png.problem, message: `${file}: ${png.problem.message}` } };
  }

  /** The first of the names under which there is a file; none leads out of the folder. */
  private async find(id: string): Promise<string | undefined> {
    for (const name of perturbedNames(id, this.patterns)) {
      const file = join(this.folder, name);
      if (relative(this.folder, file).split(sep)[0] === '..') continue;
      if ((await stat(file).catch(() => undefined))?.isFile()) return file;
    }
    return undefined;
  }

  private missing(id: string) {
    const tried = perturbedNames(id, this.patterns).join(', ');
    return fail('perturbed-missing', `${this.folder} has none of ${tried}`, { hint: 'Add it, or say `pattern:`.' })
      .problem;
  }
}
