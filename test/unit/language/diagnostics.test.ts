import assert from 'node:assert/strict';
import { DiagnosticSeverity } from 'vscode-languageserver-types';
import { diagnose } from '../../../server/src/language/features/diagnostics.js';
import { markRanges, openMarked } from '../../support/marked-yaml.js';

describe('Diagnostics', () => {
  it('stand where the fault does, with a code and a link to what it means', () => {
    const opened = openMarked('name: 😀\ndataset: {use: ⟦synthetc⟧}\n');
    const [diagnostic, ...others] = diagnose(opened.document);
    assert.deepEqual(others, []);
    assert.equal(diagnostic.code, 'unknown-plugin');
    assert.equal(diagnostic.severity, DiagnosticSeverity.Error);
    assert.match(diagnostic.codeDescription?.href ?? '', /^file:.*\/docs\/diagnostics\.md#L\d+$/);
    assert.equal(markRanges(opened, [diagnostic.range]), 'name: 😀\ndataset: {use: ⟦synthetc⟧}\n');
  });
});
