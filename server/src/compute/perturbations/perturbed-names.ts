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

/**
 * A pattern that would find files of these names for photographs of these ids, with one that it finds; the one that
 * fits most. Undefined where no name begins like a photograph's.
 */
export function fittingPattern(
  names: readonly string[],
  ids: readonly string[],
): { pattern: string; example: string } | undefined {
  const stems = new Set(ids.map((id) => posix.join(posix.dirname(id), posix.parse(id).name)));
  const own = new Set(ids);
  const bare = new Set(ids.map((id) => posix.parse(id).name));
  const found = new Map<string, { example: string; count: number }>();
  for (const name of names) {
    if (own.has(name)) continue;
    const pattern = patternOf(name, stems, '{stem}') ?? patternOf(posix.basename(name), bare, `${dirOf(name)}{name}`);
    if (!pattern) continue;
    const { example, count } = found.get(pattern) ?? { example: name, count: 0 };
    found.set(pattern, { example, count: count + 1 });
  }
  const [best] = [...found].sort(([, a], [, b]) => b.count - a.count);
  return best && { pattern: best[0], example: best[1].example };
}

/** The name with the longest of the stems that it begins with replaced by a word; a stem ends where a number does. */
function patternOf(name: string, stems: ReadonlySet<string>, word: string): string | undefined {
  for (let length = name.length - 1; length > 0; length--) {
    const rest = name.slice(length);
    if (/^[\p{L}\p{N}]/u.test(rest) || rest.includes('/')) continue;
    if (stems.has(name.slice(0, length))) return `${word}${rest}`;
  }
  return undefined;
}

function dirOf(name: string): string {
  const folder = posix.dirname(name);
  return folder === '.' ? '' : `${folder}/`;
}
