import assert from 'node:assert/strict';
import { stringify } from 'yaml';
import type { ReadExperiment } from '../../../server/src/experiment/read.js';
import { diagnose, read, spanOf, unmark } from '../../support/spec-text.js';

const ROBUST = `dataset: {use: synthetic, identities: 10, images: 3}
queries: {sample: 5, seed: 7}
embed: {models: [face-recognition, {use: face-recognition, name: mirrored, mirror: true}]}
accuracy:
threshold: {percentile: 95}
poison: {fawkes: {use: fawkes, mode: mid}}
retrieve: {use: local, results: 20}
robustness: {minValid: 1}
`;

function variantsOf({ matrix }: ReadExperiment) {
  return matrix?.variants.map(({ values }) => values) ?? [];
}

/** Of a text with its faults «marked»: they are found there, and nothing else is. */
async function requireFaults(marked: string): Promise<void> {
  const { text, spans } = unmark(marked);
  const found = (await diagnose(text)).map(spanOf);
  assert.deepEqual(found, spans);
}

describe('A matrix', () => {
  it('makes a variant of every combination, the last axis fastest', () => {
    const experiment = read(`${ROBUST}matrix: {poison.fawkes.mode: [low, high], queries.seed: [1, 2]}`);
    assert.deepEqual(experiment.diagnostics, []);
    assert.deepEqual(variantsOf(experiment), [
      { 'poison.fawkes.mode': 'low', 'queries.seed': 1 },
      { 'poison.fawkes.mode': 'low', 'queries.seed': 2 },
      { 'poison.fawkes.mode': 'high', 'queries.seed': 1 },
      { 'poison.fawkes.mode': 'high', 'queries.seed': 2 },
    ]);
  });

  it('is the same as `--set` of its values, whatever they are', () => {
    const values: Record<string, unknown[]> = {
      'queries.seed': [1, 2],
      threshold: [{ percentile: 90 }, { percentile: 99, unit: 'l2' }],
      'embed.models.mirrored.detector': ['ssd', 'tiny'],
      'poison.fawkes': [{ use: 'fawkes', mode: 'low' }, 'fawkes', { use: 'lowkey', steps: 5 }],
      'accuracy.top': [[1], [1, 5]],
      'dataset.seed': [3],
    };
    const { matrix, diagnostics } = read(`${ROBUST}${stringify({ matrix: values })}`);
    assert.deepEqual(diagnostics, []);
    assert.equal(matrix?.variants.length, 2 * 2 * 2 * 3 * 2);
    for (const { spec, values } of matrix?.variants ?? []) {
      const overrides = Object.entries(values).map(([path, value]) => `${path}=${JSON.stringify(value)}`);
      const alone = read(ROBUST, { overrides });
      assert.deepEqual(alone.diagnostics, []);
      assert.deepEqual(spec, alone.spec);
    }
  });

  it('gives a file what it lacks by itself', () => {
    const { spec, diagnostics } = read('dataset: {use: folder}\nmatrix: {dataset.root: [one, two]}\n');
    assert.deepEqual(diagnostics, []);
    assert.match(String(spec?.dataset.params.root), /one$/);
  });

  it('applies after `--set`, which may set what is around an axis and not the axis', () => {
    const text = `${ROBUST}matrix: {poison.fawkes.mode: [low, high]}`;
    const { matrix } = read(text, { overrides: ['poison.fawkes={use: fawkes, mode: mid}', 'queries.sample=3'] });
    assert.deepEqual(
      matrix?.variants.map(({ spec }) => [spec?.poison?.[0]?.params.mode, spec?.queries.sample]),
      [
        ['low', 3],
        ['high', 3],
      ],
    );
    const { spec, diagnostics } = read(text, { overrides: ['poison.fawkes.mode=mid'] });
    assert.equal(spec, undefined);
    assert.equal(diagnostics[0]?.code, 'set-invalid');
    assert.match(`${diagnostics[0]?.message} ${diagnostics[0]?.hint}`, /is an axis .*--variant poison\.fawkes\.mode=/);
  });

  it('can itself be set', () => {
    const experiment = read(`${ROBUST}matrix: {queries.seed: [1, 2]}`, { overrides: ['matrix."queries.seed"=[5]'] });
    assert.deepEqual(variantsOf(experiment), [{ 'queries.seed': 5 }]);
  });

  describe('excludes and includes as GitHub Actions do', () => {
    const AXES = 'matrix:\n  threshold.percentile: [90, 95]\n  queries.seed: [1, 2]\n';
    const cases: Record<string, [lists: string, variants: unknown[][]]> = {
      'what has some of the values': [
        '  exclude: [{queries.seed: 2}]',
        [
          [90, 1],
          [95, 1],
        ],
      ],
      'what has all of the values': [
        '  exclude: [{queries.seed: 2, threshold.percentile: 90}]',
        [
          [90, 1],
          [95, 1],
          [95, 2],
        ],
      ],
      'a key for every variant': [
        '  include: [{queries.sample: 3}]',
        [
          [90, 1, 3],
          [90, 2, 3],
          [95, 1, 3],
          [95, 2, 3],
        ],
      ],
      'a key for variants with a value': [
        '  include: [{queries.seed: 1, queries.sample: 3}]',
        [
          [90, 1, 3],
          [90, 2],
          [95, 1, 3],
          [95, 2],
        ],
      ],
      'the later of two': [
        '  include: [{queries.sample: 3}, {queries.seed: 1, queries.sample: 4}]',
        [
          [90, 1, 4],
          [90, 2, 3],
          [95, 1, 4],
          [95, 2, 3],
        ],
      ],
      'a variant of its own': ['  include: [{queries.seed: 9}]', [[90, 1], [90, 2], [95, 1], [95, 2], [9]]],
      'what was excluded': [
        '  exclude: [{queries.seed: 2}]\n  include: [{queries.seed: 2, threshold.percentile: 90}]',
        [
          [90, 1],
          [95, 1],
          [2, 90],
        ],
      ],
    };
    for (const [what, [lists, expected]] of Object.entries(cases)) {
      it(what, () => {
        const experiment = read(ROBUST + AXES + lists);
        assert.deepEqual(experiment.diagnostics, []);
        assert.deepEqual(variantsOf(experiment).map(Object.values), expected);
      });
    }

    it('variants that are listed one by one', () => {
      const experiment = read(`${ROBUST}matrix:\n  include: [{queries.seed: 1}, {queries.sample: 2}]\n`);
      assert.deepEqual(variantsOf(experiment), [{ 'queries.seed': 1 }, { 'queries.sample': 2 }]);
    });
  });

  describe('has its faults where they stand, each once', () => {
    const faults: Record<string, string> = {
      'a value that the key does not take': 'matrix: {poison.fawkes.mode: [low, «mdi»], queries.seed: [1, 2, 3]}',
      'faults in two axes': 'matrix: {poison.fawkes.mode: [«mdi»], queries.seed: [1, «x», «0.5»]}',
      'a key that there is not': 'matrix: {queries.«sede»: [1, 2]}',
      'a section that there is not': 'matrix: {«qeries».seed: [1, 2]}',
      'a key in quotes that there is not': 'matrix: {"queries.«sede»": [1, 2]}',
      'a key within a value': 'matrix: {threshold: [{percentile: 95}, {«percentle»: 95}]}',
      'a value in a block': 'matrix:\n  threshold:\n    - percentile: 95\n    - percentile: «101»\n',
      'a plugin that there is not': 'matrix: {dataset: [synthetic, «synthtic»]}',
      'a model that there is not': 'matrix: {threshold.model: [face-recognition, «arcface»]}',
      'an expectation that is none': 'matrix: {expect: [["images.total >= 5"], [«images.total»]]}',
      'a file that is not there': 'matrix: {dataset: [synthetic, {use: folder, root: «nowhere»}]}',
      'what is included': 'matrix: {queries.seed: [1], include: [{queries.seed: «two»}]}',
      'what is excluded and no axis': 'matrix: {queries.seed: [1, 2], exclude: [{«queries.sede»: 1}]}',
      'what is excluded and no value': 'matrix: {queries.seed: [1, 2], exclude: [{queries.seed: «3»}]}',
      'an axis of nothing': 'matrix: {queries.seed: «[]»}',
      'an axis of ten thousand values': `matrix: {«queries.seed»: [${Array.from({ length: 10_000 }, (_, n) => n)}]}`,
      'axes of ten thousand variants': `«matrix»: {queries.seed: [${Array.from({ length: 100 }, (_, n) => n)}], accuracy.top: [${Array.from({ length: 100 }, (_, n) => `[${n + 1}]`)}]}`,
      'what is excluded and is every variant':
        'matrix: {queries.seed: [1, 2], «exclude»: [{queries.seed: 1}, {queries.seed: 2}]}',
      'the matrix itself': 'matrix: {«matrix»: [1, 2]}',
      'an axis of the matrix itself': 'matrix: {«matrix.queries.seed»: [[1], [2]]}',
      'an axis of a list of something else': 'matrix: {accuracy.top: [«5»]}',
    };
    for (const [fault, matrix] of Object.entries(faults)) it(fault, () => requireFaults(ROBUST + matrix));

    it('and what is wrong elsewhere in some of the variants there, with the variant', async () => {
      const text = `${ROBUST.replace('mode: mid', '«mode»: mid')}matrix: {poison.fawkes.use: [fawkes, lowkey], queries.seed: [1, 2]}`;
      await requireFaults(text);
      const [fault] = read(unmark(text).text).diagnostics;
      assert.match(fault?.message ?? '', /Unknown key "mode" \(in the variant use=lowkey, seed=1 and 1 more\)/);
    });

    it('and says nothing of a section that serves another variant', async () => {
      const variant = 'matrix:\n  retrieve.results: [5, 10]\n  poison: [{fawkes: fawkes}, {lowkey: lowkey}]\n';
      await requireFaults(`${ROBUST}${variant}`);
    });
  });

  it('may be a list of what an anchor stands for', () => {
    const experiment = read(`${ROBUST}x-modes: &modes [low, high]\nmatrix: {poison.fawkes.mode: *modes}`);
    assert.deepEqual(experiment.diagnostics, []);
    assert.deepEqual(variantsOf(experiment).map(Object.values), [['low'], ['high']]);
  });
});
