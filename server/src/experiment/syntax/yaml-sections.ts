import { type Document, isMap, isScalar, YAMLMap, type YAMLParseError } from 'yaml';
import { itemsIn, MOST_WHOLE, parseByItems, type YamlItem } from './yaml-items.js';
import { beginsAt, errorMoved, NEXT, parse, shifted } from './yaml-nodes.js';

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
  /** Of a long one, items of its list as this version or one before it had them. */
  readonly items?: readonly YamlItem[];
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

/**
 * Parses a text as `parseDocument` does, but takes over the sections that an earlier version of it had, so that a
 * keystroke costs the section that it is in. Nothing of the earlier version is changed. Behind the first fault of a
 * faulty text the two may differ: what a section got wrong does not reach into the next.
 */
export function parseYaml(text: string, earlier: readonly YamlSection[] = []): ParsedYaml {
  const sections = sectionsOf(text, earlier);
  return sections ? { document: compose(sections), sections } : { document: parse(text), sections: [] };
}

/** The sections of a text in their order, or undefined where it must be parsed as a whole. */
function sectionsOf(text: string, earlier: readonly YamlSection[]): YamlSection[] | undefined {
  const starts = [...text.matchAll(HEAD)].map(({ index }) => index);
  if (starts.length === 0 || starts.length > MOST_SECTIONS || LINKS.test(text)) return undefined;
  if (!ONLY_COMMENTS.test(text.slice(0, starts[0]))) return undefined;
  const sections = sectionsFrom(text, starts, earlier);
  return sections && !haveKeysTwice(sections) ? sections : undefined;
}

function sectionsFrom(
  text: string,
  starts: readonly number[],
  earlier: readonly YamlSection[],
): YamlSection[] | undefined {
  const known = new Map(earlier.map((section) => [section.text, section]));
  const byKey = new Map(earlier.map((section) => [keyOf(section.text), section]));
  const sections: YamlSection[] = [];
  for (const [n, start] of starts.entries()) {
    const own = text.slice(start, starts[n + 1]);
    const isLast = n + 1 === starts.length;
    const section = movedTo(start, isLast, known.get(own)) ?? parseSection(own, start, isLast, byKey.get(keyOf(own)));
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

function keyOf(section: string): string {
  return section.slice(0, section.indexOf(':'));
}

/** Undefined where what follows would be a part of it, or it is no block with keys. `before`: what it was before an edit. */
function parseSection(text: string, start: number, isLast: boolean, before?: YamlSection): YamlSection | undefined {
  const known = before && text.length > MOST_WHOLE ? (before.items ?? itemsIn(before)) : [];
  const byItems = known.length > 0 ? parseByItems(text, { start, isLast, known }) : undefined;
  if (byItems) return { text, start, isLast, ...byItems };
  const { contents, errors } = parse(isLast ? text : `${text}${NEXT}: 0\n`);
  if (!isMap(contents)) return undefined;
  if (!isLast && !beginsAt(contents.items.pop()?.key, text.length)) return undefined;
  const section = movedTo(start, isLast, { text, start: 0, isLast, map: contents, errors });
  return section && known.length > 0 ? { ...section, items: known } : section;
}

/** A section where it stands now, or undefined where it is another one: copied, as the earlier version keeps its own. */
function movedTo(start: number, isLast: boolean, section: YamlSection | undefined): YamlSection | undefined {
  if (section?.isLast !== isLast) return undefined;
  const by = start - section.start;
  if (by === 0) return section;
  const map = shifted(section.map, by) as YAMLMap;
  return { ...section, start, map, errors: section.errors.map((error) => errorMoved(error, (offset) => offset + by)) };
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
