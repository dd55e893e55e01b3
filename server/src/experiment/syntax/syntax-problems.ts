import { type Document, visit } from 'yaml';

/** A broken text can give one problem for each of its characters. */
const MOST_PROBLEMS = 50;
const TOO_DEEP = 'Blocks stand in blocks too deep for an experiment';
/** What the parser says in words for its programmers. */
const IN_OTHER_WORDS: Readonly<Record<string, string>> = {
  RESOURCE_EXHAUSTION: TOO_DEEP,
  MULTIPLE_DOCS: 'A file holds one experiment: nothing may follow "---"',
};

/** `start` and `end` are offsets in UTF-16 units. */
export interface ProblemInText {
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

/** Why a text is no YAML that can be read, as which it was parsed: the first fifty reasons. */
export function syntaxProblems(document: Document, text: string): ProblemInText[] {
  const errors = document.errors.map(({ code, message, pos: [start, end] }) => ({
    message: IN_OTHER_WORDS[code] ?? message,
    start,
    end,
  }));
  return [...errors, ...(text.includes('*') ? aliasesOfNothing(document) : [])].slice(0, MOST_PROBLEMS);
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
