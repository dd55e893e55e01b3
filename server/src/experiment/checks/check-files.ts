import { basename, dirname, isAbsolute, join, relative, sep } from 'node:path';
import * as z from 'zod';
import type { Plugin, UnfitFiles } from '../../plugins/declare.js';
import { type Files, filesOnDisk } from '../../plugins/files.js';
import { noSurrogate } from '../../plugins/inspection/no-surrogate.js';
import { type PathKind, pathKindOf } from '../../plugins/params.js';
import { canonicalJson } from '../../protocol/canonical-json.js';
import type { Problem } from '../../protocol/errors.js';
import { formatPath } from '../../protocol/figure-path.js';
import { fieldOf } from '../../protocol/results/schema-walk.js';
import { stages } from '../../stages/all.js';
import type { Stage } from '../../stages/declare.js';
import type { ExperimentSpec } from '../../stages/spec.js';
import { foldDiagnostics } from '../matrix/variants.js';
import { type PlacedUse, pluginOf, usesOf } from '../plugin-uses.js';
import type { ReadExperiment } from '../read.js';
import { metaOf, unwrapped } from '../schema/schema-facts.js';
import type { Range, SpecPath } from '../syntax/tree.js';
import type { Diagnostic } from './diagnostics.js';
import { didYouMean, nearest } from './did-you-mean.js';

/**
 * Checks that the files and folders which an experiment names are there, and are what its plugins read. Parts of a
 * file are checked, too, where others are faulty.
 */
export async function checkFiles(
  read: ReadExperiment,
  plugins: readonly Plugin[],
  files: Files = filesOnDisk,
): Promise<Diagnostic[]> {
  const inspected: Inspected = new Map();
  if (!read.matrix) return checkOne(read, plugins, files, inspected);
  const variants = read.matrix.variants.map(async (variant) => {
    return { ...variant, found: await checkOne(variant, plugins, files, inspected) };
  });
  return foldDiagnostics(await Promise.all(variants));
}

/** An experiment, or one of its variants. */
type Checked = Pick<ReadExperiment, 'draft' | 'diagnostics' | 'rangeOf' | 'valueAt'>;

/** What plugins said of their parameters: variants share most of them. */
type Inspected = Map<string, ReturnType<NonNullable<Plugin['inspect']>>>;

async function checkOne(
  read: Checked,
  plugins: readonly Plugin[],
  files: Files,
  inspected: Inspected,
): Promise<Diagnostic[]> {
  const faulty = placesWithErrors(read);
  const uses = usesOf(read.draft, plugins).filter(({ at }) => !faulty.has(placeOf(at)));
  const ofStages = pathsOfStages(read).filter(({ at }) => !faulty.has(placeOf(at)));
  const beside = usesBeside(read, plugins).filter(({ at }) => !faulty.has(placeOf(at)));
  const found = (
    await Promise.all([
      ...uses.map((placed) => checkUse(read, placed, { plugins, files, inspected })),
      ...ofStages.map(async (path) => (await checkPath(read, path, files)) ?? []),
      ...beside.map((keys) => checkBeside(read, keys, files)),
    ])
  ).flat();
  return found.filter(({ range }) => !read.diagnostics.some((other) => isWithin(other, range)));
}

/** Of what cannot be read as it stands, the disk has nothing to say. */
function isWithin({ severity, range: { start, end } }: Diagnostic, range: Range): boolean {
  return severity === 'error' && start.offset <= range.start.offset && range.end.offset <= end.offset;
}

/** A plugin's own inspection has nothing to say of files that are not there. */
async function checkUse(
  read: Checked,
  placed: PlacedUse,
  { plugins, files, inspected }: { plugins: readonly Plugin[]; files: Files; inspected: Inspected },
) {
  const plugin = pluginOf(placed, plugins);
  if (!plugin) return [];
  const checked = await Promise.all(pathsOf(plugin, placed).map((path) => checkPath(read, path, files)));
  const missing = checked.filter((diagnostic) => diagnostic !== undefined);
  if (missing.length > 0) return missing;
  const weights = plugin.modelFiles?.(placed.use.params);
  if (weights && !weights.ok) return [unfetched(read, placed.at, weights.problem)];
  const key = canonicalJson([placed.family, placed.use]);
  const inspection = inspected.get(key) ?? plugin.inspect?.(placed.use.params, files);
  if (inspection) inspected.set(key, inspection);
  const problems = (await inspection) ?? [];
  const asSurrogate =
    problems.length === 0 && isFollowed(read, placed, plugins) ? await problemsAsSurrogate(plugin, placed) : [];
  return [...problems, ...asSurrogate].map((problem) => unfit(read, placed.at, problem));
}

