import { type Document, isMap, isPair, isScalar, isSeq, type Pair, visit } from 'yaml';
import { nameOf } from '../key-name.js';
import { type Repair, slipAt } from './slips.js';
import { applyChanges, offsetBefore } from './text-change.js';
import { knownOf } from './yaml-nodes.js';

/** A broken text can give one problem for each of its characters. */
const MOST_PROBLEMS = 50;
/** Each takes some parsings, and behind so many nobody knows what was meant. */
const MOST_SLIPS = 8;
/** In a larger text it is only said where the first fault is. */
const LARGEST_FOR_SLIPS = 20_000;
/** So many texts are parsed at the most to find out what was meant. */
const MOST_TRIES = 100;
const TOO_DEEP = 'Blocks stand in blocks too deep for an experiment';

/** What the parser says in words for its programmers, by its codes. */
const IN_OTHER_WORDS: Readonly<Record<string, string>> = {
  ALIAS_PROPS: 'An alias has no anchor and no tag of its own',
  BAD_ALIAS: 'An alias is * and the name of an anchor',
  BAD_COLLECTION_TYPE: 'The tag does not fit what stands behind it',
  BAD_DIRECTIVE: 'A line that begins with % is none of an experiment',
  BAD_DQ_ESCAPE: 'In double quotes \\ begins a sign of its own; write \\\\, or put the text in single quotes',
  BAD_INDENT: 'The indentation fits no line above',
  BAD_PROP_ORDER: 'An anchor and a tag stand before the value, not in between',
  BAD_SCALAR_START: 'A text that begins so must stand in quotes',
  BLOCK_AS_IMPLICIT_KEY: 'A list or a block cannot be a key: a colon or an indentation is missing above',
  BLOCK_IN_FLOW: 'Between brackets there are no blocks and no dashes',
  IMPOSSIBLE: 'This cannot be read',
  KEY_OVER_1024_CHARS: 'A key is at most 1024 characters long',
  MISSING_CHAR: 'Something is missing before this',
  MULTILINE_IMPLICIT_KEY: 'A key stands on one line with its colon: a colon is missing',
  MULTIPLE_ANCHORS: 'A value has one anchor at the most',
  MULTIPLE_TAGS: 'A value has one tag at the most',
  NON_STRING_KEY: 'A key is a text',
  RESOURCE_EXHAUSTION: TOO_DEEP,
  MULTIPLE_DOCS: 'A file holds one experiment: nothing may follow "---"',
  TAB_AS_INDENT: 'YAML is indented with blanks, not with tabs',
  TAG_RESOLVE_FAILED: 'The tag ! is none that an experiment has; put a text that begins with ! in quotes',
  UNEXPECTED_TOKEN: 'This does not belong here: a comma, a quote or a bracket is missing before it',
};

/** `start` and `end` are offsets in UTF-16 units. */
export interface ProblemInText {
  readonly message: string;
  readonly start: number;
  readonly end: number;
  readonly repair?: Repair;
}

/** Why a text cannot be read, and what it is where all of that is put right. */
export interface TextProblems {
  /** In the text as it is. */
  readonly problems: readonly ProblemInText[];
  /** Undefined where not everything can be put right. */
  readonly repaired?: { readonly text: string; before(offset: number): number };
}

/** Whether anything keeps a text from being read. */
export function isBroken(document: Document, text: string): boolean {
  if (document.errors.length > 0 || hasKeysTwice(document.contents)) return true;
  return text.includes('*') && aliasesOfNothing(document).length > 0;
}

