import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fail, ok, type Result } from '../protocol/errors.js';

/** The built browser code of `client/webview`. */
export interface WebviewBundle {
  readonly script: string;
  readonly style: string;
}

/** Beside this module where it is bundled too; in `dist` where it runs from its source. */
const FOLDERS = ['.', '../../../dist'].map((path) => join(dirname(fileURLToPath(import.meta.url)), path));

/** Problem: `report-code-missing`, where the product was not built. */
export async function readWebviewBundle(folders: readonly string[] = FOLDERS): Promise<Result<WebviewBundle>> {
  const folder = folders.find((path) => existsSync(join(path, 'webview.js')) && existsSync(join(path, 'webview.css')));
  if (!folder) {
    const hint = 'Build it: npm run build. An installed Lookalike that says this is damaged: install it again.';
    return fail('report-code-missing', `webview.js and webview.css are not in ${folders.join(' or ')}`, { hint });
  }
  const read = (name: string) => readFile(join(folder, name), 'utf8');
  const [script, style] = await Promise.all([read('webview.js'), read('webview.css')]);
  return ok({ script, style });
}
