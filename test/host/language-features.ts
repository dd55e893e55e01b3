import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { openExperiment, until } from './extension.js';

export function languageFeatures(): void {
  describe('the language server in the editor', () => {
    it('says what is wrong with a file, by line and with a code', async () => {
      const { uri } = await openExperiment('wrong.experiment.yaml', 'name: Wrong\ndataset: {use: synthetik}\n');
      const [fault] = await until(
        () => nonEmpty(vscode.languages.getDiagnostics(uri)),
        vscode.languages.onDidChangeDiagnostics,
      );
      assert.equal(fault.range.start.line, 1);
      assert.match(JSON.stringify(fault.code), /unknown-plugin/);
    });
  });
}

function nonEmpty<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length > 0 ? list : undefined;
}
