import {
  type Document,
  isCollection,
  isMap,
  isNode,
  isPair,
  isScalar,
  Pair,
  parseDocument,
  Scalar,
  YAMLMap,
  YAMLParseError,
  YAMLSeq,
} from 'yaml';

/**
 * A part of a text that means the same wherever it stands in it: mostly a top-level key with all that belongs to it.
 * Offsets in its nodes and errors are those of the whole text.
 */
export interface YamlSection {
  readonly text: string;
  readonly start: number;
  /** Nothing follows it. */
  readonly isLast: boolean;
  readonly map: YAMLMap;
  readonly errors: readonly YAMLParseError[];
}

export interface ParsedYaml {
  readonly document: Document;
  /** None where the text is no sequence of them. */
  readonly sections: readonly YamlSection[];
}

/** An experiment has a dozen keys; what has many more is none. */
const MOST_SECTIONS = 64;
/** A line that begins a top-level key. */
const HEAD = /^[A-Za-z_][\w-]*[^\S\n]*:(?=\s|$)/gm;
/** Anchors, and what refers to them from another section. */
const LINKS = /[&*]/;
const ONLY_COMMENTS = /^(?:[^\S\n]*(?:#.*)?(?:\n|$))*$/;
/** A key that no file has, put behind a section to see whether what follows begins anew. */
const NEXT = '\uE001';

/**
 * Parses a text as `parseDocument` does, but takes over the sections that an earlier version of it had, so that a
 * keystroke costs the section that it is in. Nothing of the earlier version is changed. Behind the first fault of a
 * faulty text the two may differ: what a section got wrong does not reach into the next.
 */
export function parseYaml(text: string, earlier: readonly YamlSection[] = []): ParsedYaml {
  const sections = sectionsOf(text, earlier);
  return sections ? { document: compose(sections), sections } : { document: parse(text), sections: [] };
}

/** Keys that are there twice are looked for elsewhere: the library compares each with all others. */
function parse(text: string): Document {
  return parseDocument(text, { prettyErrors: false, merge: true, logLevel: 'error', uniqueKeys: false });
}

/** The sections of a text in their order, or undefined where it must be parsed as a whole. */
function sectionsOf(text: string, earlier: readonly YamlSection[]): YamlSection[] | undefined {
  const starts = [...text.matchAll(HEAD)].map(({ index }) => index);
  if (starts.length === 0 || starts.length > MOST_SECTIONS || LINKS.test(text)) return undefined;
  if (!ONLY_COMMENTS.test(text.slice(0, starts[0]))) return undefined;
  const sections = sectionsFrom(text, starts, new Map(earlier.map((section) => [section.text, section])));
  return sections && !haveKeysTwice(sections) ? sections : undefined;
}

function sectionsFrom(
  text: string,
  starts: readonly number[],
  known: ReadonlyMap<string, YamlSection>,
): YamlSection[] | undefined {
  const sections: YamlSection[] = [];
  for (const [n, start] of starts.entries()) {
    const own = text.slice(start, starts[n + 1]);
    const isLast = n + 1 === starts.length;
    const section = movedTo(start, isLast, known.get(own)) ?? parseSection(own, start, isLast);
    if (section) sections.push(section);
    else return withRest(sections, text, start);
  }
  return sections;
}

/** A section that goes on in what follows, as it began a quotation, say, that does not end. */
function withRest(before: readonly YamlSection[], text: string, start: number): YamlSection[] | undefined {
  const rest = parseSection(text.slice(start), start, true);
  return rest && [...before, rest];
}

function haveKeysTwice(sections: readonly YamlSection[]): boolean {
  const keys = sections.flatMap(({ map }) => map.items.map(({ key }) => (isScalar(key) ? key.value : key)));
  return new Set(keys).size < keys.length;
}

/** Undefined where what follows would be a part of it, or it is no block with keys. */
function parseSection(text: string, start: number, isLast: boolean): YamlSection | undefined {
  const { contents, errors } = parse(isLast ? text : `${text}${NEXT}: 0\n`);
  if (!isMap(contents)) return undefined;
  if (!isLast && !isNext(contents.items.pop()?.key, text.length)) return undefined;
  return movedTo(start, isLast, { text, start: 0, isLast, map: contents, errors });
}

function isNext(key: unknown, offset: number): boolean {
  return isScalar(key) && key.value === NEXT && key.range?.[0] === offset;
}

/** A section where it stands now, or undefined where it is another one: copied, as the earlier version keeps its own. */
function movedTo(start: number, isLast: boolean, section: YamlSection | undefined): YamlSection | undefined {
  if (section?.isLast !== isLast) return undefined;
  const by = start - section.start;
  if (by === 0) return section;
  const map = moved(section.map, by) as YAMLMap;
  const errors = section.errors.map(({ pos: [from, to], code, message }) => {
    return new YAMLParseError([from + by, to + by], code, message);
  });
  return { ...section, start, map, errors };
}

/** A copy that stands elsewhere. The library's own `clone` takes thirty times as long, as it copies property by property. */
function moved(item: unknown, by: number): unknown {
  if (isPair(item)) return new Pair(moved(item.key, by), moved(item.value, by));
  if (!isNode(item) || !item.range) return item;
  const range = item.range.map((offset) => offset + by);
  if (isScalar(item)) return Object.assign(new Scalar(item.value), item, { range });
  const items = isCollection(item) ? item.items.map((inner) => moved(inner, by)) : [];
  return Object.assign(isMap(item) ? new YAMLMap() : new YAMLSeq(), item, { range, items });
}

function compose(sections: readonly YamlSection[]): Document {
  const document: Document = parse('');
  const map = new YAMLMap(document.schema);
  map.items = sections.flatMap((section) => section.map.items);
  map.range = rangeOver(sections);
  document.contents = map;
  document.errors = sections.flatMap(({ errors }) => errors);
  return document;
}

function rangeOver(sections: readonly YamlSection[]): [number, number, number] {
  const [, valueEnd, nodeEnd] = sections.at(-1)?.map.range ?? [0, 0, 0];
  return [sections[0]?.start ?? 0, valueEnd, nodeEnd];
}