/** What stands beside a plugin's parameters, in its block. */
interface KeysBeside {
  readonly keys: Readonly<Record<string, unknown>>;
  readonly schema: z.ZodObject;
  readonly inspect: NonNullable<Stage['beside']>['inspect'];
  readonly at: SpecPath;
}

/** Of every plugin what stands beside its parameters; what it declares itself is checked as its own. */
function usesBeside({ draft }: Pick<ReadExperiment, 'draft'>, plugins: readonly Plugin[]): KeysBeside[] {
  return usesOf(draft, plugins).flatMap((placed) => {
    const { beside } =
      stages.find((stage) => stage.key === placed.at[0] && stage.beside?.family === placed.family) ?? {};
    if (!beside) return [];
    const own = pluginOf(placed, plugins)?.params;
    const isOwn = (key: string) => own instanceof z.ZodObject && key in own.shape;
    const keys = Object.fromEntries(
      Object.entries(placed.use).filter(([key]) => key in beside.keys.shape && !isOwn(key)),
    );
    return [{ keys, schema: beside.keys, inspect: beside.inspect, at: placed.at }];
  });
}

async function checkBeside(read: Checked, { keys, schema, inspect, at }: KeysBeside, files: Files) {
  const paths = pathsBelow(schema, keys, at);
  const missing = (await Promise.all(paths.map((path) => checkPath(read, path, files)))).filter(
    (diagnostic) => diagnostic !== undefined,
  );
  if (missing.length > 0) return missing;
  const problems = (await inspect?.(keys)) ?? [];
  return problems.map((problem) => unfit(read, at, problem));
}

/** Whether a model is one whose gradient a perturbation follows, and not only says that it was made against. */
function isFollowed(read: Checked, { family, at }: PlacedUse, plugins: readonly Plugin[]): boolean {
  if (family !== 'model' || at[0] !== 'poison') return false;
  const written = read.valueAt(at.slice(0, 2));
  const use = typeof written === 'string' ? written : fieldOf(written, 'use');
  const perturbation = plugins.find((plugin) => plugin.family === 'perturbation' && plugin.name === use);
  return perturbation?.surrogates !== 'declared';
}

async function problemsAsSurrogate(plugin: Plugin, { use }: PlacedUse): Promise<readonly UnfitFiles[]> {
  if (plugin.surrogate) return (await plugin.inspectSurrogate?.(use.params)) ?? [];
  return [noSurrogate(use.use).problem];
}

/** Where something is wrong already, with all that is around it: a path may hold a variable that is not set. */
function placesWithErrors({ diagnostics }: Checked): ReadonlySet<string> {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  return new Set(errors.flatMap(({ path }) => path.map((_, n) => placeOf(path.slice(0, n + 1)))));
}

function placeOf(path: SpecPath): string {
  return JSON.stringify(path.map(String));
}

/** A warning: the experiment may be in order on another machine. */
function unfetched(read: Checked, path: SpecPath, { message, hint, remedy }: Problem): Diagnostic {
  return { code: 'weights-missing', severity: 'warning', path, message, hint, remedy, range: read.rangeOf(path) };
}

function unfit(
  read: Checked,
  at: SpecPath,
  { message, hint, specPath = [], valid = [], write, severity = 'error' }: UnfitFiles,
): Diagnostic {
  const path = [...at, ...specPath];
  const written = read.valueAt(path);
  // A default is not there to be corrected.
  const near = written === undefined ? undefined : nearest(String(written), valid);
  const suggestion = write ?? near;
  const said = message + didYouMean(near);
  return { code: 'files-unfit', severity, path, message: said, hint, suggestion, range: read.rangeOf(path) };
}

/** Absolute paths of everything that an experiment, or a variant of it, names on disk. */
export function pathsNamed({ draft, matrix }: ReadExperiment, plugins: readonly Plugin[]): string[] {
  const drafts = matrix ? matrix.variants.map((variant) => variant.draft) : [draft];
  return [...new Set(drafts.flatMap((one) => pathsIn(one, plugins).map(({ path }) => path)))];
}

/** Files that are read as they are, lists and tables of images, by the path of the key that names each: no models, no images. */
export function listsNamed(spec: ExperimentSpec, plugins: readonly Plugin[]): ReadonlyMap<string, string> {
  const lists = pathsIn(spec, plugins).filter(({ kind }) => kind === 'file');
  return new Map(lists.map(({ at, path }) => [formatPath(at.map(String)), path]));
}

