import assert from 'node:assert/strict';
import fc from 'fast-check';
import { experimentTexts } from '../../support/random-documents.js';
import { read } from '../../support/spec-text.js';

/** A slip that can be made in a line of any file, and the line with it; undefined where the line has no room for it. */
const SLIPS: Readonly<Record<string, (line: string) => string | undefined>> = {
  'a colon left out before a block': (line) => (/^ *[a-z]\w*:$/.test(line) ? line.replace(':', '') : undefined),
  'a blank left out behind a colon': (line) =>
    /^ +[a-z]\w*: [\w.]+$/.test(line) ? line.replace(': ', ':') : undefined,
  'a bracket left open': (line) => (/^[^#"']*: \[[^[\]{}]*\]$/.test(line) ? line.slice(0, -1) : undefined),
  'a brace left open': (line) => (/^[^#"']*: \{[^[\]{}]*\}$/.test(line) ? line.slice(0, -1) : undefined),
  'a tab': (line) => (/^ {2}\S/.test(line) ? line.replace('  ', '\t') : undefined),
};

const IN_LINES = `name: Lines
dataset:
  use: synthetic
  identities: 20
  images: 4
  seed: 3
queries:
  sample: 10
  seed: 5
embed:
  models:
    - use: face-recognition
      name: first
      detector: tiny
      mirror: true
    - use: face-recognition
      name: second
accuracy:
  top: [1, 5]
threshold:
  percentile: 90
  model: first
  unit: l2
poison:
  cloak:
    use: fawkes
    mode: low
    surrogates: [face-recognition]
retrieve:
  use: local
  model: second
  results: 20
robustness:
  minValid: 2
`;

const apply = (text: string, changes: readonly { start: number; end: number; text: string }[]) =>
  changes.reduceRight((whole, { start, end, text: part }) => whole.slice(0, start) + part + whole.slice(end), text);

describe('One slip in a sound file', () => {
  const sound = [...experimentTexts(), ['lines of their own', IN_LINES] as const].filter(
    ([, text]) => read(text).diagnostics.length === 0,
  );
  for (const [slip, make] of Object.entries(SLIPS)) {
    it(`${slip}, is told once, in its line, and its repair leaves nothing wrong`, () => {
      const cases = sound.flatMap(([name, text]) =>
        text.split('\n').flatMap((line, number) => {
          const made = make(line);
          const lines = text.split('\n');
          return made === undefined ? [] : [{ name, number, text: lines.with(number, made).join('\n') }];
        }),
      );
      assert.ok(cases.length > 0);
      for (const one of fc.sample(fc.constantFrom(...cases), { numRuns: 30, seed: 7 })) {
        const { diagnostics } = read(one.text);
        assert.equal(
          diagnostics.length,
          1,
          `${one.name}:${one.number + 1}: ${diagnostics.map(({ message }) => message)}`,
        );
        const [{ range, repair }] = diagnostics;
        assert.equal(range.start.line, one.number + 1, one.text);
        assert.ok(repair, diagnostics[0].message);
        assert.deepEqual(read(apply(one.text, repair.changes)).diagnostics, [], one.text);
      }
    });
  }
});
