import {
  type Document,
  isMap,
  isPair,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  type Scalar,
  visit,
  type YAMLMap,
} from 'yaml';
import { nameOf } from '../../experiment/key-name.js';
import { type SpecPath, SpecTree } from '../../experiment/syntax/tree.js';
import { type Attempt, attemptsAt, DASH, type Word, wordAround } from './attempts.js';
import { lineStart, type Section, sectionAround } from './section.js';

/** Stands in the text where something is being typed: a character of Unicode's private ones, which no file has. */
export const PROBE = '\uE000';

/** A place where something is being typed, as the file would be if a word stood there. */
export interface Probed {
  readonly role: 'key' | 'value';
  /** Path of the value; of a key, that of the block which gets the key. */
  readonly path: SpecPath;
  /** In brackets, where everything stays on the line. */
  readonly flow: boolean;
  readonly quoted: boolean;
  /** The section of the file, with the probe in place of the word. */
  readonly tree: SpecTree;
  /** Offsets in the document of what is typed over. */
  readonly start: number;
  readonly end: number;
  /** What is typed over, as far as the cursor and after it. */
  readonly typed: string;
  readonly rest: string;
  /** Where the key of the value, or the new key, begins in its line: what is below it stands further right. */
  readonly column: number;
  /** A key that has its colon, and mostly a value which it keeps. */
  readonly hasColon: boolean;
  /** What must stand before and after what is inserted, to keep it apart from its neighbours. */
  readonly before: string;
  readonly after: string;
}

/** A word typed at the offset as part of the file: as a key, as a value, as either, or as neither in a comment. */
export function probe(text: string, offset: number): Probed[] {
  const section = sectionAround(text, offset);
  if (!section) return [];
  const at = offset - section.start;
  const word = wordAround(section.text, at);
  const site = { section, ...word, at, faultsWithout: faultsWithout(section, word) };
  const found: Probed[] = [];
  for (const attempts of attemptsAt(section.text, word)) {
    for (const attempt of attempts) {
      if (attempt.before === DASH && found.some(isNoItem)) continue;
      const probed = new Probing(site, attempt).probed();
      if (!probed) continue;
      found.push(probed);
      break;
    }
  }
  return found;
}

interface Site extends Word {
  readonly section: Section;
  /** Where the cursor is in the section. */
  readonly at: number;
  /** How many faults the section has without the word. */
  readonly faultsWithout: () => number;
}

/** Asked where a word may have broken something: that takes a parsing, which is done once. */
function faultsWithout({ text }: Section, { start, end }: Word): () => number {
  let faults: number | undefined;
  return () => {
    faults ??= SpecTree.parse(text.slice(0, start) + text.slice(end)).document.errors.length;
    return faults;
  };
}

/** Whether a key stands well where no item of a list could: between keys, behind one that has no list and is not empty. */
function isNoItem({ role, flow, tree, path }: Probed): boolean {
  const block = role === 'key' && !flow && tree.document.errors.length === 0 ? tree.nodeAt(path) : undefined;
  if (!isMap(block)) return false;
  const at = block.items.findIndex((pair) => nameOf(pair) === PROBE);
  if (at <= 0) return at === 0 && block.items.length > 1;
  const before = block.items[at - 1]?.value;
  return isScalar(before) ? before.source !== '' : isMap(before);
}

/** One way to put a word into a section, and what becomes of it there. */
class Probing {
  private readonly section: Section;
  private readonly start: number;
  private readonly end: number;

  constructor(
    private readonly site: Site,
    private readonly attempt: Attempt,
  ) {
    this.section = site.section;
    this.start = site.start;
    this.end = site.end;
  }

  probed(): Probed | undefined {
    const { before, asKey, after, needsFlow } = this.attempt;
    const word = `${before}${PROBE}${asKey ? ': 0' : ''}${after}`;
    const text = this.section.text.slice(0, this.start) + word + this.section.text.slice(this.end);
    const tree = SpecTree.parse(text);
    const found = find(tree.document);
    // What others refer to by an anchor is not changed into something that may not suit them.
    if (!found || found.scalar.anchor || (needsFlow && !isInFlow(found)) || this.breaks(tree)) return undefined;
    const [lead = '', trail = ''] = (found.scalar.value as string).split(PROBE);
    const fits = found.isKey ? this.isWholeKey(text, found, lead + trail) : !asKey;
    return fits && this.isInText(lead, trail) ? this.describe(tree, found, lead, trail) : undefined;
  }

  /** A text that has faults of its own may keep them. */
  private breaks(tree: SpecTree): boolean {
    const faults = tree.document.errors.length;
    return faults > 0 && faults > this.site.faultsWithout();
  }

  /** What stands around the word within its scalar must stand so in the text: on one line, without escapes. */
  private isInText(lead: string, trail: string): boolean {
    const { text } = this.section;
    return text.slice(this.start - lead.length, this.start) === lead && text.startsWith(trail, this.end);
  }

  private describe(tree: SpecTree, found: Found, lead: string, trail: string): Probed {
    const { scalar, ancestors, isKey } = found;
    const { asKey, before, after } = this.attempt;
    const start = this.start - lead.length;
    const end = this.end + trail.length;
    const path = pathTo(ancestors, scalar);
    return {
      role: isKey ? 'key' : 'value',
      path: isKey ? path.slice(0, -1) : path,
      flow: isInFlow(found),
      quoted: scalar.type === 'QUOTE_DOUBLE' || scalar.type === 'QUOTE_SINGLE',
      tree,
      start: this.section.start + start,
      end: this.section.start + end,
      typed: this.section.text.slice(start, this.site.at),
      rest: this.section.text.slice(this.site.at, end),
      column: this.columnOf(keyStart(ancestors.at(-1)) ?? start + before.length),
      hasColon: isKey && !asKey,
      before,
      after,
    };
  }

  /** A key of a block with braces or lines of its own, that has the value which it was given, or a colon. */
  private isWholeKey(text: string, { scalar, ancestors }: Found, beside: string): boolean {
    const { value } = ancestors.at(-1) as Pair;
    const map = ancestors.at(-2) as YAMLMap;
    if (/\s/.test(beside) || (map.flow && text[map.range?.[0] ?? 0] !== '{')) return false;
    if (!this.attempt.asKey) return /^\s*:/.test(text.slice(scalar.range?.[1]));
    return isScalar(value) && value.value === 0;
  }

  private columnOf(offset: number): number {
    return offset - lineStart(this.section.text, Math.min(offset, this.start));
  }
}

interface Found {
  readonly scalar: Scalar;
  readonly ancestors: readonly unknown[];
  readonly isKey: boolean;
}

function find(document: Document): Found | undefined {
  let found: Found | undefined;
  visit(document, {
    Scalar(position, scalar, ancestors) {
      if (typeof scalar.value !== 'string' || !scalar.value.includes(PROBE)) return undefined;
      found = { scalar, ancestors, isKey: position === 'key' };
      return visit.BREAK;
    },
  });
  return found;
}

function isInFlow({ ancestors }: Found): boolean {
  return ancestors.some((node) => (node as { flow?: boolean }).flow === true);
}

function keyStart(pair: unknown): number | undefined {
  return isPair(pair) ? (pair.key as Node | undefined)?.range?.[0] : undefined;
}

function pathTo(ancestors: readonly unknown[], scalar: Scalar): SpecPath {
  const nodes = [...ancestors, scalar];
  return nodes.flatMap((node, n): SpecPath => {
    if (isPair(node)) return [nameOf(node)];
    return isSeq(node) ? [node.items.indexOf(nodes[n + 1])] : [];
  });
}
