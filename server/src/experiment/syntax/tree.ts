import { type Alias, type Document, isAlias, isMap, isSeq, LineCounter, type Node, type Pair, visit } from 'yaml';
import { nameOf } from '../key-name.js';
import { locate, type Place } from './locate.js';
import type { Repair } from './slips.js';
import type { SpecPath } from './spec-path.js';
import { dropSecondKeys, isBroken, type TextProblems, textProblems } from './syntax-problems.js';
import { applyChanges, offsetBefore, type TextChange } from './text-change.js';
import { parseYaml, type YamlSection } from './yaml-sections.js';

export type { SpecPath };

/** A larger text is refused: an experiment has some kilobytes. */
export const LARGEST_TEXT = 5 * 2 ** 20;
/** How often aliases may be followed in all; more is an alias bomb. */
const MOST_ALIASES = 1000;

/** A place in the text: `offset` in UTF-16 units from 0, `line` and `column` from 1. */
export interface Position {
  readonly offset: number;
  readonly line: number;
  readonly column: number;
}
export interface Range {
  readonly start: Position;
  readonly end: Position;
}

export interface SyntaxProblem {
  readonly message: string;
  readonly range: Range;
  readonly repair?: Repair;
}

/** What a tree is of that was read from a text with repairs in it: places are those of the text without them. */
interface Origin {
  readonly lines: LineCounter;
  readonly length: number;
  before(offset: number): number;
}

/** An experiment file's YAML: its values, and where in the text each of them and its key stands. */
export class SpecTree {
  /** Something keeps the text from being read. */
  readonly isBroken: boolean;
  private found: TextProblems | undefined;
  private anchored: ReadonlyMap<Alias, Node | undefined> | undefined;
  private readonly pairs = new WeakMap<
    readonly Pair[],
    { readonly count: number; byName: ReadonlyMap<string, Pair> }
  >();

  private constructor(
    readonly text: string,
    readonly document: Document,
    private readonly sections: readonly YamlSection[],
    private readonly origin: Origin,
  ) {
    this.isBroken = isBroken(document, text);
  }

  /** What an earlier version of the text shares with this one is not parsed again. */
  static parse(text: string, earlier?: SpecTree): SpecTree {
    const { document, sections } = parseYaml(text, earlier?.sections);
    const origin = { lines: linesOf(text), length: text.length, before: (offset: number) => offset };
    return new SpecTree(text, document, sections, origin);
  }

  /** Why the text cannot be read, each with what puts it right where that is known. */
  get problems(): readonly SyntaxProblem[] {
    if (!this.isBroken) return [];
    return this.inWords().problems.map(({ message, start, end, repair }) => ({
      message,
      range: this.range(start, end),
      repair: repair && this.repairBefore(repair),
    }));
  }

  /** The tree of the text in which all of that is put right; undefined where it cannot be. */
  get repaired(): SpecTree | undefined {
    if (!this.isBroken) return this;
    const { repaired } = this.inWords();
    // Sections are shared with this tree, in which nothing is taken away.
    const tree = repaired && this.from(repaired.text, repaired.before, []);
    if (tree) dropSecondKeys(tree.document);
    return tree;
  }

  /** The tree of the text after changes: its places are still those of this one's. `anew`: the document was changed. */
  after(changes: readonly TextChange[], { anew = false } = {}): SpecTree {
    return this.from(applyChanges(this.text, changes), offsetBefore(changes), anew ? [] : this.sections);
  }

  /** The tree with other contents: nodes of this one stand where they stood. */
  withContents(contents: Document['contents']): SpecTree {
    const { document } = this;
    const copy = Object.create(Object.getPrototypeOf(document), Object.getOwnPropertyDescriptors(document)) as Document;
    copy.contents = contents;
    return new SpecTree(this.text, copy, [], this.origin);
  }

  /** A repair of this tree's text as one of the text that its places are of. */
  repairBefore({ changes, ...repair }: Repair): Repair {
    const { before } = this.origin;
    return {
      ...repair,
      changes: changes.map(({ start, end, text }) => ({ start: before(start), end: before(end), text })),
    };
  }

  private inWords(): TextProblems {
    this.found ??= textProblems(this.document, this.text, (text) => parseYaml(text, this.sections).document);
    return this.found;
  }

  private from(text: string, before: (offset: number) => number, known = this.sections): SpecTree {
    const { document, sections } = parseYaml(text, known);
    const { origin } = this;
    return new SpecTree(text, document, sections, { ...origin, before: (offset) => origin.before(before(offset)) });
  }

  /** The whole file as plain values. Throws a `ReferenceError` on an alias bomb. */
  toValue(): unknown {
    return this.document.toJS({ maxAliasCount: MOST_ALIASES });
  }

  /** The node at a path, aliases followed; undefined where there is none. */
  nodeAt(path: SpecPath): Node | undefined {
    let node = this.resolve(this.document.contents);
    for (const segment of path) node = this.resolve(this.child(node, segment));
    return node;
  }

