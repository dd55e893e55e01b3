import { canonicalJson } from '../../protocol/canonical-json.js';
import { type VariantValues, variantText } from '../../protocol/runs/variant.js';
import type { ExperimentSpec } from '../../stages/spec.js';
import type { Diagnostic, DiagnosticCode } from '../checks/diagnostics.js';
import type { Reading } from '../reader.js';
import { MATRIX } from '../schema/experiment-schema.js';
import { withValueAt } from '../syntax/set-value.js';
import type { Range, SpecPath, SpecTree } from '../syntax/tree.js';
import { type Axis, type Combination, type Setting, segmentNodes } from './read-matrix.js';

/** A variant as it was read: the file with its values, which stand where the matrix has them. */
export interface ReadVariant {
  readonly values: VariantValues;
  readonly settings: Combination;
  /** Absent where a diagnostic is an error. */
  readonly spec?: ExperimentSpec;
  readonly draft: Partial<ExperimentSpec>;
  /** Of this variant alone; their paths are its own. */
  readonly diagnostics: readonly Diagnostic[];
  readonly tree: SpecTree;
  rangeOf(path: SpecPath): Range;
  valueAt(path: SpecPath): unknown;
  /** Where the value, or the key, of a path of the variant is written in the file: what the matrix gives stands there. */
  placeOf(path: SpecPath, part?: 'key' | 'value'): SpecPath;
}

export interface ReadMatrix {
  readonly axes: readonly Axis[];
  readonly variants: readonly ReadVariant[];
}

/** The file with a combination's values in it, and where each is. */
interface VariantTree {
  readonly tree: SpecTree;
  readonly placed: readonly { readonly path: SpecPath; readonly setting: Setting }[];
}

/** What one reading of a file gives. */
interface ReadOnce {
  readonly diagnostics: readonly Diagnostic[];
  readonly spec?: ExperimentSpec;
}

/** Reads each combination of a matrix as an experiment. A path that leads nowhere is an error of its axis. */
export function readVariants(
  reading: Reading,
  combinations: readonly Combination[],
  read: (tree: SpecTree) => ReadOnce,
): ReadVariant[] {
  const astray = new Set<string>();
  return combinations.map((combination) => {
    const { tree, placed } = variantTree(reading, combination, astray);
    const { diagnostics, spec } = read(tree);
    const isFaulty = diagnostics.some(({ severity }) => severity === 'error');
    return {
      settings: combination,
      values: Object.fromEntries(combination.map(({ path, value }) => [path, value])),
      spec: isFaulty ? undefined : spec,
      draft: spec ?? {},
      diagnostics,
      tree,
      rangeOf: (path) => tree.rangeOf(path),
      valueAt: (path) => tree.valueAt(path),
      placeOf: (path, part) => placeIn(reading.tree, placed, path, part),
    };
  });
}

function variantTree(reading: Reading, combination: Combination, astray: Set<string>): VariantTree {
  const { document } = reading.tree;
  let contents: unknown = document.contents;
  const placed = combination.flatMap((setting) => {
    const node = reading.tree.nodeAt(setting.at) ?? document.createNode(setting.value);
    const set = withValueAt(document, contents, setting.segments, node as never, segmentNodes(reading, setting));
    if (set.ok) {
      contents = set.value.contents;
      return [{ path: set.value.path, setting }];
    }
    const key = canonicalJson(setting.keyAt);
    if (!astray.has(key)) {
      const range = reading.tree.keyRangeOf(setting.keyAt);
      reading.error('axis-unfit', setting.keyAt, `"${setting.path}" leads nowhere: ${set.problem.message}`, { range });
    }
    astray.add(key);
    return [];
  });
  return { tree: reading.tree.withContents(contents as typeof document.contents), placed };
}

function placeIn(
  base: SpecTree,
  placed: VariantTree['placed'],
  path: SpecPath,
  part: 'key' | 'value' = 'value',
): SpecPath {
  const around = placed.find((one) => begins(path, one.path));
  if (around && part === 'key' && path.length === around.path.length) return around.setting.keyAt;
  if (around) return [...around.setting.at, ...path.slice(around.path.length)];
  // What only a key path makes stands at that one's key.
  const made = placed.find((one) => {
    const shared = sharedLength(path, one.path);
    return shared > 0 && base.nodeAt(path.slice(0, shared)) === undefined;
  });
  return made ? made.setting.keyAt : path;
}

function begins(path: SpecPath, beginning: SpecPath): boolean {
  return sharedLength(path, beginning) === beginning.length;
}

function sharedLength(one: SpecPath, other: SpecPath): number {
  const differs = one.findIndex((segment, n) => String(segment) !== String(other[n]));
  return differs < 0 ? one.length : differs;
}

/** What is told of a variant only where all of them have it: a section need not serve each. */
const OF_ALL: readonly DiagnosticCode[] = ['unused-section', 'unused-key'];

/**
 * What is wrong with variants, each thing once where it stands in the file: at the axis or the value that is at fault.
 * What not all variants have that it could be wrong in says in which it is.
 */
export function foldDiagnostics(
  variants: readonly (Pick<ReadVariant, 'values' | 'settings' | 'placeOf'> & {
    readonly found: readonly Diagnostic[];
  })[],
): Diagnostic[] {
  const told = new Map<string, { readonly diagnostic: Diagnostic; readonly of: (typeof variants)[number][] }>();
  for (const variant of variants) {
    for (const found of variant.found) {
      const { code, message, range, path, related } = found;
      const key = canonicalJson([code, message, range.start.offset, range.end.offset]);
      const known = told.get(key);
      if (known) known.of.push(variant);
      else {
        const diagnostic = {
          ...found,
          path: variant.placeOf(path, code === 'unknown-key' ? 'key' : 'value'),
          related: related?.map((one) => ({ ...one, path: variant.placeOf(one.path) })),
        };
        told.set(key, { diagnostic, of: [variant] });
      }
    }
  }
  return [...told.values()].flatMap(({ diagnostic, of }) => {
    const possible = variants.filter((variant) => hasPlace(variant, diagnostic.path)).length;
    if (of.length >= possible) return diagnostic;
    if (OF_ALL.includes(diagnostic.code)) return [];
    const more = of.length > 1 ? ` and ${of.length - 1} more` : '';
    const message = `${diagnostic.message} (in the variant ${variantText(of[0]?.values ?? {})}${more})`;
    return { ...diagnostic, message };
  });
}

/** Whether a variant has what stands at a place of the file: the value of an axis is that of some variants alone. */
function hasPlace({ settings }: Pick<ReadVariant, 'settings'>, place: SpecPath): boolean {
  return (
    place[0] !== MATRIX ||
    settings.some(({ at, keyAt }) => begins(place, at) || (begins(place, keyAt) && place.length === keyAt.length))
  );
}
