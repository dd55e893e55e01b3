import { type DocumentSymbol, SymbolKind } from 'vscode-languageserver-types';
import { isMap, isScalar, isSeq, type Node, type Pair } from 'yaml';
import { nameOf } from '../../experiment/key-name.js';
import { useOf } from '../../experiment/schema/schema-place.js';
import type { ExperimentDocument } from '../document.js';
import { endOf } from '../edit/insert-entry.js';

/** The file's outline: its keys with what they say or use, its models and its expectations. */
export function documentSymbol(document: ExperimentDocument): DocumentSymbol[] {
  return symbolsIn(document, document.tree.document.contents, undefined);
}

function symbolsIn(document: ExperimentDocument, node: unknown, section: string | undefined): DocumentSymbol[] {
  if (isMap(node)) {
    return (node.items as Pair<Node | null, Node | null>[]).flatMap((pair) => {
      const inner = symbolsIn(document, pair.value, section ?? nameOf(pair));
      return symbol(document, nameOf(pair), pair.key, pair.value, inner);
    });
  }
  if (!isSeq(node)) return [];
  return (node.items as (Node | null)[]).flatMap((item) => {
    const name = itemName(item, section);
    return name ? symbol(document, name, null, item, symbolsIn(document, item, section)) : [];
  });
}

/** A list's items are in the outline where they have a name, and where they are expectations. */
function itemName(item: Node | null, section: string | undefined): string | undefined {
  if (isMap(item)) return textOf(item.get('name')) || textOf(item.get('use'));
  return isScalar(item) && (section === 'expect' || section === 'embed') ? String(item.value) : undefined;
}

function symbol(
  document: ExperimentDocument,
  name: string,
  key: Node | null,
  value: Node | null,
  children: DocumentSymbol[],
): DocumentSymbol[] {
  const head = key ?? value;
  if (!head?.range) return [];
  const [start, headEnd] = head.range;
  const end = Math.max(headEnd, endOf(value ?? head));
  const lineEnd = document.text.slice(start, end).search(/\r?\n|$/);
  return [
    {
      name: name || '(no name)',
      detail: key ? textOf(value ? useOf(value) : undefined) : undefined,
      kind: kindOf(key, value),
      range: document.range(start, end),
      selectionRange: document.range(start, key ? headEnd : start + lineEnd),
      children,
    },
  ];
}

/** A block in the place of a text is none, and may be one that cannot be written as one. */
function textOf(value: unknown): string {
  return value === undefined || typeof value === 'object' ? '' : String(value);
}

function kindOf(key: Node | null, value: Node | null): SymbolKind {
  if (!key) return isMap(value) ? SymbolKind.Class : SymbolKind.String;
  if (isMap(value)) return SymbolKind.Object;
  if (isSeq(value)) return SymbolKind.Array;
  const said = isScalar(value) ? typeof value.value : 'undefined';
  return (
    { number: SymbolKind.Number, boolean: SymbolKind.Boolean, string: SymbolKind.String }[said as string] ??
    SymbolKind.Null
  );
}