/** Why a text is no YAML that can be read; `parse` gives the document of another text. */
export function textProblems(document: Document, text: string, parse: (text: string) => Document): TextProblems {
  const problems: ProblemInText[] = [];
  let tries = 0;
  const firstFault = (other: string) => {
    tries += 1;
    return tries > MOST_TRIES ? 0 : faultsOf(parse(other))[0]?.pos[0];
  };
  let current = text;
  let read = document;
  let before = (offset: number) => offset;
  for (;;) {
    const faults = faultsOf(read);
    const [first] = faults;
    if (!first) break;
    const canRepair = problems.length < MOST_SLIPS && tries < MOST_TRIES && text.length <= LARGEST_FOR_SLIPS;
    const slip = canRepair ? slipAt(current, first.pos[0], firstFault) : undefined;
    if (!slip)
      return { problems: [...problems, ...faults.slice(0, MOST_PROBLEMS).map((fault) => shown(fault, before))] };
    const { changes } = slip.repair;
    const own = before;
    problems.push({
      message: slip.message,
      start: own(slip.start),
      end: own(slip.end),
      repair: {
        ...slip.repair,
        changes: changes.map(({ start, end, text: part }) => ({ start: own(start), end: own(end), text: part })),
      },
    });
    const step = offsetBefore(changes);
    before = (offset) => own(step(offset));
    current = applyChanges(current, changes);
    read = parse(current);
  }
  const aliases = current.includes('*') ? aliasesOfNothing(read) : [];
  for (const { message, start, end } of [...keysTwice(read, current), ...aliases].slice(0, MOST_PROBLEMS)) {
    problems.push({ message, start: before(start), end: before(end) });
  }
  return { problems, repaired: aliases.length > 0 ? undefined : { text: current, before } };
}

type Fault = Document['errors'][number];

function faultsOf({ errors }: Document): Fault[] {
  return errors.toSorted((a, b) => a.pos[0] - b.pos[0]);
}

/** Asked of every version of a text: the library's own walk takes many times as long, and what is known is not walked again. */
function hasKeysTwice(node: unknown): boolean {
  if (isPair(node)) return hasKeysTwice(node.key) || hasKeysTwice(node.value);
  if (!(isMap(node) || isSeq(node)) || knownOf(node).isSound) return false;
  if (isMap(node)) {
    const names = node.items.map((pair) => nameOf(pair)).filter((name) => name !== '<<');
    if (new Set(names).size < names.length) return true;
  }
  if (node.items.some(hasKeysTwice)) return true;
  knownOf(node).isSound = true;
  return false;
}

function shown({ code, message, pos: [start, end] }: Fault, before: (offset: number) => number): ProblemInText {
  return { message: IN_OTHER_WORDS[code] ?? message, start: before(start), end: before(end) };
}

/** Each is told with its name, and hides nothing that follows. */
function keysTwice({ contents }: Document, text: string): ProblemInText[] {
  const found: ProblemInText[] = [];
  visit(contents, {
    Map(_, { items }) {
      const first = new Map<string, number>();
      for (const pair of items as Pair[]) {
        const name = nameOf(pair);
        const [start, end] = isScalar(pair.key) ? (pair.key.range ?? [0, 0]) : [0, 0];
        const earlier = first.get(name);
        if (earlier === undefined) first.set(name, start);
        else if (name !== '<<' && found.length < MOST_PROBLEMS) {
          const line = text.slice(0, earlier).split('\n').length;
          found.push({ message: `The key "${name}" is there already, in line ${line}`, start, end });
        }
      }
    },
  });
  return found;
}

/** Takes away what is there a second time: the first one counts. */
export function dropSecondKeys(document: Document): void {
  visit(document.contents, {
    Map(_, map) {
      const seen = new Set<string>();
      map.items = map.items.filter((pair) => {
        const name = nameOf(pair);
        const isFirst = name === '<<' || !seen.has(name);
        seen.add(name);
        return isFirst;
      });
    },
  });
}

/** Why well-formed YAML still has no values: what `toJS` threw, in the file's words. */
export function valueProblem(error: unknown): string {
  if (error instanceof ReferenceError) return 'Aliases stand for more than an experiment can hold';
  return error instanceof RangeError ? TOO_DEEP : (error as Error).message;
}

function aliasesOfNothing(document: Document): ProblemInText[] {
  const anchors = new Set<string | undefined>();
  const found: ProblemInText[] = [];
  visit(document, {
    Value: (_, { anchor }) => void anchors.add(anchor),
    Alias(_, { source, range }) {
      if (anchors.has(source) || !range) return;
      found.push({ message: `Nothing before this is marked &${source}`, start: range[0], end: range[1] });
    },
  });
  return found;
}
