import * as z from 'zod';
import type { Family, Plugin } from '../plugins/declare.js';
import type { ExperimentSpec, PluginUse } from '../stages/spec.js';
import type { Diagnostic } from './checks/diagnostics.js';
import { entriesOf } from './entries.js';
import { readMatrix } from './matrix/read-matrix.js';
import { foldDiagnostics, type ReadMatrix, readVariants } from './matrix/variants.js';
import { Memory } from './memory.js';
import { applyOverride } from './overrides.js';
import { isRecord } from './plugin-use.js';
import { readSections, readUse } from './read-sections.js';
import { Reading } from './reader.js';
import { plainRepair } from './repairs.js';
import { experimentSchema, FORMAT_VERSION, MATRIX, type RawExperiment } from './schema/experiment-schema.js';
import { unwrapped } from './schema/schema-facts.js';
import { schemaPlaceAt } from './schema/schema-place.js';
import { type Disable, disablesIn } from './syntax/disable-comments.js';
import { valueProblem } from './syntax/syntax-problems.js';
import type { TextChange } from './syntax/text-change.js';
import { LARGEST_TEXT, type Range, type SpecPath, SpecTree } from './syntax/tree.js';
import type { Variables } from './variables.js';

export interface ReadOptions extends Variables {
  readonly plugins: readonly Plugin[];
  /** `key.path=value` settings that override the text. */
  readonly overrides?: readonly string[];
  /** The text's, where that is parsed already. */
  readonly tree?: SpecTree;
  /** An earlier version of the text, without overrides: what has not changed is neither parsed nor read again. */
  readonly earlier?: Partial<Pick<ReadExperiment, 'tree' | 'memory'>>;
}

/** An experiment file as it was read. */
export interface ReadExperiment {
  /** Absent where a diagnostic is an error. Of a file with a matrix, its first variant. */
  readonly spec?: ExperimentSpec;
  /** The variants of a file with a matrix: those of its sound axes. */
  readonly matrix?: ReadMatrix;
  /** What could be read: all of a sound file, of a faulty one its sound parts, as if plain slips were put right. */
  readonly draft: Partial<ExperimentSpec>;
  /** All of them; comments silence some where they are shown. */
  readonly diagnostics: readonly Diagnostic[];
  /** What comments of the file silence. */
  readonly disables: readonly Disable[];
  /** The file's YAML, as far as it could be read; empty of a file that is too large. */
  readonly tree: SpecTree;
  /** For the next version of the text. */
  readonly memory: Memory;
  /** Where a value of the draft stands in the text; of one that is not written, what is around it. */
  rangeOf(path: SpecPath): Range;
  keyRangeOf(path: SpecPath): Range;
  /** The plain value that is written for one of the draft's. */
  valueAt(path: SpecPath): unknown;
}

/** What is put right may bring to light what could not be seen before. */
const MOST_ROUNDS = 4;
/** In a file with more errors nobody knows what was meant. */
const MOST_ERRORS = 100;

/** An experiment file's YAML, empty of a text that is too large. What an earlier version shares with it is not parsed again. */
export function parseExperiment(text: string, earlier?: SpecTree): SpecTree {
  return SpecTree.parse(text.length > LARGEST_TEXT ? '' : text, earlier);
}

/** Reads an experiment file's text. Whatever is wrong is a diagnostic; nothing is thrown, and no file is read. */
export function readExperiment(text: string, options: ReadOptions): ReadExperiment {
  const tooLarge = text.length > LARGEST_TEXT;
  const tree = options.tree ?? parseExperiment(text, options.earlier?.tree);
  const memory = Memory.after(options.earlier?.memory, options);
  const { diagnostics, spec, matrix, read } = tooLarge ? refuse(tree, text) : readTree(tree, { ...options, memory });
  return {
    spec: diagnostics.some(({ severity }) => severity === 'error') ? undefined : spec,
    matrix,
    draft: spec ?? {},
    diagnostics,
    disables: tooLarge ? [] : disablesIn(text, (start, end) => tree.range(start, end)),
    tree,
    memory,
    rangeOf: (path) => read.rangeOf(path),
    keyRangeOf: (path) => read.keyRangeOf(path),
    valueAt: (path) => read.valueAt(path),
  };
}

/**
 * The plugin that a section, or an entry of one, is, read by itself. Undefined where something is wrong with it, or where it
 * may be another by what the rest of the file says: `readExperiment` knows it then.
 */
