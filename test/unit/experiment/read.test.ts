import assert from 'node:assert/strict';
import { dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { LARGEST_TEXT } from '../../../server/src/experiment/syntax/tree.js';
import type { ExperimentSpec } from '../../../server/src/stages/spec.js';
import { EXPERIMENT, read } from '../../support/spec-text.js';

function specOf(text: string): ExperimentSpec {
  const { spec, diagnostics } = read(text);
  assert.ok(spec, JSON.stringify(diagnostics));
  return spec;
}

function codesOf(text: string): string[] {
  return read(text).diagnostics.map(({ code }) => code);
}

describe('An experiment file', () => {
  it('needs a data set and no more', () => {
    assert.deepEqual(JSON.parse(JSON.stringify(specOf('dataset: synthetic\n'))), {
      version: 1,
      name: 'example.experiment.yaml',
      dataset: { use: 'synthetic', params: { identities: 40, images: 6, seed: 7, size: 224 } },
      queries: { seed: 1 },
      expect: [],
    });
  });

  it('keeps keys that begin with x- for its writer’s anchors', () => {
    const text = 'x-faces: &faces {use: synthetic, identities: 3}\nx-more: [1, {a: b}]\ndataset: *faces\n';
    assert.deepEqual([codesOf(text), specOf(text).dataset.params.identities], [[], 3]);
    assert.deepEqual(codesOf('xfaces: 1\ndataset: synthetic\n'), ['unknown-key']);
  });

  it('takes a section without a value for one with all its defaults', () => {
    const spec = specOf('dataset: synthetic\nembed: {models: [face-recognition]}\naccuracy:\nthreshold:\n');
    assert.deepEqual(spec.accuracy, { top: [1, 5] });
    assert.deepEqual(spec.threshold, { percentile: 95, unit: 'squared-l2', model: 'face-recognition' });
  });

  it('searches with the flat index where it names none', () => {
    assert.equal(specOf('dataset: synthetic\nembed: {models: [face-recognition]}\naccuracy:\n').index?.use, 'flat');
    assert.equal(specOf('dataset: synthetic\nembed: {models: [face-recognition]}\n').index, undefined);
  });

  it('judges by face-recognition where it is embedded, else by the first model', () => {
    const model = (models: string) =>
      specOf(`dataset: synthetic\nembed: {models: ${models}}\nthreshold:\n`).threshold?.model;
    const first = '{use: onnx, name: first, file: a.onnx}';
    assert.equal(model(`[${first}, {use: face-recognition, name: dlib}]`), 'dlib');
    assert.equal(model(`[${first}, {use: onnx, name: second, file: b.onnx}]`), 'first');
  });

  it('engages the first model for retrieval, for 50 results', () => {
    const { retrieve } = specOf('dataset: synthetic\nembed: {models: [face-recognition]}\nretrieve: test/engine\n');
    assert.deepEqual(retrieve, { use: 'test/engine', params: {}, model: 'face-recognition', results: 50 });
  });

  it('names a model by its `use`, unchanged, and knows it by its older name too', () => {
    const of = (judge: string) =>
      specOf(`dataset: synthetic\nembed: {models: [test/model]}\nthreshold: {model: ${judge}}\n`);
    assert.deepEqual(
      [of('test/model'), of('test-model')].map(({ threshold }) => threshold?.model),
      ['test/model', 'test/model'],
    );
    assert.equal(of('test/model').embed?.models[0].name, 'test/model');
  });

  it('keeps a perturbation’s name apart from its plugin’s', () => {
    const { poison } = specOf('dataset: synthetic\npoison: {soft: {use: test/noise, strength: 0.5}}\n');
    const shared = { target: 'query', users: 10, split: 0.7, seed: 1 };
    assert.deepEqual(poison, [{ name: 'soft', use: 'test/noise', params: { strength: 0.5 }, ...shared }]);
  });

  it('makes paths absolute, and only paths', () => {
    const { dataset } = specOf('dataset: {use: csv, file: faces/table.csv, image: ./path}\n');
    assert.equal(dataset.params.file, join(dirname(EXPERIMENT), 'faces', 'table.csv'));
    assert.equal(dataset.params.image, './path');
  });

  it('may share blocks by anchors and merge them', () => {
    const { dataset, gallery } = specOf(`dataset: &faces {use: synthetic, seed: 3, images: 2}
gallery: {<<: *faces, seed: 4}
embed: {models: [face-recognition]}
retrieve: test/engine
`);
    assert.deepEqual([dataset.params.seed, gallery?.params.seed, gallery?.params.images], [3, 4, 2]);
  });

  it('reports a fault in a shared block for each that has it, where it is written', () => {
    const text = 'dataset: &faces {use: synthetic, seed: -3}\ngallery: {<<: *faces, images: 2}\n';
    const ranges = read(text).diagnostics.filter(({ code }) => code === 'out-of-range');
    assert.deepEqual(
      ranges.map(({ path, range }) => [path.join('.'), text.slice(range.start.offset, range.end.offset)]),
      [
        ['dataset.seed', '-3'],
        ['gallery.seed', '-3'],
      ],
    );
  });

  it('reports every fault at once', () => {
    const text = 'dataset: synthtic\nembed: {models: [face-recogniton]}\naccuracy: {top: [1]}\nexpect: [nothing]\n';
    assert.deepEqual(codesOf(text), ['unknown-plugin', 'unknown-plugin', 'expect-syntax']);
  });

  it('says what is wrong with a plugin where another section is faulty, too', () => {
    assert.deepEqual(codesOf('dataset: synthtic\nquieries: {sample: 5}\nqueries: {sample: none}\n'), [
      'unknown-plugin',
      'wrong-type',
      'unknown-key',
    ]);
  });

  describe('that is made to harm', () => {
    it('with aliases of aliases is refused before it grows', () => {
      const levels = Array.from({ length: 12 }, (_, n) => `l${n + 1}: &l${n + 1} [${`*l${n}, `.repeat(12)}]`);
      const { diagnostics } = read(`l0: &l0 [x]\n${levels.join('\n')}\ndataset: synthetic\n`);
      assert.deepEqual(
        diagnostics.map(({ code, message }) => [code, message]),
        [['yaml-syntax', 'Aliases stand for more than an experiment can hold']],
      );
    });

    it('with many aliases of one thing is refused', () => {
      assert.deepEqual(codesOf(`name: &n x\ndataset: synthetic\nexpect: [${'*n, '.repeat(5000)}]\n`), ['yaml-syntax']);
    });

    it('with an alias of what it stands in is read to its end', () => {
      assert.deepEqual(codesOf('dataset: &a {use: synthetic, again: *a}\n'), ['unknown-key']);
      assert.deepEqual(codesOf('dataset: &a {<<: *a}\n'), ['yaml-syntax']);
    });

    it('with a hundred thousand brackets is refused', () => {
      for (const text of ['['.repeat(1e5), `dataset: ${'['.repeat(1e5)}${']'.repeat(1e5)}`]) {
        const [{ code, message }] = read(text).diagnostics;
        assert.deepEqual([code, message], ['yaml-syntax', 'Blocks stand in blocks too deep for an experiment']);
      }
    });

    it('with a fault a character gives a list of faults that a person can read', () => {
      const { length } = read(`dataset: ${'{a: '.repeat(2000)}`).diagnostics;
      assert.ok(length > 0 && length <= 50, `${length} diagnostics`);
    });

    it('with more characters than an experiment has is refused unread', () => {
      const { spec, diagnostics } = read(`dataset: synthetic\n${'#'.repeat(LARGEST_TEXT)}`);
      assert.equal(spec, undefined);
      assert.deepEqual(
        diagnostics.map(({ code, severity }) => [code, severity]),
        [['file-too-large', 'error']],
      );
    });

    it('with the names of JavaScript’s own properties is read like any other', () => {
      const { diagnostics } = read('__proto__: {name: x}\nconstructor: 1\ndataset: synthetic\n');
      assert.deepEqual(
        diagnostics.map(({ code, path }) => [code, ...path]),
        [
          ['unknown-key', '__proto__'],
          ['unknown-key', 'constructor'],
        ],
      );
    });

    it('with keys that are no names is refused, without a word on the terminal', async () => {
      const warnings: unknown[] = [];
      const note = (warning: unknown) => warnings.push(warning);
      process.on('warning', note);
      assert.deepEqual(codesOf('dataset: synthetic\n? [a, b]\n: 1\n? 7\n: 2\n'), ['unknown-key', 'unknown-key']);
      await setImmediate();
      process.off('warning', note);
      assert.deepEqual(warnings, []);
    });
  });
});
