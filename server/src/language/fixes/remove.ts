import type { ExperimentDocument } from '../document.js';
import { removeEntry } from '../edit/remove-entry.js';
import type { Fault, Fix, FixMaker } from './fix.js';

/** Takes away what nothing uses or knows. */
export const removeIt: FixMaker = {
  codes: ['unknown-key', 'unused-key', 'unused-section', 'duplicate-name', 'expect-unknown-metric', 'expect-syntax'],
  create: (document, fault) => removal(document, fault, `Remove ${labelOf(fault)}`),
};

function removal(document: ExperimentDocument, { path, code }: Fault, title: string): Fix[] {
  const change = removeEntry(document, path);
  return change ? [{ title, changes: [change], preferred: code === 'unused-key' || code === 'unused-section' }] : [];
}

function labelOf({ path }: Fault): string {
  const last = path[path.length - 1];
  if (path[0] === 'expect') return 'the expectation';
  return typeof last === 'number' ? 'the second one' : `"${last}"`;
}