function pathsIn(draft: Partial<ExperimentSpec>, plugins: readonly Plugin[]): NamedPath[] {
  const ofPlugins = usesOf(draft, plugins).flatMap((placed) => {
    const plugin = pluginOf(placed, plugins);
    return plugin ? pathsOf(plugin, placed) : [];
  });
  const beside = usesBeside({ draft }, plugins).flatMap(({ schema, keys, at }) => pathsBelow(schema, keys, at));
  return [...ofPlugins, ...pathsOfStages({ draft }), ...beside];
}

interface NamedPath {
  readonly kind: PathKind;
  readonly path: string;
  readonly at: SpecPath;
}

function pathsOf({ params }: Plugin, { use, at }: PlacedUse): NamedPath[] {
  return Object.entries(use.params).flatMap(([key, value]) => {
    const kind = pathKindOf(params, key);
    return kind && typeof value === 'string' ? [{ kind, path: value, at: [...at, key] }] : [];
  });
}

/** Paths that stages name themselves, as `attributes.truth`. */
function pathsOfStages({ draft }: Pick<ReadExperiment, 'draft'>): NamedPath[] {
  return stages.flatMap(({ key, params }) => {
    const section = draft[key];
    if (typeof section !== 'object' || Array.isArray(section) || metaOf(params).plugin) return [];
    return pathsBelow(params, section, [key]);
  });
}

function pathsBelow(schema: z.core.$ZodType, value: unknown, at: SpecPath): NamedPath[] {
  const inner = unwrapped(schema);
  if (inner instanceof z.ZodUnion) {
    const taken = inner.options.find((option) => (option as z.ZodType).safeParse(value).success);
    return taken ? pathsBelow(taken, value, at) : [];
  }
  if (!(inner instanceof z.ZodObject) || typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, below]): NamedPath[] => {
    const kind = pathKindOf(inner, name);
    if (kind && typeof below === 'string') return [{ kind, path: below, at: [...at, name] }];
    const declared = (inner.shape as z.core.$ZodShape)[name];
    return declared && typeof below === 'object' ? pathsBelow(declared, below, [...at, name]) : [];
  });
}

async function checkPath(read: Checked, { kind, path, at }: NamedPath, files: Files): Promise<Diagnostic | undefined> {
  const found = await files.kindOf(path);
  const wanted = { folder: ['folder'], weights: ['file', 'folder'], file: ['file'], model: ['file'] }[kind];
  if (found && wanted.includes(found)) return undefined;
  const what = { folder: kind, weights: 'model file or folder', file: kind, model: 'model file' }[kind];
  const range = read.rangeOf(at);
  const written = read.valueAt(at);
  const said = { code: 'path-missing', severity: 'error', path: at, range } as const;
  if (found || typeof written !== 'string') return { ...said, message: `${path} is not a ${what}` };
  const unquoted = /^[“”„«»‘’‚](.*)[“”„«»‘’‚]$/.exec(written)?.[1];
  if (unquoted !== undefined) {
    const { start, end } = range;
    const changes = [{ start: start.offset, end: end.offset, text: `"${unquoted}"` }];
    const message = `Typographic quotes are a part of the path: write "${unquoted}"`;
    return { ...said, message, repair: { title: `Write "${unquoted}"`, changes } };
  }
  const suggestion = await nearestPath(written, path, files);
  const hint = isAbsolute(written) || /^[~$]/.test(written) ? undefined : 'Paths are relative to the experiment file.';
  return { ...said, message: `There is no ${what} ${path}${didYouMean(suggestion)}`, hint, suggestion };
}

/** The path with the first of its names that is not there as the nearest that is, where all of that is there. */
async function nearestPath(written: string, path: string, files: Files): Promise<string | undefined> {
  const missing = await firstMissing(path, files);
  const entries = await files.list(dirname(missing));
  const meant = nearest(
    basename(missing),
    entries.map(({ name }) => name),
  );
  const rest = relative(missing, path);
  if (meant === undefined || !(await files.kindOf(join(dirname(missing), meant, rest)))) return undefined;
  const depth = rest === '' ? 0 : rest.split(sep).length;
  const parts = written.split('/');
  // Behind a variable that stands for several names there is nothing to put another name for.
  const at = parts.length - 1 - depth - (parts.at(-1) === '' ? 1 : 0);
  return parts[at] === basename(missing) ? parts.with(at, meant).join('/') : undefined;
}

async function firstMissing(path: string, files: Files): Promise<string> {
  const parent = dirname(path);
  return parent === path || (await files.kindOf(parent)) ? path : firstMissing(parent, files);
}
