import type { ExperimentDocument } from '../document.js';
import { leavesIn } from './leaves-in.js';

export interface Comment {
  /** Offsets in UTF-16 units; the sign is part of the comment. */
  readonly start: number;
  readonly end: number;
  /** Nothing else is in its line. */
  readonly alone: boolean;
}

/** Every comment, in the order of the text. */
export function commentsIn(document: ExperimentDocument): Comment[] {
  return leavesIn(document)
    .filter(({ type }) => type === 'comment')
    .map(({ offset, source }) => {
      const lineStart = document.text.lastIndexOf('\n', offset - 1) + 1;
      return {
        start: offset,
        end: offset + source.trimEnd().length,
        alone: document.text.slice(lineStart, offset).trim() === '',
      };
    });
}
