import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { fail, ok, type Result } from '../protocol/errors.js';
import type { PaperChoice } from '../protocol/images/paper-choice.js';
import type { PaperFile } from '../protocol/images/paper-figure.js';
import type { ReportData } from '../protocol/webview.js';

/** The built browser code of `client/webview`. */
export interface WebviewBundle {
  readonly script: string;
  readonly style: string;
}

/** Beside this module where it is bundled too; in `dist` where it runs from its source. */
const FOLDERS = ['.', '../../../dist'].map((path) => join(dirname(fileURLToPath(import.meta.url)), path));

/** Problem: `report-code-missing`, where the product was not built. */
export async function readWebviewBundle(folders?: readonly string[]): Promise<Result<WebviewBundle>> {
  const built = builtFolder(['webview.js', 'webview.css'], folders);
  if (!built.ok) return built;
  const read = (name: string) => readFile(join(built.value, name), 'utf8');
  const [script, style] = await Promise.all([read('webview.js'), read('webview.css')]);
  return ok({ script, style });
}

/** Draws every chart of a run's report for paper. Problem: `report-code-missing`. */
export async function drawFigures(
  data: Pick<ReportData, 'results' | 'compare'>,
  choice: PaperChoice,
): Promise<Result<PaperFile[]>> {
  const built = builtFolder(['figures.js']);
  if (!built.ok) return built;
  const code: Drawing = await import(pathToFileURL(join(built.value, 'figures.js')).href);
  return ok(code.drawFigures(data, choice));
}

/** What `client/webview/figures/main.ts` exports: that code is built with the DOM's types, and this without. */
interface Drawing {
  drawFigures(data: Pick<ReportData, 'results' | 'compare'>, choice: PaperChoice): PaperFile[];
}

function builtFolder(names: readonly string[], folders: readonly string[] = FOLDERS): Result<string> {
  const folder = folders.find((path) => names.every((name) => existsSync(join(path, name))));
  if (folder) return ok(folder);
  const hint = 'Build it: npm run build. An installed Lookalike that says this is damaged: install it again.';
  return fail('report-code-missing', `${names.join(' and ')} are not in ${folders.join(' or ')}`, { hint });
}
