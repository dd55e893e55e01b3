import type { z } from 'zod';
import type { Facts, Family, UnfitFiles } from '../plugins/declare.js';
import type { NameKind } from '../protocol/results/figure.js';
import type { ResultBlocks, Results } from '../protocol/results.js';
import type { ExperimentSpec, NamedUse } from './spec.js';

/** Another section that a stage cannot do without. */
export interface Need {
  readonly section: keyof ExperimentSpec;
  /** The rest of a sentence: `"accuracy" needs "embed": it compares embeddings`. */
  readonly why: string;
}

/** A section of the file as plain values, undefined where it is not there. */
export type SectionOf = (key: string) => unknown;

/** Names that a section gives, by which figures are told apart. */
export interface NameSource {
  /** What one is called in a sentence: `model`. */
  readonly what: string;
  /**
   * The names in the section as it is written, which may be half typed: whatever is no name is passed over. `others` gives
   * other sections where names are put together of several.
   */
  of(section: unknown, others?: SectionOf): readonly string[];
  /** The kind of names that these are of, where it is another's. */
  readonly means?: NameKind;
  /** Where in the file a name is given: `['embed', 'models', '*']`. Absent where its line is not the figure's. */
  readonly givenAt?: readonly string[];
}

/** Which names a figure's path holds: `{model: 'face-recognition', depth: '1'}`. */
export type FigureNames = Readonly<Partial<Record<NameKind, string>>>;

/** What a data set may be too small for: codes of the experiment file's diagnostics, with what they mean. */
export const UNFIT_CODES = {
  'single-images': 'Identities have one image each, where a stage compares images of one identity.',
  'pairs-unfit': 'The data set has too few pairs of images for what is to be measured of them.',
} as const;

/** What of a section a data set cannot give, as far as it says what it holds before it is listed. */
export interface Unfit {
  readonly code: keyof typeof UNFIT_CODES;
  /** A key of the section; by default the section itself. */
  readonly at?: readonly (string | number)[];
  readonly message: string;
  /** A run would end there: it is no warning. */
  readonly fatal?: true;
}

/** The block of `results.json` that a stage measures. */
export type BlockName = keyof ResultBlocks;

/**
 * One stage of an experiment: what parsing, completion, hovers, documents, expectations, inlays, tables and the runner's
 * order share. What it computes stands in `runner/works.ts` under the same key, and the meaning of each of its figures
 * at the schema of its block in `protocol/results/`.
 */
export interface Stage<Key extends keyof ExperimentSpec = keyof ExperimentSpec> {
  /** Its key in the experiment file. */
  readonly key: Key;
  readonly title: string;
  /** A sentence or two, Markdown. */
  readonly docs: string;
  /** What may be written at its key; plugins and names of models are marked in it. */
  readonly params: z.ZodType;
  /** Keys that stand beside `use` in each of its plugins of a family, and are none of their parameters. */
  readonly beside?: {
    readonly family: Family;
    readonly keys: z.ZodObject;
    /** What is wrong with the files that they name, all of which are there; `specPath` begins at the plugin's block. */
    inspect?(keys: Readonly<Record<string, unknown>>): Promise<readonly UnfitFiles[]>;
  };
  readonly needs: readonly Need[];
  /** Other sections that it makes use of where they are there. */
  readonly uses?: readonly (keyof ExperimentSpec)[];
  /** It is only there for others, so that it is worth a warning where none of them is. */
  readonly serves?: boolean;
  /** What stands behind its key in a file. */
  readonly example: string;
  readonly block?: BlockName;
  /** The kinds of names that this section gives. */
  readonly names?: Readonly<Record<NameKind, NameSource>>;
  /** Of a section with a `model`: which it is where the file names none. */
  model?(models: readonly NamedUse[]): NamedUse | undefined;
  /** A key of the section that lists models by name; all of them are meant where the file does not say. */
  readonly modelList?: string;
  /** What stands for the section where the file has none and a section that uses it is there. */
  readonly standard?: unknown;
  /** From what was read of the section to what the runner reads, where that is not the same. */
  finish?(read: never): ExperimentSpec[Key];
  /** What a figure of its block depends on: two experiments with the same settings measure the same figure. */
  settings?(spec: ExperimentSpec, names: FigureNames): unknown;
  /** What of it the data set cannot give, which is said while typing. */
  unfit?(spec: Partial<ExperimentSpec>, dataset: Facts): readonly Unfit[];
  /** The finding of a run that measured its block, in a sentence. */
  finding?(results: Results): string | undefined;
}

/** Identities with one image have no other image of theirs to be found, nor a distance to it. */
export function singleImages({ imagesPerIdentity }: Facts, why: string): readonly Unfit[] {
  return imagesPerIdentity === 1 ? [{ code: 'single-images', message: `Every identity has one image: ${why}` }] : [];
}

/** Declares a stage; it does nothing until `all.ts` lists it. */
export function defineStage<const Key extends keyof ExperimentSpec>(stage: Stage<Key>): Stage<Key> {
  return stage;
}