  /** The plain value at a path; undefined where there is none, or an alias leads nowhere or to too much. */
  valueAt(path: SpecPath): unknown {
    try {
      return this.nodeAt(path)?.toJS(this.document, { maxAliasCount: MOST_ALIASES });
    } catch {
      return undefined;
    }
  }

  /** The innermost key or value around an offset, or undefined between top-level entries. */
  placeAt(offset: number): Place | undefined {
    return locate(this.document, offset);
  }

  /** Where the value at a path stands: the nearest value around it where there is none. */
  rangeOf(path: SpecPath): Range {
    const range = this.nodeAt(path)?.range;
    // What ends with its line ends before the line break.
    if (range) return this.range(range[0], range[0] + this.text.slice(range[0], range[1]).trimEnd().length);
    return path.length > 0 ? this.rangeOf(path.slice(0, -1)) : this.range(0, 0);
  }

  /** Where the key of the value at a path stands; of a list's item, the item. */
  keyRangeOf(path: SpecPath): Range {
    const parent = this.nodeAt(path.slice(0, -1));
    const key = isMap(parent) ? this.pairAt(parent.items as Pair[], path[path.length - 1])?.key : undefined;
    const range = (key as Node | undefined)?.range;
    return range ? this.range(range[0], range[1]) : this.rangeOf(path);
  }

  /** Where the first key of the file stands; of one without keys, its beginning. */
  firstKeyRange(): Range {
    const { contents } = this.document;
    const [first] = isMap(contents) ? (contents.items as Pair[]) : [];
    const range = (first?.key as Node | undefined)?.range;
    return range ? this.range(range[0], range[1]) : this.range(0, 0);
  }

  private child(node: Node | undefined, segment: string | number): unknown {
    if (isMap(node)) return this.pairAt(node.items as Pair[], segment)?.value;
    if (isSeq(node)) return node.items[Number(segment)];
    return undefined;
  }

  /** The pair of a key; where a block has none of its own, that of the first block merged into it by `<<`. */
  private pairAt(
    items: readonly Pair[],
    key: string | number | undefined,
    seen = new Set<unknown>(),
  ): Pair | undefined {
    const own = this.byName(items).get(String(key));
    if (own || seen.has(items)) return own;
    seen.add(items);
    const merge = this.byName(items).get(MERGE);
    if (!merge) return undefined;
    return items
      .filter((pair) => nameOf(pair) === MERGE)
      .flatMap(({ value }) => this.mergedItems(value))
      .map((merged) => this.pairAt(merged, key, seen))
      .find((pair) => pair !== undefined);
  }

  /** A block is looked into once for each of its keys: of many keys that would take long. */
  private byName(items: readonly Pair[]): ReadonlyMap<string, Pair> {
    const known = this.pairs.get(items);
    if (known?.count === items.length) return known.byName;
    const byName = new Map<string, Pair>();
    for (const pair of items) {
      const name = nameOf(pair);
      if (!byName.has(name)) byName.set(name, pair);
    }
    this.pairs.set(items, { count: items.length, byName });
    return byName;
  }

  private mergedItems(value: unknown): (readonly Pair[])[] {
    const source = this.resolve(value);
    const sources = isSeq(source) ? source.items.map((item) => this.resolve(item)) : [source];
    return sources.filter((map) => isMap(map)).map((map) => map.items as Pair[]);
  }

  private resolve(node: unknown): Node | undefined {
    if (isAlias(node)) return this.anchors().get(node);
    return (node ?? undefined) as Node | undefined;
  }

  /** What each alias stands for: the library looks through all of the document for one. */
  private anchors(): ReadonlyMap<Alias, Node | undefined> {
    if (this.anchored) return this.anchored;
    const named = new Map<string, Node>();
    const anchored = new Map<Alias, Node | undefined>();
    visit(this.document, {
      Value: (_, node) => void (node.anchor && named.set(node.anchor, node as Node)),
      Alias: (_, alias) => void anchored.set(alias, named.get(alias.source)),
    });
    this.anchored = anchored;
    return anchored;
  }

  /** Of offsets in UTF-16 units of this tree's text. */
  range(start: number, end: number): Range {
    const { before, length } = this.origin;
    const from = before(start);
    return { start: this.position(from), end: this.position(Math.max(from, Math.min(before(end), length))) };
  }

  private position(offset: number): Position {
    const { line, col } = this.origin.lines.linePos(offset);
    return { offset, line: Math.max(1, line), column: Math.max(1, col) };
  }
}

function linesOf(text: string): LineCounter {
  const lines = new LineCounter();
  for (let start = 0; start >= 0; start = text.indexOf('\n', start) + 1 || -1) lines.addNewLine(start);
  return lines;
}

const MERGE = '<<';
