import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import {
  type Position,
  type Range,
  TextDocument,
  type TextDocumentContentChangeEvent,
} from 'vscode-languageserver-textdocument';
import { URI } from 'vscode-uri';
import {
  parseExperiment,
  type ReadExperiment,
  type ReadOptions,
  readExperiment,
  readUseAlone,
} from '../experiment/read.js';
import { type SchemaPlace, schemaPlaceAt } from '../experiment/schema/schema-place.js';
import { LARGEST_TEXT, type SpecPath, type Range as SpecRange, type SpecTree } from '../experiment/syntax/tree.js';
import type { Plugin } from '../plugins/declare.js';
import type { PluginUse } from '../stages/spec.js';

export const LANGUAGE_ID = 'lookalike-experiment';

/** What a document is read with. */
export interface Surroundings {
  readonly plugins: readonly Plugin[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute paths, in the client's order. */
  readonly workspaceFolders: readonly string[];
  /** The innermost workspace folder that holds a file. */
  workspaceFolderOf(file: string): string | undefined;
}

/**
 * One version of an experiment file that is open in an editor; a change gives another one. Offsets and characters
 * are UTF-16 units, lines and characters count from 0. What is read from the text is read once, when first asked for.
 */
export class ExperimentDocument {
  /** Absolute path that paths in the file are relative to; of an unsaved document, a file of its name in its folder. */
  readonly file: string;
  readonly text: string;
  private parsed: SpecTree | undefined;
  private read: ReadExperiment | undefined;

  private constructor(
    private readonly source: TextDocument,
    private readonly services: Surroundings,
    /** Of the versions before that were parsed and read last. */
    private readonly earlier: Partial<Pick<ReadExperiment, 'tree' | 'memory'>> = {},
  ) {
    this.text = source.getText();
    this.file = fileOfUri(source.uri, services.workspaceFolders);
  }

  static open(uri: string, version: number, text: string, services: Surroundings): ExperimentDocument {
    return new ExperimentDocument(TextDocument.create(uri, LANGUAGE_ID, version, text), services);
  }

  /** The document after edits, each of which is relative to the one before. */
  edited(changes: readonly TextDocumentContentChangeEvent[], version: number): ExperimentDocument {
    const copy = TextDocument.create(this.uri, LANGUAGE_ID, version, this.text);
    const earlier = { tree: this.parsed ?? this.earlier.tree, memory: this.read?.memory ?? this.earlier.memory };
    return new ExperimentDocument(TextDocument.update(copy, [...changes], version), this.services, earlier);
  }

  get uri(): string {
    return this.source.uri;
  }

  get version(): number {
    return this.source.version;
  }

  /** The experiment as it was read; its diagnostics are those that need no disk. */
  get experiment(): ReadExperiment {
    if (this.read) return this.read;
    const { tree, earlier } = this;
    this.read = readExperiment(this.text, { ...this.readOptions, tree, earlier });
    return this.read;
  }

  private get readOptions(): ReadOptions {
    const { file } = this;
    const { plugins, env } = this.services;
    return { file, plugins, env, workspaceFolder: this.services.workspaceFolderOf(file) };
  }

  /** The plugin at a path, where what is written there says all of it; otherwise it is one of the experiment's. */
  useAlone(path: SpecPath): PluginUse | undefined {
    const { family, isParameter } = this.schemaAt(path) ?? {};
    if (this.read || !family || isParameter) return undefined;
    return readUseAlone(this.tree, { family, path }, this.readOptions);
  }

  /** Its YAML: what is asked of a place alone need not wait until all of it is read. */
  get tree(): SpecTree {
    this.parsed ??= parseExperiment(this.text, this.earlier.tree);
    return this.parsed;
  }

  /** Larger than an experiment can be: a diagnostic says so, and nothing else is said of it. */
  get isTooLarge(): boolean {
    return this.text.length > LARGEST_TEXT;
  }

  /** `\r\n` where the first line ends so, else `\n`. */
  get lineEnd(): '\r\n' | '\n' {
    return /^[^\n]*\r\n/.test(this.text) ? '\r\n' : '\n';
  }

  offsetAt(position: Position): number {
    return this.source.offsetAt(position);
  }

  positionAt(offset: number): Position {
    return this.source.positionAt(offset);
  }

  range(start: number, end: number): Range {
    return { start: this.positionAt(start), end: this.positionAt(end) };
  }

  /** A range of the spec's, as the protocol counts. */
  rangeOf({ start, end }: SpecRange): Range {
    return this.range(start.offset, end.offset);
  }

  /** What the declarations say of a path. */
  schemaAt(path: SpecPath): SchemaPlace | undefined {
    return schemaPlaceAt(path, { plugins: this.services.plugins, nodeAt: (at) => this.tree.nodeAt(at) });
  }

  /** Where the value at a path stands. */
  valueRange(path: SpecPath): Range {
    return this.rangeOf(this.tree.rangeOf(path));
  }

  /** Where the key of the value at a path stands. */
  keyRange(path: SpecPath): Range {
    return this.rangeOf(this.tree.keyRangeOf(path));
  }
}

/** The file of a document; of one that is not saved, a file of its name in the first workspace folder. */
function fileOfUri(uri: string, [folder = homedir()]: readonly string[]): string {
  const parsed = URI.parse(uri);
  return parsed.scheme === 'file' ? parsed.fsPath : join(folder, basename(parsed.path) || 'untitled');
}
