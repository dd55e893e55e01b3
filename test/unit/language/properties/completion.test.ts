import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { CompletionItem, TextEdit } from 'vscode-languageserver-types';
import type { ExperimentDocument } from '../../../../server/src/language/document.js';
import { completion } from '../../../../server/src/language/features/completion.js';
import { FULL } from '../../../support/full.js';
import { acceptCompletion, openMarked } from '../../../support/marked-yaml.js';
import { experimentTexts } from '../../../support/random-documents.js';
import { WRITTEN_OTHERWISE } from '../../../support/written-otherwise.js';

/**
 * What is still to be done after a completion: something must be added, another place must follow, another of the
 * plugins on offer be chosen than the first, which the list has already, or a data set be too small for the default.
 */
const COMPLETABLE = [
  ...['missing-key', 'stage-needs', 'unknown-model', 'unknown-perturbation', 'duplicate-name'],
  ...['model-without-words', 'pairs-unfit'],
];
const SAMPLED = 40;

const texts = new Map([...experimentTexts(), ...Object.entries(WRITTEN_OTHERWISE)]);

function errorsOf(document: ExperimentDocument): string[] {
  return document.experiment.diagnostics.filter(({ severity }) => severity === 'error').map(({ code }) => code);
}

/** Accepts everything that is offered at an offset, and says what is wrong then and was not before. */
async function faultsOfCompletions(text: string, offset: number, allowed: readonly string[]): Promise<string[]> {
  const { document, services } = openMarked(text);
  const items = await completion(document, document.positionAt(offset), services);
  return items.flatMap((item) => faultsOf(document, item, [...errorsOf(document), ...allowed, ...COMPLETABLE]));
}

function faultsOf(document: ExperimentDocument, item: CompletionItem, allowed: readonly string[]): string[] {
  const after = acceptCompletion(document, item);
  const errors = errorsOf(openMarked(after).document);
  // In a text that is broken for another reason, what else is wrong is a guess.
  const isBroken = errors.includes('yaml-syntax') && allowed.includes('yaml-syntax');
  const faults = isBroken ? [] : errors.filter((code) => !allowed.includes(code));
  const edit = item.textEdit as TextEdit;
  return faults.map((code) => `"${item.label}" at line ${edit.range.start.line + 1} gives ${code}: ${edit.newText}`);
}

function offsetsOf(text: string): readonly number[] {
  const all = Array.from({ length: text.length + 1 }, (_, offset) => offset);
  return FULL ? all : fc.sample(fc.constantFrom(...all), { numRuns: SAMPLED, seed: text.length });
}

describe(`Completion at ${FULL ? 'every position' : 'positions drawn by a seed'}`, () => {
  for (const [name, text] of texts) {
    it(`of ${name} offers only what leaves it valid or completable`, async () => {
      for (const offset of offsetsOf(text)) assert.deepEqual(await faultsOfCompletions(text, offset, []), []);
    });

    it(`of ${name}, where the line is only written up to there, too`, async () => {
      const whole = errorsOf(openMarked(text).document);
      for (const offset of offsetsOf(text)) {
        const after = text.slice(offset).replace(/^[^\r\n]*/, '');
        const before = errorsOf(openMarked(text.slice(0, offset).replace(/\S*$/, '') + after).document);
        const halfWritten = text.slice(0, offset) + after;
        assert.deepEqual(await faultsOfCompletions(halfWritten, offset, [...whole, ...before]), []);
      }
    });
  }
});
