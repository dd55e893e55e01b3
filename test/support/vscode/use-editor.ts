import type { VsCodeOptions } from '../../../scripts/vscode/code-server.js';
import { Editor } from './editor.js';

/** VS Code for the tests of the suite that it is called in, which are skipped where it is not possible. */
export function useEditor(options: Omit<VsCodeOptions, 'installation'> = {}): () => Editor {
  let editor: Editor | undefined;
  before(async function () {
    this.timeout(300_000);
    editor = await Editor.start(options);
    if (!editor) this.skip();
  });
  after(() => editor?.stop());
  return () => editor as Editor;
}
