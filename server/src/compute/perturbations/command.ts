import { lstat, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { ListedPhotograph, Perturbation, Perturbed, WorkContext } from '../../plugins/declare.js';
import { readUnchanged } from '../../plugins/images/read-unchanged.js';
import { fail, ok, type Problem, type Result } from '../../protocol/errors.js';
import { toPng } from '../images/png.js';
import { perturbedNames } from './perturbed-names.js';
import { runProgram } from './run-program.js';

export interface CommandOptions {
  /** The program and its arguments; `{input}` and `{output}` stand for the two folders. */
  readonly run: readonly string[];
  /** Names below the output folder, or the input folder for a tool that writes beside the photographs. */
  readonly patterns: readonly string[];
  readonly batch: number;
  /** In seconds, for a batch. */
  readonly timeout: number;
  /** How much a batch may write, for each photograph in it. */
  readonly megabytes: number;
}

/** An outside tool, run on folders of copies of the photographs. */
export class CommandPerturbation implements Perturbation {
  readonly batchSize: number;

  constructor(
    private readonly options: CommandOptions,
    private readonly folder: string,
    readonly suffix = '_perturbed.png',
  ) {
    this.batchSize = options.batch;
  }

  async perturb(batch: readonly ListedPhotograph[], { signal }: WorkContext): Promise<Result<readonly Perturbed[]>> {
    await mkdir(this.folder, { recursive: true });
    const work = new WorkFolder(await mkdtemp(join(this.folder, 'work-')));
    try {
      const names = await work.fill(batch);
      const ended = await this.run(work, signal, batch.length);
      return ended.ok ? await this.collect(work, names, ended.value) : ended;
    } finally {
      await rm(work.root, { recursive: true, force: true, maxRetries: 3 });
    }
  }

  async close(): Promise<void> {}

  private run(work: WorkFolder, signal: AbortSignal, photographs: number): Promise<Result<string>> {
    const { run, timeout, megabytes } = this.options;
    const command = run.map((word) => word.replaceAll('{input}', work.input).replaceAll('{output}', work.output));
    const limit = megabytes * photographs * 2 ** 20;
    const watch = () => work.within(limit, photographs);
    return runProgram(command, { cwd: work.root, timeoutSeconds: timeout, signal, watch });
  }

  private async collect(work: WorkFolder, names: readonly string[], tail: string): Promise<Result<Perturbed[]>> {
    const limit = this.options.megabytes * names.length * 2 ** 20;
    const within = await work.within(limit, names.length);
    if (!within.ok) return within;
    const found = await Promise.all(names.map((name) => work.find(name, this.options.patterns)));
    if (found.every((file) => file === undefined)) return wroteNothing(this.options, tail);
    return ok(await Promise.all(found.map((file, n) => outcomeOf(file, names[n]))));
  }
}

async function outcomeOf(file: string | undefined, name: string): Promise<Perturbed> {
  if (!file) return failed(fail('perturbed-missing', `The program wrote no perturbed version of ${name}`).problem);
  const png = await toPng(await readFile(file));
  return png.ok ? { kind: 'perturbed', png: png.value } : failed(png.problem);
}

function failed(problem: Problem): Perturbed {
  return { kind: 'failed', problem };
}

function wroteNothing({ run, patterns }: CommandOptions, tail: string): Result<never> {
  const words = tail.trim();
  const message = `${run[0]} ended well and wrote none of ${patterns.join(', ')}${words ? `. Its last words:\n${words}` : ''}`;
  return fail('command-wrote-nothing', message, { hint: 'Say by `pattern` how it names what it writes.' });
}

/** Copies of the photographs, which a tool may do to as it likes, and a place for what it makes of them. */
class WorkFolder {
  readonly input: string;
  readonly output: string;
  private copied = 0;

  constructor(readonly root: string) {
    this.input = join(root, 'input');
    this.output = join(root, 'output');
  }

  /** Copies the photographs under plain names, which no tool can stumble over, and gives the names. */
  async fill(batch: readonly ListedPhotograph[]): Promise<string[]> {
    await mkdir(this.input);
    await mkdir(this.output);
    const names = batch.map(({ id }, n) => `${String(n + 1).padStart(6, '0')}${extname(id).toLowerCase()}`);
    for (const [n, listed] of batch.entries()) await writeFile(join(this.input, names[n]), await readUnchanged(listed));
    this.copied = (await this.sizes()).reduce((sum, size) => sum + size, 0);
    return names;
  }

  /** Whether what was written has at most so many bytes, and a number of files that makes sense. */
  async within(bytes: number, photographs: number): Promise<Result<void>> {
    const sizes = await this.sizes();
    const written = sizes.reduce((sum, size) => sum + size, 0) - this.copied;
    if (written <= bytes && sizes.length <= 20 * photographs + 100) return ok(undefined);
    const message = `The program wrote ${(written / 2 ** 20).toFixed(0)} MB in ${sizes.length} files for ${photographs} photographs`;
    return fail('command-too-much', message, { hint: 'Raise `megabytes` if a perturbed photograph is that large.' });
  }

  /** The perturbed version of a photograph: a plain file, not a link to somewhere else. */
  async find(name: string, patterns: readonly string[]): Promise<string | undefined> {
    const names = perturbedNames(name, patterns);
    const beside = names.filter((candidate) => candidate !== name).map((candidate) => join(this.input, candidate));
    for (const file of [...names.map((candidate) => join(this.output, candidate)), ...beside]) {
      if ((await lstat(file).catch(() => undefined))?.isFile()) return file;
    }
    return undefined;
  }

  private async sizes(): Promise<number[]> {
    const entries = await readdir(this.root, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => !entry.isDirectory());
    return Promise.all(
      files.map(async ({ parentPath, name }) => {
        const found = await lstat(join(parentPath, name)).catch(() => undefined);
        return found?.size ?? 0;
      }),
    );
  }
}
