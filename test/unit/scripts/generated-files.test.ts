import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DIAGNOSTIC_EXAMPLES } from '../../../scripts/generate/diagnostic-examples.js';
import { generatedFiles } from '../../../scripts/generate/generated-files.js';
import { PROBLEM_CODES } from '../../../scripts/generate/problem-codes.js';
import { diagnose } from '../../support/spec-text.js';

const root = join(import.meta.dirname, '../../..');

describe('What is generated', () => {
  for (const [path, text] of Object.entries(generatedFiles())) {
    it(`stands in ${path} as the declarations are (else: npm run generate)`, async () => {
      assert.equal(await readFile(join(root, path), 'utf8'), text);
    });
  }
});

describe('docs/diagnostics.md', () => {
  const headings = [...generatedFiles()['docs/diagnostics.md'].matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading);

  it('has one heading a code, so that a link to the code leads there', () => {
    assert.equal(new Set(headings).size, headings.length);
    const problems = Object.values(PROBLEM_CODES).flatMap(Object.keys);
    for (const code of [...Object.keys(DIAGNOSTIC_EXAMPLES), ...problems]) assert.ok(headings.includes(code), code);
  });

  for (const [code, { faulty, sound }] of Object.entries(DIAGNOSTIC_EXAMPLES)) {
    if (faulty.startsWith('#')) continue;
    it(`shows ${code} by an example that gives it, and one in order that does not`, async () => {
      assert.deepEqual(new Set((await diagnose(faulty)).map((diagnostic) => diagnostic.code)), new Set([code]));
      const others = (await diagnose(sound ?? '')).filter((diagnostic) => diagnostic.code === code);
      assert.deepEqual(others, []);
    });
  }
});
