import { isMap, isScalar, isSeq, type Node, type Pair } from 'yaml';
import { canonicalJson } from '../../protocol/canonical-json.js';
import { formatPath, readPath } from '../../protocol/figure-path.js';
import { didYouMean, nearest } from '../checks/did-you-mean.js';
import { nameOf } from '../key-name.js';
import { isRecord } from '../plugin-use.js';
import { listOf, type Reading } from '../reader.js';
import { experimentSchema, MATRIX, MATRIX_LISTS } from '../schema/experiment-schema.js';
import { resolvedPath } from '../syntax/set-value.js';
import type { SpecPath } from '../syntax/tree.js';

/** As many as GitHub Actions takes: nobody looks at the results of more, and a slip makes them quickly. */
export const MOST_VARIANTS = 256;

/** A key path of the file, and what stands there in one variant after the other. */
export interface Axis {
  /** The path, written as `formatPath` does. */
  readonly path: string;
  readonly segments: readonly string[];
  /** Where its list stands in the file. */
  readonly at: SpecPath;
  readonly values: readonly unknown[];
}

/** A value that a variant has at a path. */
export interface Setting {
  readonly path: string;
  readonly segments: readonly string[];
  readonly value: unknown;
  /** Where the value stands in the file, and its key. */
  readonly at: SpecPath;
  readonly keyAt: SpecPath;
}

/** What makes a variant: a value for each axis, and what `include` adds. */
export type Combination = readonly Setting[];

export interface Matrix {
  readonly axes: readonly Axis[];
  /** In the order of the axes, the last of which changes fastest; what `include` adds comes last. */
  readonly combinations: readonly Combination[];
}

/**
 * The matrix of a file, as far as it is sound; undefined where there is none, or no axis of it can be read. `set` are
 * the paths that the command line sets: what is an axis is not to be set.
 */
export function readMatrix(reading: Reading, set: readonly SpecPath[]): Matrix | undefined {
  const node = reading.tree.nodeAt([MATRIX]);
  if (node === undefined) return undefined;
  const isEmpty = isScalar(node) && node.value === null;
  const written = isEmpty ? {} : reading.tree.valueAt([MATRIX]);
  const isSound = reading.parse(experimentSchema.shape[MATRIX], written, [MATRIX]) !== undefined;
  if (!isMap(node) && !isEmpty) return undefined;
  const axes = axesOf(reading, isMap(node) ? (node.items as Pair[]) : [], set);
  const include = entriesOf(reading, 'include').filter((entry) => fitsAxes(reading, entry, axes, set));
  if (axes.length === 0 && include.length === 0) {
    if (isSound && !reading.hasErrors) reading.warn('matrix-vain', [MATRIX], NO_AXIS);
    return undefined;
  }
  const combinations = combinationsOf(reading, axes, include);
  return combinations.length > 0 ? { axes, combinations } : undefined;
}

const NO_AXIS = 'The matrix has no axis and changes nothing: write a key path and a list, as `queries.seed: [1, 2, 3]`';

function keyOf({ tree }: Reading, path: SpecPath) {
  return { range: tree.keyRangeOf(path) };
}

function axesOf(reading: Reading, pairs: readonly Pair[], set: readonly SpecPath[]): Axis[] {
  const axes: (Axis & { readonly place: SpecPath })[] = [];
  for (const pair of pairs) {
    const name = nameOf(pair);
    if (MATRIX_LISTS.some((list) => list === name)) continue;
    const at = [MATRIX, name];
    const segments = segmentsOf(reading, name, at);
    const list = reading.tree.nodeAt(at);
    if (!segments || !isSeq(list)) continue;
    const place = placeOf(reading, segments);
    const other = axes.find((axis) => meet(axis.place, place));
    if (other) {
      unfit(reading, at, axesMeet(name, place, other));
      continue;
    }
    if (isSet(reading, name, place, at, set)) continue;
    const values = valuesOf(reading, at, list.items.length);
    if (values.length > 0) axes.push({ path: formatPath(segments), segments, at, values, place });
  }
  return axes;
}

function placeOf({ tree }: Reading, segments: readonly string[]): SpecPath {
  return resolvedPath((path) => tree.nodeAt(path), segments);
}

function unfit(reading: Reading, at: SpecPath, message: string): void {
  reading.error('axis-unfit', at, message, keyOf(reading, at));
}

function axesMeet(name: string, place: SpecPath, other: { readonly path: string; readonly place: SpecPath }): string {
  if (place.length === other.place.length) return `"${name}" is the axis "${other.path}" once more`;
  const [inner, outer] = place.length > other.place.length ? [name, other.path] : [other.path, name];
  return `"${inner}" lies within the axis "${outer}", whose values would replace it`;
}

function meet(one: SpecPath, other: SpecPath): boolean {
  return isWithin(one, other) || isWithin(other, one);
}

function isWithin(path: SpecPath, around: SpecPath): boolean {
  return around.every((segment, n) => String(path[n]) === String(segment));
}

