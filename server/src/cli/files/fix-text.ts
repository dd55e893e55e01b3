import { URI } from 'vscode-uri';
import { ExperimentDocument } from '../../language/document.js';
import { fixedSafely } from '../../language/fixes/fix-safely.js';
import { createServices } from '../../language/services.js';
import type { Plugin } from '../../plugins/declare.js';

/** The text of an experiment's file with what can be put right safely, and what was. */
export function fixText(file: string, text: string, plugins: readonly Plugin[]): ReturnType<typeof fixedSafely> {
  const services = createServices({ plugins });
  return fixedSafely(ExperimentDocument.open(URI.file(file).toString(), 0, text, services), services);
}
