import * as z from 'zod';
import { formatPath, inShort, writtenOut } from '../protocol/figure-path.js';
import { itemAt } from '../protocol/item-at.js';
import type { FigureMeaning, NameKind } from '../protocol/results/figure.js';
import { entriesByName } from '../protocol/results/look-up.js';
import { bare, entryOf, fieldOf, metaOf } from '../protocol/results/schema-walk.js';
import { type Results, resultsSchema } from '../protocol/results.js';
import { stages } from './all.js';
import type { FigureNames, NameSource, SectionOf, Stage } from './declare.js';

/** A segment of a figure's path: as it is, or a name of a kind. */
export type PatternSegment = string | { readonly kind: NameKind };

/** Every figure of one meaning: `accuracy.{model}.top.{depth}`. */
export interface FigurePattern extends FigureMeaning {
  readonly segments: readonly PatternSegment[];
  /** It stands for an object, whose `rate` it is. */
  readonly isWhole: boolean;
  /** Whose settings it depends on; absent of what every run has. */
  readonly stage?: Stage;
}

/** One figure, of the names that a file gives. */
export interface Figure extends FigurePattern {
  readonly names: FigureNames;
  /** As an expectation writes it: `accuracy.face-recognition.top1`. */
  readonly path: string;
}

/** Every number that a person may ask for, in the order of `results.json`: read from the schemas of its blocks once. */
export const figurePatterns: readonly FigurePattern[] = Object.entries(resultsSchema.shape).flatMap(([block, schema]) =>
  patternsBelow(
    schema,
    [block],
    stages.find((stage) => stage.block === block),
  ),
);

function patternsBelow(schema: z.core.$ZodType, written: readonly PatternSegment[], stage?: Stage): FigurePattern[] {
  const { figure, description = '', byName, thenByName } = metaOf(schema);
  const isWhole = written.at(-1) === 'rate';
  const segments = isWhole ? written.slice(0, -1) : written;
  if (figure) return [{ ...figure, docs: description, segments, isWhole, stage }];
  const inner = bare(schema);
  if (inner instanceof z.ZodObject) {
    return Object.entries(inner.shape as z.core.$ZodShape).flatMap(([key, below]) =>
      patternsBelow(below, [...segments, key], stage),
    );
  }
  const entry = entryOf(inner);
  const kinds = [byName, thenByName].flatMap((kind) => (kind ? { kind } : []));
  return entry && byName ? patternsBelow(entry, [...segments, ...kinds], stage) : [];
}

/** Who gives each kind of names; a kind that nobody gives is not known before a run. */
export const nameSources: Readonly<Record<NameKind, NameSource & { readonly section: string }>> = Object.fromEntries(
  stages.flatMap(({ key, names = {} }) =>
    Object.entries(names).map(([kind, source]) => [kind, { ...source, section: key }]),
  ),
);

/** The names that a file gives, by kind. `sectionOf` gives a section as plain values, undefined where it is not there. */
export function namesInFile(sectionOf: SectionOf): Readonly<Record<NameKind, readonly string[]>> {
  const names = Object.fromEntries(
    Object.entries(nameSources).map(([kind, { section, of }]) => [kind, of(sectionOf(section), sectionOf)]),
  );
  return { ...names, difference: differencesIn(names, (section) => sectionOf(section) !== undefined) };
}

/** What a run compares on the same queries: models with the first, and versions with the original. */
function differencesIn(
  { model = [], version = [] }: Readonly<Record<NameKind, readonly string[]>>,
  isWritten: (section: string) => boolean,
): string[] {
  const of = (block: string, names: readonly string[]) =>
    isWritten(block) ? names.slice(1).map((name) => `${block}/${name}`) : [];
  const untreated = version.filter((name) => !name.includes('+'));
  return [...of('accuracy', model), ...of('poison', untreated), ...of('robustness', version)];
}

/** The names by which the entries of results go, by kind. */
export function namesInResults(results: Results): Readonly<Record<NameKind, readonly string[]>> {
  const names: Record<NameKind, Set<string>> = {};
  const collect = (schema: z.core.$ZodType, value: unknown): void => {
    if (value === undefined || value === null) return;
    const [inner, { byName, thenByName }] = [bare(schema), metaOf(schema)];
    if (inner instanceof z.ZodObject) {
      for (const [key, below] of Object.entries(inner.shape as z.core.$ZodShape)) collect(below, fieldOf(value, key));
      return;
    }
    const below = entryOf(inner);
    if (byName && below) collectNamed([byName, thenByName], below, value);
  };
  const collectNamed = ([kind, then]: readonly (NameKind | undefined)[], below: z.core.$ZodType, value: unknown) => {
    if (kind === undefined) return collect(below, value);
    for (const [name, entry] of entriesByName(value)) {
      names[kind] = (names[kind] ?? new Set()).add(name);
      collectNamed([then], below, entry);
    }
  };
  collect(resultsSchema, results);
  return Object.fromEntries(Object.entries(names).map(([kind, set]) => [kind, [...set]]));
}