/** Of a key that is no path, or of one that a variant cannot differ in, nothing is known. */
function segmentsOf(reading: Reading, name: string, at: SpecPath): string[] | undefined {
  const read = readPath(name);
  const segments = read?.end === name.length ? read.segments.map(({ text }) => text) : undefined;
  const [section] = segments ?? [];
  if (segments && section !== MATRIX && !section?.startsWith('x-')) return segments;
  const hint = 'Write the keys with dots between them, one with a dot in it in quotes: `poison.fawkes.mode`.';
  const why = !segments
    ? `"${name}" is no path of a key`
    : section === MATRIX
      ? 'The matrix is no axis of itself'
      : `Nothing reads "${section}": a variant cannot differ in it`;
  reading.error('axis-unfit', at, why, { ...keyOf(reading, at), hint: segments ? undefined : hint });
  return undefined;
}

/** What the command line sets would be replaced by the axis. */
function isSet(reading: Reading, name: string, path: SpecPath, at: SpecPath, set: readonly SpecPath[]): boolean {
  const found = set.find((one) => isWithin(one, path));
  if (!found) return false;
  const hint = `Choose among its variants: --variant ${name}=VALUE.`;
  reading.error('set-invalid', at, `--set ${formatPath(found)}: "${name}" is an axis of the matrix`, {
    ...keyOf(reading, at),
    hint,
  });
  return true;
}

/** Each value once. */
function valuesOf(reading: Reading, at: SpecPath, count: number): unknown[] {
  const seen = new Set<string>();
  const values: unknown[] = [];
  for (let n = 0; n < count; n++) {
    const value = reading.tree.valueAt([...at, n]) ?? null;
    const text = canonicalJson(value);
    if (seen.has(text)) reading.error('axis-unfit', [...at, n], `The value ${text} is there twice`);
    else values.push(value);
    seen.add(text);
  }
  return values;
}

type ListedEntry = readonly [at: SpecPath, entry: Readonly<Record<string, unknown>>];

function entriesOf({ tree }: Reading, list: (typeof MATRIX_LISTS)[number]): ListedEntry[] {
  const node = tree.nodeAt([MATRIX, list]);
  if (!isSeq(node)) return [];
  return node.items.flatMap((_, n) => {
    const at = [MATRIX, list, n];
    const entry = tree.valueAt(at);
    return isRecord(entry) && Object.keys(entry).length > 0 ? [[at, entry] as const] : [];
  });
}

/** Whether what an `include` adds stands beside the axes, and not in their place. */
function fitsAxes(reading: Reading, entry: ListedEntry, axes: readonly Axis[], set: readonly SpecPath[]): boolean {
  const [at, values] = entry;
  const before = axes.map(({ path, segments }) => ({ path, place: placeOf(reading, segments) }));
  return Object.keys(values).every((name) => {
    const segments = segmentsOf(reading, name, [...at, name]);
    if (!segments) return false;
    const path = formatPath(segments);
    const place = placeOf(reading, segments);
    if (axes.some((axis) => axis.path === path)) return true;
    const other = before.find((one) => meet(one.place, place));
    if (other) unfit(reading, [...at, name], axesMeet(name, place, other));
    before.push({ path, place });
    return !other && !isSet(reading, name, place, [...at, name], set);
  });
}

function combinationsOf(reading: Reading, axes: readonly Axis[], include: readonly ListedEntry[]): Combination[] {
  const count = axes.reduce((product, { values }) => product * values.length, 1);
  if (count + include.length > MOST_VARIANTS) {
    tooMany(reading, axes, count + include.length);
    return [axes.map((axis) => settingOf(axis, 0))];
  }
  const all = axes.length > 0 ? product(axes) : [];
  const left = withoutExcluded(reading, axes, all);
  const combinations = withIncluded(reading, axes, left, include);
  if (combinations.length > 0) return combinations;
  const at = [MATRIX, 'exclude'];
  reading.error('matrix-empty', at, '`exclude` leaves no variant', keyOf(reading, at));
  return all.slice(0, 1);
}

/** Where one axis alone is too long, it is that one's fault. */
function tooMany(reading: Reading, axes: readonly Axis[], count: number): void {
  const long = axes.find(({ values }) => values.length > MOST_VARIANTS);
  const what = long ? `The axis has ${long.values.length} values` : `The matrix has ${count} variants`;
  const at = long?.at ?? [MATRIX];
  reading.error('matrix-too-large', at, `${what}; it may have ${MOST_VARIANTS} at the most`, keyOf(reading, at));
}

function product(axes: readonly Axis[]): Combination[] {
  return axes.reduce<Combination[]>(
    (before, axis) => before.flatMap((chosen) => axis.values.map((_, n) => [...chosen, settingOf(axis, n)])),
    [[]],
  );
}

function settingOf({ path, segments, at, values }: Axis, n: number): Setting {
  return { path, segments, value: values[n], at: [...at, n], keyAt: at };
}

