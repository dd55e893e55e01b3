import assert from 'node:assert/strict';
import { read } from '../../support/spec-text.js';

/** What is said of a key that a newcomer got wrong, with its hint. */
function saidOf(line: string): string {
  const [{ message, hint }] = read(`dataset: synthetic\n${line}\n`).diagnostics;
  return hint ? `${message}. ${hint}` : message;
}

describe('What is wrong with a value is said in YAML’s words', () => {
  const cases: Record<string, string> = {
    'embed: face-recognition': 'This must be a block of keys: its value belongs to "models". Valid here: models.',
    'accuracy: true': 'This must be a block of keys, not true. Valid here: top.',
    'accuracy: {top: 1}': 'This must be a list, not 1',
    'accuracy: {top: []}': 'This list must have at least 1 entry',
    'accuracy: {top: [1.5]}': 'This must be a whole number, not 1.5',
    'threshold: {percentile: 195}': 'This must be at most 100',
    'threshold: {percentile: "95"}': 'This must be a number: write 95 without quotes',
    'queries: {sample: 0}': 'This must be at least 1',
    'poison: {mine: {use: fawkes, split: 1}}': 'This must be less than 1',
    'name: ""': 'This text must have at least 1 character',
    'expect: accuracy > 1': 'This must be a list, not text',
  };
  for (const [line, said] of Object.entries(cases)) {
    it(`${line} → ${said}`, () => assert.equal(saidOf(line), said));
  }

  it('blames the list of depths alone where it cannot be read', () => {
    const text =
      'dataset: synthetic\nembed: {models: [face-recognition]}\naccuracy: {tops: [1]}\nexpect: [accuracy.face-recognition.top1 > 1%]\n';
    assert.deepEqual(
      read(text).diagnostics.map(({ code }) => code),
      ['unknown-key'],
    );
  });
});
