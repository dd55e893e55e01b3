import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { extension, openExperiment } from './extension.js';

export function activation(): void {
  describe('the extension', () => {
    it('is activated by an experiment file, which has a language of its own', async () => {
      const document = await openExperiment('activation.experiment.yaml', 'name: Activation\n');
      assert.equal(document.languageId, 'lookalike-experiment');
      await extension().activate();
      assert.ok(extension().isActive);
    });

    it('leaves other YAML alone', async () => {
      const document = await openExperiment('other.yaml', 'name: Other\n');
      assert.equal(document.languageId, 'yaml');
      assert.deepEqual(vscode.languages.getDiagnostics(document.uri), []);
    });
  });
}