function withoutExcluded(reading: Reading, axes: readonly Axis[], all: readonly Combination[]): Combination[] {
  let left = [...all];
  for (const [at, entry] of entriesOf(reading, 'exclude')) {
    if (!namesAxes(reading, axes, at, entry)) continue;
    const wanted = byPath(entry);
    const kept = left.filter((combination) => !hasAll(combination, wanted));
    if (kept.length === left.length) {
      reading.warn('matrix-vain', at, 'This excludes no variant that is not excluded already', {
        range: reading.tree.rangeOf(at),
      });
    }
    left = kept;
  }
  return left;
}

/** Whether each key of an entry is an axis, and each value one of its values. */
function namesAxes(reading: Reading, axes: readonly Axis[], at: SpecPath, entry: ListedEntry[1]): boolean {
  const names = axes.map(({ path }) => path);
  const unsound = Object.entries(entry).filter(([name, value]) => {
    const path = [...at, name];
    const axis = axes.find((one) => one.path === normalised(name));
    if (!axis) {
      const suggestion = nearest(name, names);
      const message = `"${name}" is no axis of this matrix${didYouMean(suggestion)}`;
      reading.error('unknown-key', path, message, { ...keyOf(reading, path), suggestion, hint: listOf(names) });
      return true;
    }
    if (axis.values.some((one) => canonicalJson(one) === canonicalJson(value))) return false;
    const words = axis.values.map((one) => (typeof one === 'string' ? one : canonicalJson(one)));
    const written = typeof value === 'string' ? value : canonicalJson(value ?? null);
    // Of numbers, none is a misspelt other one.
    const suggestion = typeof value === 'string' ? nearest(written, words) : undefined;
    const message = `The axis "${axis.path}" has no value ${written}${didYouMean(suggestion)}`;
    reading.error('invalid-value', path, message, { suggestion, hint: listOf(words) });
    return true;
  });
  return unsound.length === 0;
}

function normalised(name: string): string {
  const read = readPath(name);
  return read?.end === name.length ? formatPath(read.segments.map(({ text }) => text)) : name;
}

function byPath(entry: ListedEntry[1]): ReadonlyMap<string, string> {
  return new Map(Object.entries(entry).map(([name, value]) => [normalised(name), canonicalJson(value ?? null)]));
}

function hasAll(combination: Combination, wanted: ReadonlyMap<string, string>): boolean {
  return [...wanted].every(([path, text]) =>
    combination.some((setting) => setting.path === path && canonicalJson(setting.value) === text),
  );
}

/**
 * As in GitHub Actions: an entry adds what it has beside the axes to each variant with the values that it has of them;
 * where there is no such variant, it is one of its own.
 */
function withIncluded(
  reading: Reading,
  axes: readonly Axis[],
  left: readonly Combination[],
  include: readonly ListedEntry[],
): Combination[] {
  const isAxis = (path: string) => axes.some((axis) => axis.path === path);
  const combinations = left.map((original) => ({ original, added: [] as Setting[] }));
  const more: Combination[] = [];
  for (const [at, entry] of include) {
    const settings = settingsIn(at, entry);
    const wanted = new Map([...byPath(entry)].filter(([path]) => isAxis(path)));
    const beside = settings.filter(({ path }) => !isAxis(path));
    const fitting = combinations.filter(({ original }) => hasAll(original, wanted));
    for (const one of fitting) {
      one.added = [...one.added.filter(({ path }) => !beside.some((added) => added.path === path)), ...beside];
    }
    if (fitting.length === 0) more.push(settings);
    else if (beside.length === 0) {
      reading.warn('matrix-vain', at, 'This adds nothing: there is such a variant', {
        range: reading.tree.rangeOf(at),
      });
    }
  }
  return [...combinations.map(({ original, added }) => [...original, ...added]), ...more];
}

function settingsIn(at: SpecPath, entry: ListedEntry[1]): Setting[] {
  return Object.entries(entry).map(([name, value]) => {
    const segments = readPath(name)?.segments.map(({ text }) => text) ?? [name];
    return { path: formatPath(segments), segments, value: value ?? null, at: [...at, name], keyAt: [...at, name] };
  });
}

/** The key of a setting as nodes, one for each segment of the path that is written there, so that each knows its place. */
export function segmentNodes({ tree }: Reading, { keyAt, segments }: Setting): (segment: number) => Node {
  const parent = tree.nodeAt(keyAt.slice(0, -1));
  const name = String(keyAt.at(-1));
  const key = isMap(parent) ? (parent.items as Pair[]).find((pair) => nameOf(pair) === name)?.key : undefined;
  const [start, end] = (key as Node | undefined)?.range ?? [];
  const places = readPath(name)?.segments ?? [];
  return (n) => {
    const node = tree.document.createNode(segments[n]) as Node;
    const place = places[n];
    if (start === undefined || end === undefined) return node;
    const at = start + Math.max(0, tree.text.slice(start, end).indexOf(name));
    const isPlain = tree.text.startsWith(name, at) && place !== undefined;
    node.range = isPlain ? [at + place.start, at + place.end, at + place.end] : [start, end, end];
    return node;
  };
}
