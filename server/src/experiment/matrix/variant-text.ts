import { isDeepStrictEqual } from 'node:util';
import { type Document, type Node, parse, parseDocument, stringify } from 'yaml';
import { applyOverride } from '../overrides.js';
import { isRecord } from '../plugin-use.js';
import { MATRIX } from '../schema/experiment-schema.js';
import { withValueAt } from '../syntax/set-value.js';
import type { Combination } from './read-matrix.js';

const AS_FILES = { merge: true, logLevel: 'error' } as const;

/**
 * A variant as a file of its own: the text with what the command line sets and the variant's values in it, and without
 * the matrix. Comments stay, but where they are of the matrix. Of an experiment that was read without an error.
 */
export function textOfVariant(text: string, overrides: readonly string[], combination: Combination): string {
  const document = parseDocument(text, AS_FILES) as Document;
  for (const override of overrides) applyOverride(document, override);
  for (const { segments, value } of combination) {
    const set = withValueAt(document, document.contents, segments, document.createNode(value) as Node);
    if (set.ok) document.contents = set.value.contents as unknown as typeof document.contents;
  }
  const meant = withoutMatrix(document.toJS());
  document.delete(MATRIX);
  const written = writtenAs(document);
  // An anchor within the matrix goes with it.
  return written !== undefined && isDeepStrictEqual(plainOf(written), meant) ? written : stringify(meant, PLAIN);
}

/** As people write it: lines of any length, brackets without blanks in them. */
const PLAIN = { lineWidth: 0, flowCollectionPadding: false } as const;

function withoutMatrix(value: unknown): unknown {
  return isRecord(value) ? Object.fromEntries(Object.entries(value).filter(([key]) => key !== MATRIX)) : value;
}

function writtenAs(document: Document): string | undefined {
  try {
    return document.toString(PLAIN);
  } catch {
    return undefined;
  }
}

function plainOf(text: string): unknown {
  try {
    return parse(text, AS_FILES);
  } catch {
    return undefined;
  }
}