/** Blocks that are there whether the file has such a section or not. */
const ALWAYS_THERE: readonly PatternSegment[] = ['images', 'index', 'stages', 'differences'];

/** Whether a run of a file measures a figure at all. */
export function isMeasured({ segments: [block] }: FigurePattern, isWritten: (section: string) => boolean): boolean {
  return block !== undefined && (ALWAYS_THERE.includes(block) || isWritten(String(block)));
}

/** The figures that a run of a file will have. */
export function figuresOfFile(
  names: Readonly<Record<NameKind, readonly string[]>>,
  isWritten: (section: string) => boolean,
): Figure[] {
  return figurePatterns
    .filter((pattern) => isMeasured(pattern, isWritten))
    .flatMap((pattern) => figuresOf(pattern, names));
}

function figuresOf(pattern: FigurePattern, names: Readonly<Record<NameKind, readonly string[]>>): Figure[] {
  const kinds = pattern.segments.flatMap((segment) => (typeof segment === 'string' ? [] : segment.kind));
  const choices = kinds.reduce<FigureNames[]>(
    (before, kind) => before.flatMap((chosen) => (names[kind] ?? []).map((name) => ({ ...chosen, [kind]: name }))),
    [{}],
  );
  return choices.map((chosen) => ({ ...pattern, names: chosen, path: pathOf(pattern, chosen) }));
}

/** In short where it can be: `top1`, `tmr@0.001`. */
export function pathOf({ segments }: FigurePattern, names: FigureNames): string {
  const text = segments.map((segment) => (typeof segment === 'string' ? segment : (names[segment.kind] ?? '')));
  const at = segments.findIndex((_, n) => isShortened(segments, n));
  return formatPath(at < 0 ? text : inShort(text, at));
}

/** Whether what begins at a segment is written in short. */
export function isShortened(segments: readonly PatternSegment[], n: number): boolean {
  return (segments[n] === 'top' || segments[n] === 'at') && typeof segments[n + 1] === 'object';
}

/** How far a path leads: the patterns that its beginning fits, and the names on it. */
export interface Followed {
  /** The path with what is short for more written out, and without the `rate` that its whole means. */
  readonly path: readonly string[];
  readonly matching: readonly FigurePattern[];
  /** The first segment of that path that nothing has; its length where all of it fits. */
  readonly depth: number;
  readonly names: FigureNames;
}

export function followPath(written: readonly string[]): Followed {
  const path = [...written];
  let matching = figurePatterns;
  let depth = 0;
  while (depth < path.length) {
    const segment = itemAt(path, depth);
    let fitting = matching.filter((pattern) => fits(pattern.segments[depth], segment));
    const longer = fitting.length === 0 ? writtenOut(segment) : undefined;
    if (longer) {
      fitting = matching.filter(({ segments }) => segments[depth] === longer[0]);
      if (fitting.length > 0) path.splice(depth, 1, ...longer);
    }
    if (fitting.length === 0) {
      const isRate = depth === path.length - 1 && segment === 'rate';
      if (isRate && matching.some(({ segments, isWhole }) => isWhole && segments.length === depth)) path.pop();
      break;
    }
    matching = fitting;
    depth += 1;
  }
  const along = itemAt(matching, 0).segments.slice(0, depth);
  const names = along.flatMap((segment, n) => (typeof segment === 'object' ? [[segment.kind, path[n]]] : []));
  return { path, matching, depth, names: Object.fromEntries(names) };
}

function fits(expected: PatternSegment | undefined, segment: string): boolean {
  return typeof expected === 'object' || expected === segment;
}

/** The figure at a path with the names in it, or undefined where it leads to none that results could have. */
export function figureAt(
  written: readonly string[],
): { readonly pattern: FigurePattern; readonly names: FigureNames } | undefined {
  const { path, matching, depth, names } = followPath(written);
  const pattern = matching.find(({ segments }) => depth === path.length && segments.length === depth);
  return pattern && { pattern, names };
}

/** A meaning's text with the names in the place of their kinds. */
export function withNames(text: string, names: FigureNames): string {
  return text.replace(/\{(\w+)\}/g, (whole, kind: string) => names[kind] ?? whole);
}
