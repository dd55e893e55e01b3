import * as z from 'zod';

/*
 * The names of models, perturbations and the like: keys of results, segments of paths, parts of file names. `"` would
 * end a segment in quotes; `@` and `+` put names together with what a figure is about.
 */

/** Names that results use for themselves; the last one would be no key of its own in JavaScript. */
export const RESERVED_NAMES: readonly string[] = ['original', 'control', 'all', '__proto__'];

const LONGEST_NAME = 100;
const CHARACTERS = /^[^\s\p{Cc}\p{Cf}\p{Cs}"@+]+$/u;

/** A name as a file may give it. `not` is for the JSON Schema alone, where a reserved name has a message of its own. */
export const nameSchema = z
  .string()
  .max(LONGEST_NAME, `a name has ${LONGEST_NAME} characters at the most`)
  .regex(CHARACTERS, 'a name has no white space, no control characters and none of " @ +')
  .refine((name) => name === name.normalize('NFC'), {
    error: ({ input }) => `a name is written in Unicode’s composed form (NFC): "${String(input).normalize('NFC')}"`,
  })
  .meta({ not: { enum: RESERVED_NAMES } });

/** What versions are called that went through a countermeasure: `fawkes+jpeg75`, `original+jpeg75`. No name has a `+`. */
export function treatedName(version: string, countermeasure: string): string {
  return `${version}+${countermeasure}`;
}

/** The version that went through a countermeasure, and which that was; undefined where none has. */
export function partsOfVersion(name: string): readonly [version: string, countermeasure: string | undefined] {
  const at = name.indexOf('+');
  return at < 0 ? [name, undefined] : [name.slice(0, at), name.slice(at + 1)];
}

/** What a plugin is called in results where a file gives it no name: `vendor/name`. */
export function defaultName(use: string): string {
  return use;
}

/** The same in files and results of older versions: `vendor-name`. It stays an alias. */
export function olderName(name: string): string {
  return name.replaceAll('/', '-');
}

/** The one of a list that is called so; where none is, the one whose older name that is, or the other way round. */
export function findNamed<T>(list: readonly T[], nameOf: (item: T) => unknown, asked: string): T | undefined {
  const isAlias = (name: unknown) =>
    typeof name === 'string' && (olderName(name) === asked || name === olderName(asked));
  return list.find((item) => nameOf(item) === asked) ?? list.find((item) => isAlias(nameOf(item)));
}

/** Two names of which this is the same would be one where a file system does not tell upper case from lower. */
export function nameForFiles(name: string): string {
  return name.toLowerCase();
}
