import { parse } from 'yaml';
import { canonicalJson } from '../../protocol/canonical-json.js';
import { fail, ok, type Result } from '../../protocol/errors.js';
import { formatPath } from '../../protocol/figure-path.js';
import { valueText } from '../../protocol/runs/variant.js';
import { didYouMean, nearest } from '../checks/did-you-mean.js';
import { readOverride } from '../overrides.js';
import { listOf } from '../reader.js';
import type { ReadMatrix, ReadVariant } from './variants.js';

/**
 * The variants that have all of the values which `--variant path=value` wants, all where it wants none. Problem:
 * `variant-unknown`, which says what there is.
 */
export function chooseVariants(
  matrix: ReadMatrix | undefined,
  wanted: readonly string[],
): Result<readonly ReadVariant[]> {
  if (!matrix) return wanted.length === 0 ? ok([]) : unknown(wanted, 'the file has no matrix');
  let chosen = matrix.variants;
  for (const one of wanted) {
    const read = readOverride(one);
    if (!read) return unknown([one], 'it is not of the form path=value');
    const path = formatPath(read.path);
    const paths = [...new Set(matrix.variants.flatMap(({ values }) => Object.keys(values)))];
    if (!paths.includes(path)) {
      return unknown([one], `"${path}" is no axis of the matrix${didYouMean(nearest(path, paths))}`, listOf(paths));
    }
    const known = matrix.variants.flatMap(({ values }) => (path in values ? [values[path]] : []));
    const words = [...new Set(known.map(valueText))];
    if (!known.some((value) => isMeant(value, read.text))) {
      return unknown([one], `the axis "${path}" has no such value`, listOf(words));
    }
    chosen = chosen.filter(({ values }) => path in values && isMeant(values[path], read.text));
  }
  return chosen.length > 0 ? ok(chosen) : unknown(wanted, 'no variant has all of these values');
}

function unknown(wanted: readonly string[], why: string, hint?: string): Result<never> {
  return fail('variant-unknown', `${wanted.map((one) => `--variant ${one}`).join(' ')}: ${why}`, { hint });
}

/** As it is shown, or as YAML has it. */
function isMeant(value: unknown, text: string): boolean {
  if (valueText(value) === text) return true;
  try {
    return canonicalJson(parse(text) ?? null) === canonicalJson(value ?? null);
  } catch {
    return false;
  }
}
