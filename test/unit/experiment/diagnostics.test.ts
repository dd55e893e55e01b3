import assert from 'node:assert/strict';
import { DIAGNOSTIC_CODES } from '../../../server/src/experiment/checks/diagnostics.js';
import { diagnose, spanOf, unmark } from '../../support/spec-text.js';
import { CASES } from './diagnostic-cases.js';

describe('Reading an experiment file', () => {
  for (const [code, cases] of Object.entries(CASES)) {
    describe(`gives ${code}`, () => {
      for (const { fault, faulty, sound, set, says } of cases) {
        it(`for ${fault}, where it stands`, async () => {
          const { text, spans } = unmark(faulty);
          const diagnostics = await diagnose(text, { overrides: set?.slice(0, 1) });
          const found = diagnostics.map((diagnostic) => ({ code: diagnostic.code, ...spanOf(diagnostic) }));
          assert.deepEqual(
            found,
            spans.map((span) => ({ code, ...span })),
          );
          for (const { message, hint } of diagnostics) assert.match(`${message} ${hint ?? ''}`, says ?? /\S/);
        });

        it(`and nothing without ${fault}`, async () => {
          assert.deepEqual(await diagnose(sound, { overrides: set?.slice(1) }), []);
        });
      }
    });
  }

  it('has an example of every diagnostic code', () => {
    assert.deepEqual(Object.keys(CASES).sort(), Object.keys(DIAGNOSTIC_CODES).sort());
    for (const [code, cases] of Object.entries(CASES)) assert.ok(cases.length > 0, `${code} has no example`);
  });
});