export function readUseAlone(
  tree: SpecTree,
  { family, path }: { readonly family: Family; readonly path: SpecPath },
  options: ReadOptions,
): PluginUse | undefined {
  if (tree.isBroken || tree.nodeAt([MATRIX]) !== undefined) return undefined;
  const reading = new Reading(tree, options.plugins, options, Memory.after(undefined, options));
  const use = readUse(reading, family, tree.valueAt(path), path);
  return reading.diagnostics.length === 0 ? use : undefined;
}

interface ReadingOptions extends ReadOptions {
  readonly memory: Memory;
}

interface Outcome {
  readonly diagnostics: readonly Diagnostic[];
  readonly spec?: ExperimentSpec;
  readonly matrix?: ReadMatrix;
  /** What was read: the tree in which plain slips are put right. */
  readonly read: SpecTree;
}

function refuse(read: SpecTree, text: string): Outcome {
  const message = `The file has ${text.length} characters; an experiment has ${LARGEST_TEXT} at the most`;
  return {
    read,
    diagnostics: [{ code: 'file-too-large', severity: 'error', path: [], message, range: read.rangeOf([]) }],
  };
}

/** A slip is told once: what follows from it is not seen where it is put right, and all else is. */
function readTree(tree: SpecTree, options: ReadingOptions): Outcome {
  const told: Diagnostic[] = tree.problems.map(({ message, range, repair }) => {
    return { code: 'yaml-syntax', severity: 'error', path: [], message, range, repair };
  });
  let read = tree.repaired;
  if (!read) return { diagnostics: told, read: tree };
  for (let round = 1; ; round += 1) {
    const { diagnostics, spec, matrix } = readOnce(read, options);
    const slips = round < MOST_ROUNDS ? slipsIn(diagnostics, read, options.plugins) : [];
    if (slips.length === 0) return { diagnostics: [...told, ...unlike(told, diagnostics)], spec, matrix, read };
    told.push(
      ...unlike(
        told,
        slips.flatMap(({ shown }) => shown ?? []),
      ),
    );
    const changes = slips.flatMap((slip) => slip.changes).sort((a, b) => a.start - b.start);
    read = read.after(changes, { anew: options.overrides !== undefined });
  }
}

function unlike(told: readonly Diagnostic[], diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const isTold = ({ range: { start, end } }: Diagnostic) =>
    told.some(({ range }) => range.start.offset === start.offset && range.end.offset === end.offset);
  return diagnostics.filter((diagnostic) => !isTold(diagnostic));
}

interface PlainSlip {
  readonly changes: readonly TextChange[];
  /** Absent of a part of another. */
  readonly shown?: Diagnostic;
}

/** What is plainly meant otherwise, but for repairs that touch what another one does. */
function slipsIn(diagnostics: readonly Diagnostic[], tree: SpecTree, plugins: readonly Plugin[]): PlainSlip[] {
  const taken: TextChange[] = [];
  if (diagnostics.length > MOST_ERRORS) return [];
  return diagnostics.flatMap((diagnostic): PlainSlip[] => {
    const repair =
      diagnostic.severity === 'error' && !isOfVariants(diagnostic) ? plainRepair(diagnostic, tree, plugins) : undefined;
    if (!repair) return [];
    const { title, changes, safe, isPartOfAnother, code = diagnostic.code, message = diagnostic.message } = repair;
    const overlaps = changes.some((one) => taken.some((other) => one.start <= other.end && other.start <= one.end));
    if (overlaps || (changes.length === 0 && !isPartOfAnother)) return [];
    taken.push(...changes);
    const shown = { ...diagnostic, code, message, repair: tree.repairBefore({ title, changes, safe }) };
    return [{ changes, shown: isPartOfAnother ? undefined : shown }];
  });
}

/** A slip in what a key path leads to is not put right where the file has that path. */
function isOfVariants({ path: [section], code }: Diagnostic): boolean {
  return section === MATRIX && code !== 'wrong-type';
}

/** One reading of a tree; what `--set` sets is set in it, and its faults are told as its own. */
function readOnce(tree: SpecTree, options: ReadingOptions): Omit<Outcome, 'read'> {
  const reading = new Reading(tree, options.plugins, options, options.memory);
  const set = (options.overrides ?? []).flatMap((override) => {
    const applied = applyOverride(tree.document, override);
    if (!applied.ok) reading.error('set-invalid', [], applied.problem.message);
    return applied.ok ? { override, path: applied.value } : [];
  });
  const { spec, matrix, diagnostics } = readWhole(reading, options, set);
  return { spec, matrix, diagnostics: set.length > 0 ? diagnostics.map((one) => ofOverride(one, set)) : diagnostics };
}

