import {
  type CompletionItem,
  type CompletionItemKind,
  InsertTextFormat,
  InsertTextMode,
  MarkupKind,
} from 'vscode-languageserver-types';
import { isMap, type Node } from 'yaml';
import * as z from 'zod';
import { nameOf } from '../../experiment/key-name.js';
import { accepts } from '../../experiment/schema/accepts.js';
import { type DeclaredKey, keysOf, type SchemaPlace, schemaPlaceAt } from '../../experiment/schema/schema-place.js';
import type { SpecPath } from '../../experiment/syntax/tree.js';
import type { Family, Plugin } from '../../plugins/declare.js';
import type { ExperimentDocument } from '../document.js';
import type { LanguageServices } from '../services.js';
import { FileFacts } from './file-facts.js';
import { type Outline, outlineOf } from './outline.js';
import { PROBE, type Probed } from './probe.js';
import { lineStart } from './section.js';
import { literal } from './snippet.js';
import { ValueWriter } from './write-value.js';

/** What an item says beside its text. */
export interface ItemFacts {
  readonly label: string;
  readonly kind: CompletionItemKind;
  /** Shown beside the label. */
  readonly detail?: string;
  /** Markdown. */
  readonly documentation?: string;
  /** What the typed word is compared with; default: the label. */
  readonly filterText?: string;
}

/** A place where something is being typed, with all that is known of it, and how items are made for it. */
export class CompletionSite {
  readonly facts: FileFacts;
  readonly outline: Outline;

  constructor(
    readonly document: ExperimentDocument,
    readonly probed: Probed,
    readonly services: LanguageServices,
  ) {
    this.outline = outlineOf(document);
    this.facts = new FileFacts(this.outline, services.plugins, probed);
  }

  /** What the declarations say of a path, by default that of the site. */
  place(path: SpecPath = this.probed.path): SchemaPlace | undefined {
    return schemaPlaceAt(path, { plugins: this.services.plugins, nodeAt: (at) => this.nodeAt(at) });
  }

  /** The node at a path, with the probe in it; key paths of a matrix lead into other sections than is typed in. */
  nodeAt(path: SpecPath): Node | undefined {
    const [section] = path;
    return section === undefined || section === this.probed.path[0]
      ? this.probed.tree.nodeAt(path)
      : this.outline.nodeAt(path);
  }

  /** The keys that a block has, but for the one that is being typed. */
  blockKeys(path: SpecPath): string[] {
    const block = this.probed.tree.nodeAt(path);
    return isMap(block) ? block.items.map((pair) => nameOf(pair)).filter((key) => key !== PROBE) : [];
  }

  /** Plugins that take the parameters which the block around the site has already. */
  pluginsThatFit(family: Family): Plugin[] {
    const { role, path } = this.probed;
    const blockPath = role === 'key' ? path : path.slice(0, -1);
    const present = this.blockKeys(blockPath).filter((key) => key !== 'use');
    const block = Object.fromEntries(present.map((key) => [key, this.probed.tree.valueAt([...blockPath, key])]));
    const { plugins } = this.services;
    const schema = z.unknown().meta({ plugin: family });
    return this.facts.pluginsOf(family).filter(({ name }) => accepts(schema, { ...block, use: name }, plugins));
  }

  keysOf(place: SchemaPlace): DeclaredKey[] {
    return keysOf(place, this.services.plugins);
  }

  /** A writer whose tab stops begin at 1. */
  writer(): ValueWriter {
    return new ValueWriter(this.facts, this.probed.flow);
  }

  /** Lines as a text that goes on at a column; in brackets they stand on one line. */
  below(lines: readonly string[], column = this.probed.column): string {
    return lines.join(this.probed.flow ? ', ' : `${this.document.lineEnd}${' '.repeat(column)}`);
  }

  /** An item that writes lines below the key which the site is the value of; of a list's item, from it on. */
  itemBelow(lines: readonly string[], facts: ItemFacts): CompletionItem {
    if (typeof this.probed.path.at(-1) === 'number') return this.item(this.below(lines), facts);
    const { start, end, column } = this.probed;
    const lineSoFar = this.document.text.slice(lineStart(this.document.text, start), start);
    return this.itemFor(start - trailingBlanks(lineSoFar), end, this.below(['', ...lines], column + 2), facts);
  }

  /** Whether nothing else stands on the line behind the site, so that lines may follow. */
  get isAlone(): boolean {
    return /^[^\S\n]*(?:\n|$)/.test(this.document.text.slice(this.probed.end));
  }

  /** An item that types over the word with a snippet. */
  item(snippet: string, facts: ItemFacts): CompletionItem {
    const { start, end, before, after } = this.probed;
    return this.itemFor(start, end, before + snippet + after, facts);
  }

  /** An item that types over the word with a text as it is. */
  plainItem(text: string, facts: ItemFacts): CompletionItem {
    return this.item(literal(text), facts);
  }

  /** An item that types over a part of the document, which is on one line and holds the cursor. */
  itemFor(start: number, end: number, newText: string, { documentation, ...facts }: ItemFacts): CompletionItem {
    return {
      ...facts,
      documentation: documentation ? { kind: MarkupKind.Markdown, value: documentation } : undefined,
      textEdit: { range: this.document.range(start, end), newText },
      insertTextFormat: InsertTextFormat.Snippet,
      insertTextMode: InsertTextMode.asIs,
    };
  }
}

/** How many blanks a line ends with. */
function trailingBlanks(line: string): number {
  return line.length - line.trimEnd().length;
}
