import type { z } from 'zod';
import type { Plugin } from '../plugins/declare.js';
import type { Diagnostic } from './checks/diagnostics.js';
import { applyOverride } from './overrides.js';
import { isRecord } from './plugin-use.js';
import { readSections } from './read-sections.js';
import { Reading } from './reader.js';
import { experimentSchema, FORMAT_VERSION, type RawExperiment } from './schema/experiment-schema.js';
import { type Disable, disablesIn } from './syntax/disable-comments.js';
import { valueProblem } from './syntax/syntax-problems.js';
import { LARGEST_TEXT, type Range, type SpecPath, SpecTree } from './syntax/tree.js';
import type { ExperimentSpec } from './types.js';
import type { Variables } from './variables.js';

export interface ReadOptions extends Variables {
  readonly plugins: readonly Plugin[];
  /** `key.path=value` settings that override the text. */
  readonly overrides?: readonly string[];
  /** Of an earlier version of the text, without overrides: what has not changed is not parsed again. */
  readonly earlier?: SpecTree;
}

/** An experiment file as it was read. */
export interface ReadExperiment {
  /** Absent where a diagnostic is an error. */
  readonly spec?: ExperimentSpec;
  /** What could be read: all of a sound file, of a faulty one its sound parts. */
  readonly draft: Partial<ExperimentSpec>;
  /** All of them; comments silence some where they are shown. */
  readonly diagnostics: readonly Diagnostic[];
  /** What comments of the file silence. */
  readonly disables: readonly Disable[];
  /** The file's YAML, as far as it could be read; empty of a file that is too large. */
  readonly tree: SpecTree;
  /** Where a value stands in the text; of one that is not written, what is around it. */
  rangeOf(path: SpecPath): Range;
  keyRangeOf(path: SpecPath): Range;
}

/** Reads an experiment file's text. Whatever is wrong is a diagnostic; nothing is thrown, and no file is read. */
export function readExperiment(text: string, options: ReadOptions): ReadExperiment {
  const tooLarge = text.length > LARGEST_TEXT;
  const tree = SpecTree.parse(tooLarge ? '' : text, options.earlier);
  const reading = new Reading(tree, options.plugins, options);
  const spec = tooLarge ? refuse(reading, text) : readSpec(reading, options);
  return {
    spec: reading.hasErrors ? undefined : spec,
    draft: spec ?? {},
    diagnostics: reading.diagnostics,
    disables: tooLarge ? [] : disablesIn(text, (start, end) => tree.range(start, end)),
    tree,
    rangeOf: (path) => tree.rangeOf(path),
    keyRangeOf: (path) => tree.keyRangeOf(path),
  };
}

function refuse(reading: Reading, text: string): undefined {
  const message = `The file has ${text.length} characters; an experiment has ${LARGEST_TEXT} at the most`;
  reading.error('file-too-large', [], message);
}

function readSpec(reading: Reading, options: ReadOptions): ExperimentSpec | undefined {
  for (const { message, range } of reading.tree.problems) reading.error('yaml-syntax', [], message, { range });
  if (reading.hasErrors) return undefined;
  for (const override of options.overrides ?? []) {
    const applied = applyOverride(reading.tree.document, override);
    if (!applied.ok) reading.error('set-invalid', [], applied.problem.message);
  }
  const raw = readRaw(reading);
  return raw && readSections(reading, raw, options.file);
}

function readRaw(reading: Reading): RawExperiment | undefined {
  const value = plainValue(reading);
  if (value === undefined) return undefined;
  if (!isRecord(value)) {
    reading.error('wrong-type', [], 'An experiment is a block of keys: name, dataset, embed, …');
    return undefined;
  }
  if (typeof value.version === 'number' && value.version !== FORMAT_VERSION) {
    const message = `This version reads format ${FORMAT_VERSION}, not ${value.version}`;
    reading.error('unsupported-version', ['version'], message);
    return undefined;
  }
  return reading.parse(experimentSchema, value, []) ?? soundPart(value);
}

/** The sections in which nothing is wrong, so that what is wrong in their plugins is said, too. */
function soundPart(value: Record<string, unknown>): RawExperiment | undefined {
  const shape: Readonly<Record<string, z.ZodType>> = experimentSchema.shape;
  const isSound = ([key, section]: [string, unknown]) =>
    Object.hasOwn(shape, key) && shape[key].safeParse(section).success;
  return experimentSchema.safeParse(Object.fromEntries(Object.entries(value).filter(isSound))).data;
}

/** A section that is written without a value (`accuracy:`) is one with all its defaults. */
function plainValue(reading: Reading): unknown {
  try {
    const value = reading.tree.toValue() ?? {};
    if (!isRecord(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, section]) => [key, section ?? {}]));
  } catch (error) {
    reading.error('yaml-syntax', [], valueProblem(error));
    return undefined;
  }
}
