import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROBLEM_CODES } from '../../../scripts/generate/problem-codes.js';
import { DIAGNOSTIC_CODES } from '../../../server/src/experiment/checks/diagnostics.js';

const root = join(import.meta.dirname, '../../..');

/** How the source gives a code: as the first argument of what makes a failure, as `code:`, or beside a system's error. */
const GIVEN =
  /(?:\b(?:fail|failed|Failed|passing|absent|error|warn)\(|\bcode:|\bE[A-Z]+: \[)\s*'([a-z]+(?:-[a-z0-9]+)+)'/g;

/** Codes that another part of the program understands, and no user sees. */
const INTERNAL: Readonly<Record<string, string>> = {
  'model-unread': 'Says to a plugin that its model is not looked into while a file is typed.',
  'not-read': 'Says that to a plugin of a plan.',
};

const files = ['server/src', 'client/src'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(root, folder, name), 'utf8')),
);
const source = files.join('\n');
const given = new Set([...source.matchAll(GIVEN)].map(([, code]) => code));
const documented = [...Object.keys(DIAGNOSTIC_CODES), ...Object.values(PROBLEM_CODES).flatMap(Object.keys)];

describe('docs/diagnostics.md', () => {
  it('explains every code that the source gives', () => {
    assert.ok(given.size > 100, 'the codes of the source are not found');
    const unexplained = [...given].filter((code) => !documented.includes(code) && !(code in INTERNAL));
    assert.deepEqual(unexplained, []);
  });

  it('explains none that nothing gives', () => {
    const codes = [...Object.values(PROBLEM_CODES).flatMap(Object.keys), ...Object.keys(INTERNAL)];
    const unknown = codes.filter((code) => !source.includes(`'${code}'`));
    assert.deepEqual(unknown, []);
  });
});
