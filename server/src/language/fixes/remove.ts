import type { ExperimentDocument } from '../document.js';
import { removeEntry } from '../edit/remove-entry.js';
import type { Fault, Fix, FixMaker } from './fix.js';

/** Takes away what nothing uses or knows. */
export const removeIt: FixMaker = {
  codes: [
    'unknown-key',
    'unused-key',
    'unused-section',
    'duplicate-name',
    'axis-unfit',
    'matrix-empty',
    'matrix-vain',
    'expect-unknown-metric',
    'expect-syntax',
  ],
  create: (document, fault) => removal(document, fault, `Remove ${labelOf(fault)}`),
};

/** What says nothing, and is not missed. */
const VAIN: readonly Fault['code'][] = ['unused-key', 'unused-section', 'matrix-vain'];

function removal(document: ExperimentDocument, { path, code }: Fault, title: string): Fix[] {
  const change = removeEntry(document, path);
  return change ? [{ title, changes: [change], preferred: VAIN.includes(code) }] : [];
}

function labelOf({ path }: Fault): string {
  const last = path[path.length - 1];
  if (path[0] === 'expect') return 'the expectation';
  if (path[0] === 'matrix' && typeof last === 'number') return 'it';
  return typeof last === 'number' ? 'the second one' : `"${last}"`;
}
