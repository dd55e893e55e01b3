import { posix } from 'node:path';

/**
 * Where a perturbed photograph is looked for: as Fawkes and LowKey name it, as a run of this product does, or under
 * the photograph's own name.
 */
export const USUAL_NAMES = [
  '{stem}_cloaked.png',
  '{stem}_attacked.png',
  '{stem}_perturbed.png',
  '{id}.png',
  '{stem}.png',
  '{id}',
] as const;

/** The names of the perturbed version of the image `id`, in the order in which they are tried. */
export function perturbedNames(id: string, patterns: readonly string[]): string[] {
  const { dir, name } = posix.parse(id);
  const words: Readonly<Record<string, string>> = { id, stem: posix.join(dir, name), name };
  return patterns.map((pattern) => pattern.replace(/\{(id|stem|name)\}/g, (_, word: string) => words[word]));
}
