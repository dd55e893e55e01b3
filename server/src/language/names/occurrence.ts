import { isScalar, type Node } from 'yaml';

/** `anchor`, or a kind of names that a stage declares. */
export type NameKind = string;

/** A name of the file's own where it stands in the text. Offsets are UTF-16 units and leave quotes and signs out. */
export interface Occurrence {
  readonly kind: NameKind;
  readonly name: string;
  readonly start: number;
  readonly end: number;
  /**
   * `definition`: the name is given here. `use`: here a model is given that has none, so that its name follows from
   * its `use`. `reference`: it is meant here.
   */
  readonly role: 'definition' | 'use' | 'reference';
  /** It is a segment of a path, with the quotes that it may need there. */
  readonly inPath?: boolean;
  /** It is a part of a segment of a path, of a version behind a countermeasure: it cannot have quotes of its own there. */
  readonly inVersion?: boolean;
  /** Of a `use`, the model that has no name. */
  readonly given?: Node;
  /** Of an anchor, which of its name it is: an anchor may be set again, and what follows it means the later one. */
  readonly setting?: number;
}

export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Where a scalar's text stands, or undefined where escapes or line ends make it another one than is written. */
export function textSpan(text: string, node: unknown): (Span & { readonly value: string }) | undefined {
  if (!isScalar(node) || !node.range || typeof node.value !== 'string' || node.value === '') return undefined;
  const [from, to] = node.range;
  const at = text.slice(from, to).indexOf(node.value);
  return at < 0 ? undefined : { start: from + at, end: from + at + node.value.length, value: node.value };
}

export function isSame(one: Occurrence, other: Occurrence): boolean {
  return one.kind === other.kind && one.name === other.name && one.setting === other.setting;
}
