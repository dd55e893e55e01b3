import { createHash } from 'node:crypto';
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import type { ImageEntry, Perturbation, Perturbed } from '../../plugins/declare.js';
import { fail, ok, type Problem, type Result } from '../../protocol/errors.js';
import { isImageName } from '../../protocol/images/image-endings.js';
import { toPng } from '../images/png.js';
import { fittingPattern, perturbedNames } from './perturbed-names.js';

/** Reading is all there is to do; more at once would only hold more photographs in memory. */
const BATCH = 16;
/** So many names of the folder are compared with the photographs', to say which pattern fits. */
const MOST_COMPARED = 5000;

/** Perturbed photographs that are there already. */
export class Precomputed implements Perturbation {
  readonly batchSize = BATCH;
  readonly suffix = '_perturbed.png';
  private images: readonly ImageEntry[] = [];
  /** The photographs themselves, by their real paths: none is a perturbed version of another, or of itself. */
  private originals: ReadonlySet<string> = new Set();
  /** Files that would be the version of several photographs, with the ids of these. */
  private shared: ReadonlyMap<string, readonly string[]> = new Map();
  /** Whether copies of photographs under their own names are taken for versions: only where there is nothing else. */
  private takesCopies = false;

  constructor(
    private readonly folder: string,
    private readonly patterns: readonly string[],
  ) {}

  async expect(images: readonly (ImageEntry & { readonly hash: string })[]): Promise<void> {
    this.images = images;
    this.originals = new Set(await Promise.all(images.map(({ file }) => real(file))));
    const found = await Promise.all(images.map((image) => this.find(image)));
    this.takesCopies = found.every((file) => file === undefined);
    const claims = new Map<string, { ids: string[]; contents: Set<string> }>();
    for (const image of images) {
      const file = await this.find(image);
      if (!file) continue;
      const claim = claims.get(file) ?? { ids: [], contents: new Set() };
      claims.set(file, claim);
      claim.ids.push(image.id);
      claim.contents.add(image.hash);
    }
    this.shared = new Map([...claims].flatMap(([file, { ids, contents }]) => (contents.size > 1 ? [[file, ids]] : [])));
  }

  async perturb(batch: readonly ImageEntry[]): Promise<Result<readonly Perturbed[]>> {
    return ok(await Promise.all(batch.map((image) => this.perturbOne(image))));
  }

  /** A file that was replaced is another outcome. */
  async stampOf(image: ImageEntry): Promise<string> {
    const file = await this.find(image);
    if (!file) return 'missing';
    if (this.shared.has(file)) return 'shared';
    return createHash('sha256')
      .update(await readFile(file))
      .digest('hex');
  }

  async advice(): Promise<string | undefined> {
    const ids = this.images.map(({ id }) => id);
    const tried = new Set(ids.flatMap((id) => perturbedNames(id, this.patterns)));
    const all = await this.names();
    if (all.length === 0) return 'It holds no image';
    const names = all.filter((name) => !tried.has(name));
    if (names.length === 0) return undefined;
    const fitting = fittingPattern(names, ids);
    if (fitting) return `It has ${fitting.example}, which \`pattern: "${fitting.pattern}"\` fits`;
    return `It has ${names[0]}, which begins like none of the photographs`;
  }

  async close(): Promise<void> {}

  private async perturbOne(image: ImageEntry): Promise<Perturbed> {
    const file = await this.find(image);
    if (!file) return { kind: 'failed', problem: this.missing(image.id) };
    const ids = this.shared.get(file);
    if (ids) return { kind: 'failed', problem: ambiguous(file, ids) };
    const png = await toPng(await readFile(file));
    if (png.ok) return { kind: 'perturbed', png: png.value };
    return { kind: 'failed', problem: { ...png.problem, message: `${file}: ${png.problem.message}` } };
  }

  /**
   * The first of the names under which there is a file; none leads out of the folder. A photograph is no version of
   * itself: neither its own file, nor a copy of it under its own name among versions, where tools leave originals.
   */
  private async find({ id, file: original }: ImageEntry): Promise<string | undefined> {
    for (const name of perturbedNames(id, this.patterns)) {
      const file = join(this.folder, name);
      if (relative(this.folder, file).split(sep)[0] === '..') continue;
      if (!(await stat(file).catch(() => undefined))?.isFile()) continue;
      if (this.originals.has(await real(file)) || (await real(file)) === (await real(original))) continue;
      if (!this.takesCopies && basename(file) === basename(original) && (await haveOneContent(file, original)))
        continue;
      return file;
    }
    return undefined;
  }

  private missing(id: string): Problem {
    const tried = perturbedNames(id, this.patterns).join(', ');
    const hint = 'Add it, or say `pattern:`. The photograph itself is no perturbed version of it.';
    return fail('perturbed-missing', `${this.folder} has none of ${tried}`, { hint }).problem;
  }

  /** Images of the folder, as paths below it. */
  private async names(): Promise<string[]> {
    const entries = await readdir(this.folder, { recursive: true, withFileTypes: true }).catch(() => []);
    return entries
      .filter((entry) => entry.isFile() && isImageName(entry.name))
      .map(({ parentPath, name }) => relative(this.folder, join(parentPath, name)).split(sep).join('/'))
      .sort()
      .slice(0, MOST_COMPARED);
  }
}

function ambiguous(file: string, ids: readonly string[]): Problem {
  const message = `${file} would be the perturbed version of ${ids.slice(0, 3).join(', ')}, which are different photographs`;
  const hint = 'Use `{stem}` or `{id}` in `pattern`, and keep the photographs’ folders.';
  return fail('perturbed-ambiguous', message, { hint }).problem;
}

function real(file: string): Promise<string> {
  return realpath(file).catch(() => file);
}

async function haveOneContent(a: string, b: string): Promise<boolean> {
  const [sizeA, sizeB] = await Promise.all(
    [a, b].map((file) =>
      stat(file).then(
        ({ size }) => size,
        () => -1,
      ),
    ),
  );
  if (sizeA !== sizeB) return false;
  const [first, second] = await Promise.all([readFile(a), readFile(b)]);
  return first.equals(second);
}
