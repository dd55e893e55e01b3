import { type Document, isAlias, isMap, isSeq, LineCounter, type Node, type Pair } from 'yaml';
import { nameOf } from '../key-name.js';
import { locate, type Place } from './locate.js';
import { syntaxProblems } from './syntax-problems.js';
import { parseYaml, type YamlSection } from './yaml-sections.js';

/** A larger text is refused: an experiment has some kilobytes. */
export const LARGEST_TEXT = 5 * 2 ** 20;
/** How often aliases may be followed in all; more is an alias bomb. */
const MOST_ALIASES = 1000;

export type SpecPath = readonly (string | number)[];

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
}

/** An experiment file's YAML: its values, and where in the text each of them and its key stands. */
export class SpecTree {
  readonly problems: readonly SyntaxProblem[];
  private readonly lines: LineCounter;

  private constructor(
    private readonly text: string,
    readonly document: Document,
    private readonly sections: readonly YamlSection[],
  ) {
    this.lines = linesOf(text);
    this.problems = syntaxProblems(document, text).map(({ message, start, end }) => ({
      message,
      range: this.range(start, end),
    }));
  }

  /** What an earlier version of the text shares with this one is not parsed again. */
  static parse(text: string, earlier?: SpecTree): SpecTree {
    const { document, sections } = parseYaml(text, earlier?.sections);
    return new SpecTree(text, document, sections);
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
    if (range) return this.range(range[0], range[1]);
    return path.length > 0 ? this.rangeOf(path.slice(0, -1)) : this.range(0, 0);
  }

  /** Where the key of the value at a path stands; of a list's item, the item. */
  keyRangeOf(path: SpecPath): Range {
    const parent = this.nodeAt(path.slice(0, -1));
    const key = isMap(parent) ? this.pairAt(parent.items as Pair[], path[path.length - 1])?.key : undefined;
    const range = (key as Node | undefined)?.range;
    return range ? this.range(range[0], range[1]) : this.rangeOf(path);
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
    const own = items.find((pair) => nameOf(pair) === String(key));
    if (own || seen.has(items)) return own;
    seen.add(items);
    return items
      .filter((pair) => nameOf(pair) === MERGE)
      .flatMap(({ value }) => this.mergedItems(value))
      .map((merged) => this.pairAt(merged, key, seen))
      .find((pair) => pair !== undefined);
  }

  private mergedItems(value: unknown): (readonly Pair[])[] {
    const source = this.resolve(value);
    const sources = isSeq(source) ? source.items.map((item) => this.resolve(item)) : [source];
    return sources.filter((map) => isMap(map)).map((map) => map.items as Pair[]);
  }

  private resolve(node: unknown): Node | undefined {
    if (isAlias(node)) return node.resolve(this.document) as Node | undefined;
    return (node ?? undefined) as Node | undefined;
  }

  /** Of offsets in UTF-16 units. */
  range(start: number, end: number): Range {
    return { start: this.position(start), end: this.position(Math.max(start, Math.min(end, this.text.length))) };
  }

  private position(offset: number): Position {
    const { line, col } = this.lines.linePos(offset);
    return { offset, line: Math.max(1, line), column: Math.max(1, col) };
  }
}

function linesOf(text: string): LineCounter {
  const lines = new LineCounter();
  for (let start = 0; start >= 0; start = text.indexOf('\n', start) + 1 || -1) lines.addNewLine(start);
  return lines;
}

const MERGE = '<<';
