import type { Command, CreateFile, Range, TextDocumentEdit } from 'vscode-languageserver-types';
import type { DiagnosticCode } from '../../experiment/checks/diagnostics.js';
import type { Repair } from '../../experiment/syntax/slips.js';
import type { TextChange } from '../../experiment/syntax/text-change.js';
import type { SpecPath } from '../../experiment/syntax/tree.js';
import type { Remedy } from '../../protocol/problem.js';
import type { ExperimentDocument } from '../document.js';
import type { LanguageServices } from '../services.js';

/** A diagnostic that is to be put right. */
export interface Fault {
  readonly code: DiagnosticCode;
  readonly isError: boolean;
  readonly path: SpecPath;
  /** The valid word nearest to the one that is there. */
  readonly suggestion?: string;
  readonly remedy?: Remedy;
  /** What was meant, where that is plain. */
  readonly repair?: Repair;
  readonly range: Range;
  /** The range in offsets, and what is written there. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly message: string;
}

/** What can be done about a diagnostic, or to the text without one. */
export interface Fix {
  readonly title: string;
  readonly changes?: readonly TextChange[];
  /** Changes of other files. */
  readonly files?: readonly (CreateFile | TextDocumentEdit)[];
  readonly command?: Command;
  /** It is what was meant, most likely. */
  readonly preferred?: boolean;
  /** It changes nothing of what the file means: all such can be made at once. */
  readonly safe?: boolean;
}

export interface FixMaker {
  readonly codes: readonly DiagnosticCode[];
  create(document: ExperimentDocument, fault: Fault, services: LanguageServices): Fix[] | Promise<Fix[]>;
}
