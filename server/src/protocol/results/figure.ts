import * as z from 'zod';

/** What a figure is a number of, which decides how it is written and what it may be compared with. */
export const FIGURE_KINDS = ['share', 'points', 'count', 'distance', 'seconds', 'megabytes', 'number'] as const;
export type FigureKind = (typeof FIGURE_KINDS)[number];

/** What a number of `results.json` means to a person. Names of its path stand in braces: `{model} top-{depth}`. */
export interface FigureMeaning {
  /** What it is called, in full. */
  readonly label: string;
  /** In a few characters, with `{value}` in place. The figures that matter have one: they stand beside lines and in lists. */
  readonly short?: string;
  /** It stands before others beside its line. */
  readonly first?: true;
  /** Its heading in tables; a figure without one is in none. */
  readonly column?: string;
  /** A sentence: what is counted or measured, and over what. */
  readonly docs: string;
  readonly kind: FigureKind;
  /** Which side is the better one for whom recognises (a cloak wants the other). */
  readonly better: 'higher' | 'lower' | 'neither';
}

/** What the keys of a record, or the entries of a list, are names of. The stage that gives them says which there are. */
export type NameKind = string;

/** What a schema of results says of itself beside its type. */
export interface ResultMeta {
  readonly description?: string;
  readonly figure?: Omit<FigureMeaning, 'docs'>;
  /** Keys or entries go by such names; an entry's own name is a field of `NAMING_FIELDS` or its key. */
  readonly byName?: NameKind;
  /** Entries of a list go by two names, one below the other in a path: this is the kind of the second. */
  readonly thenByName?: NameKind;
  /** Its heading in tables, of a value that is no number. */
  readonly column?: string;
}

// Each is made once: figures are hundreds, and each schema that is made is time at every start.
const wholeNumber = z.int().nonnegative();
const nonnegative = z.number().nonnegative();
const anyNumber = z.number().nullable();
const share = z.number().min(0).max(1);
const shareOrNone = share.nullable();
const pointsOrNone = z.number().min(-1).max(1).nullable();

type Meaning = Omit<FigureMeaning, 'kind' | 'better'> & Partial<Pick<FigureMeaning, 'better'>>;

function figure<T extends z.ZodType>(
  schema: T,
  kind: FigureKind,
  { docs, better = 'neither', ...meaning }: Meaning,
): T {
  return schema.meta({ description: docs, figure: { ...meaning, kind, better } } satisfies ResultMeta) as T;
}

/** A count of things, 0 or more. */
export function count(meaning: Meaning) {
  return figure(wholeNumber, 'count', meaning);
}

/** A share from 0 to 1; null where nothing was counted. */
export function rate(meaning: Meaning) {
  return figure(shareOrNone, 'share', meaning);
}

/** A difference of two shares, from −1 to 1; null where one of them is. */
export function points(meaning: Meaning) {
  return figure(pointsOrNone, 'points', meaning);
}

/** A 95 % interval of a difference of shares; null where there is none. */
export const pointsInterval = z.tuple([z.number().min(-1).max(1), z.number().min(-1).max(1)]).nullable();

/** A distance in the unit that its docs name; null where there is none. */
export function distance(meaning: Meaning) {
  return figure(anyNumber, 'distance', meaning);
}

/** Any other number; null where there is none. */
export function number(meaning: Meaning) {
  return figure(anyNumber, 'number', meaning);
}

export function seconds(meaning: Meaning) {
  return figure(nonnegative, 'seconds', meaning);
}

export function megabytes(meaning: Meaning) {
  return figure(nonnegative, 'megabytes', meaning);
}

/** A list or a record whose entries go by names. */
export function byName<T extends z.ZodType>(kind: NameKind, schema: T): T {
  return schema.meta({ byName: kind } satisfies ResultMeta) as T;
}

/** A list whose entries go by a version of photographs and a judge. */
export function byVersionAndJudge<T extends z.ZodType>(schema: T): T {
  return schema.meta({ byName: 'version', thenByName: 'judge' } satisfies ResultMeta) as T;
}

/** Whether who evaluates is a surrogate; a third value where that cannot be told. */
export type WhiteBox = boolean | 'unknown';

export function whiteBox(evaluator: string) {
  return z
    .union([z.boolean(), z.literal('unknown')])
    .describe(
      `Whether ${evaluator} has the weights of a surrogate, by their content; \`unknown\` where the perturbation does not say what it was made against, or weights cannot be compared`,
    );
}

/** A value that is no number and stands in tables. */
export function word<T extends z.ZodType>(column: string, schema: T): T {
  return schema.meta({ column } satisfies ResultMeta) as T;
}

/** A 95 % interval of a share; null where nothing was counted. */
export const shareInterval = z.tuple([share, share]).nullable();

/** Between what a rate may lie, by two views of what is independent; earlier runs have the first alone. */
export const intervals = {
  ci95: shareInterval.describe('Wilson’s 95 % score interval of the rate, which takes queries for independent'),
  ci95ByIdentity: shareInterval
    .optional()
    .describe(
      'A 95 % interval that takes identities for independent, thresholds fixed; null of fewer than two identities, and where one is unknown',
    ),
  byIdentity: z
    .enum(['bootstrap', 'wilson'])
    .nullable()
    .optional()
    .describe(
      'How `ci95ByIdentity` was worked out: 1,000 seeded draws of identities, percentiles; or, where none or all were counted, Wilson’s over the identities',
    ),
};

/** A share with what it was counted of. In a path the whole means its `rate`. */
export function proportion({ of, ...meaning }: Meaning & { readonly of: string }) {
  return {
    count: count({ label: `${meaning.label}: how many`, docs: `The count behind the rate: ${meaning.docs}` }),
    of: count({ label: `${meaning.label}: of how many`, docs: `The rate’s denominator: ${of}` }),
    rate: rate(meaning),
    ...intervals,
  };
}
