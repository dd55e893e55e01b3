import { applyChanges, difference, type TextChange } from '../../experiment/syntax/text-change.js';
import type { ExperimentDocument } from '../document.js';
import type { LanguageServices } from '../services.js';
import { faultsIn } from './fault.js';
import type { Fault, Fix } from './fix.js';
import { fixesFor } from './table.js';

/** As many codes as a comment disables in vain, at the most: each takes a pass. */
const MOST_PASSES = 50;

export interface SafelyFixed {
  /** The text when nothing is left that can be fixed so. */
  readonly text: string;
  /** What leads to it. */
  readonly changes: readonly TextChange[];
  /** What was done, in its order. */
  readonly done: readonly DoneFix[];
}

/** `line` is that of the text as it was then, from 1. */
export interface DoneFix {
  readonly code: string;
  readonly title: string;
  readonly line: number;
}

interface SafeFix extends DoneFix {
  readonly changes: readonly TextChange[];
}

/**
 * Makes all changes that change nothing of what a file means, and again until none is left: two fixes of one place take
 * two passes, and one may uncover another.
 */
export async function fixedSafely(document: ExperimentDocument, services: LanguageServices): Promise<SafelyFixed> {
  const passes: (readonly SafeFix[])[] = [];
  let text = document.text;
  while (passes.length < MOST_PASSES) {
    const now = passes.length === 0 ? document : document.edited([{ text }], document.version);
    const fixes = await safeFixes(now, services);
    if (fixes.length === 0) break;
    passes.push(fixes);
    text = applyChanges(text, changesOf(fixes));
  }
  const changes = passes.length === 1 ? changesOf(passes[0] ?? []) : [difference(document.text, text)];
  const done = passes.flat().map(({ code, title, line }) => ({ code, title, line }));
  return { text, changes: text === document.text ? [] : changes, done };
}

function changesOf(fixes: readonly SafeFix[]): TextChange[] {
  return fixes.flatMap(({ changes }) => changes).sort((a, b) => a.start - b.start);
}

/** The safe fix of each fault, but for those that touch what another one does. */
async function safeFixes(document: ExperimentDocument, services: LanguageServices): Promise<SafeFix[]> {
  const faults = await faultsIn(document, services);
  const found = await Promise.all(
    faults.map(async (fault) => safeFixOf(fault, await fixesFor(document, fault, services))),
  );
  const taken: TextChange[] = [];
  return found.flat().filter(({ changes }) => {
    const isFree = changes.every(({ start, end }) => taken.every((other) => end <= other.start || start >= other.end));
    if (isFree) taken.push(...changes);
    return isFree;
  });
}

function safeFixOf({ code, range }: Fault, fixes: readonly Fix[]): SafeFix[] {
  const safe = fixes.find((fix) => fix.safe);
  const changes = safe?.changes ?? [];
  return safe && changes.length > 0 ? [{ code, title: safe.title, line: range.start.line + 1, changes }] : [];
}