/** A file with a matrix is read a variant each: by itself it need not be whole. */
function readWhole(
  reading: Reading,
  options: ReadingOptions,
  set: readonly { readonly path: SpecPath }[],
): Omit<Outcome, 'read'> {
  const matrix = readMatrix(
    reading,
    set.map(({ path }) => path),
  );
  if (!matrix) return { spec: readExperimentOf(reading, options), diagnostics: reading.diagnostics };
  const variants = readVariants(reading, matrix.combinations, (variant) => {
    const own = new Reading(variant, options.plugins, options, options.memory);
    const spec = readExperimentOf(own, options);
    return { spec, diagnostics: own.diagnostics };
  });
  const found = foldDiagnostics(variants.map((variant) => ({ ...variant, found: variant.diagnostics })));
  const spec = variants.find((variant) => variant.spec)?.spec ?? (variants[0]?.draft as ExperimentSpec | undefined);
  return { spec, matrix: { axes: matrix.axes, variants }, diagnostics: [...reading.diagnostics, ...found] };
}

function readExperimentOf(reading: Reading, { file }: ReadOptions): ExperimentSpec | undefined {
  const raw = readRaw(reading);
  return raw && readSections(reading, raw, file);
}

/** A fault in what the command line sets is the command line's: no place of the file has it. */
function ofOverride(diagnostic: Diagnostic, set: readonly { override: string; path: SpecPath }[]): Diagnostic {
  if (diagnostic.code === 'set-invalid') return diagnostic;
  const isWithin = (path: SpecPath, around: SpecPath) => around.every((part, n) => String(path[n]) === String(part));
  const { path } = diagnostic;
  const found = set.findLast(
    (one) => isWithin(path, one.path) || (diagnostic.code === 'unknown-key' && isWithin(one.path, path)),
  );
  if (!found) return diagnostic;
  return { ...diagnostic, message: `--set ${found.override}: ${diagnostic.message}` };
}

function readRaw(reading: Reading): RawExperiment | undefined {
  const value = plainValue(reading);
  if (value === undefined) return undefined;
  if (!isRecord(value)) {
    reading.error('wrong-type', [], 'An experiment is a block of keys: name, dataset, embed, …');
    return undefined;
  }
  refuseProto(reading);
  if (typeof value.version === 'number' && value.version !== FORMAT_VERSION) {
    const message = `This version reads format ${FORMAT_VERSION}, not ${value.version}`;
    reading.error('unsupported-version', ['version'], message);
    return undefined;
  }
  return reading.parse(experimentSchema, value, []) ?? soundPart(value);
}

/** JavaScript and its libraries lose a key of this name. */
const PROTO = '__proto__';

function refuseProto(reading: Reading): void {
  if (!reading.tree.text.includes(PROTO)) return;
  for (const { path, key } of entriesOf(reading.tree.document.contents)) {
    if (!key || path.at(-1) !== PROTO || !isNamed(reading, path)) continue;
    const range = reading.tree.keyRangeOf(path);
    reading.error('reserved-name', path, `"${PROTO}" has a meaning of its own in JavaScript: choose another name`, {
      range,
    });
  }
}

/** Whether a key is a name that the file gives: elsewhere one that is not declared is unknown. */
function isNamed({ tree, plugins }: Reading, path: SpecPath): boolean {
  const holder = schemaPlaceAt(path.slice(0, -1), { plugins, nodeAt: (at) => tree.nodeAt(at) });
  return holder !== undefined && unwrapped(holder.schema) instanceof z.ZodRecord;
}

/** The sections in which nothing is wrong, so that what is wrong in their plugins is said, too. */
function soundPart(value: Record<string, unknown>): RawExperiment | undefined {
  const shape: Readonly<Record<string, z.ZodType>> = experimentSchema.shape;
  const isSound = ([key, section]: [string, unknown]) =>
    Object.hasOwn(shape, key) && shape[key]?.safeParse(section).success;
  return experimentSchema.safeParse(Object.fromEntries(Object.entries(value).filter(isSound))).data;
}

/** Without a value they are as if they were not there. */
const NO_SECTIONS = ['name', 'expect', 'version'];

/** Keys at the top that are nobody's, for anchors. */
const ANYBODYS = 'x-';

/** A section that is written without a value (`accuracy:`) is one with all its defaults. */
function plainValue(reading: Reading): unknown {
  try {
    const value = reading.tree.toValue() ?? {};
    if (!isRecord(value)) return value;
    return Object.fromEntries(
      Object.entries(value)
        .filter(([key]) => !key.startsWith(ANYBODYS) && key !== MATRIX)
        .map(([key, section]) => [key, section ?? (NO_SECTIONS.includes(key) ? undefined : {})]),
    );
  } catch (error) {
    reading.error('yaml-syntax', [], valueProblem(error));
    return undefined;
  }
}
