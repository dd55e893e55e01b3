import type { Problem, Result } from '../../protocol/errors.js';
import type { WorkContext } from './work-context.js';

/** One image of a data set. `id` is its NFC, POSIX-style path relative to the data set's root. */
export interface ImageEntry {
  readonly id: string;
  /** Absolute path of the file. */
  readonly file: string;
  /** Whose photograph it is, or null where nobody says. */
  readonly identity: string | null;
}

/** What a data set holds, in a stable order, and what it should hold but does not. */
export interface Listing {
  readonly images: readonly ImageEntry[];
  /** Ids that the data set names but whose files are not there. */
  readonly missing: readonly string[];
  /** Files in its folders that may be images, as paths like ids, whose ending is none that is read. */
  readonly passedOver?: readonly string[];
  /** A list of attributes in CelebA's format, where the data set comes with one: it names images by their ids. */
  readonly attributes?: string;
  /** What is to be said of it, and keeps nobody from working with it; `specPath` begins at the data set's block. */
  readonly problems?: readonly Problem[];
}

/** `folder` is a private folder of the data set's own, for images that it makes itself. */
export interface ListContext extends WorkContext {
  readonly folder: string;
}

export interface Dataset {
  list(context: ListContext): Promise<Result<Listing>>;
}
