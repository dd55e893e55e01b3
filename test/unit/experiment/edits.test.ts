import assert from 'node:assert/strict';
import fc from 'fast-check';
import { usesOf } from '../../../server/src/experiment/plugin-uses.js';
import { type ReadExperiment, readUseAlone } from '../../../server/src/experiment/read.js';
import { FULL } from '../../support/full.js';
import { experimentTexts } from '../../support/random-documents.js';
import { EXPERIMENT, plugins, read } from '../../support/spec-text.js';

const NUM_RUNS = FULL ? 5000 : 15;
/** The same for every version: of another one nothing is taken over. */
const env = {};

/** What is put into a text, as people type it, paste it, and are half-way through it. */
const PUT = [
  ...['', 'x', '0', '-', '\n', ': ', '"', '[', '{', '# ', '.nan', 'null', '  '],
  ...['name: b\n', '    - onnx\n', '    - {use: face-recognition, name: c}\n', '      minConfidence: 2\n', '      mod'],
];

const edit = fc.record({ at: fc.nat(), removed: fc.nat(20), put: fc.constantFrom(...PUT) });

/** Models one below the other, some of them faulty or of one name, among sections that speak of them. */
const longList = fc
  .array(fc.constantFrom('face-recognition', '{use: onnx, file: a.onnx}', 'none', '{use: onnx, size: 1, file: b}'), {
    minLength: 40,
    maxLength: 50,
  })
  .map((models) => {
    const named = models.map((model, n) => `    - ${model.replace('{', `{name: m${n % 45}, `)}\n`);
    return `name: a\ndataset: synthetic\nembed:\n  models:\n${named.join('')}poison:\n  mine: {use: lowkey, surrogates: [m1, onnx]}\nthreshold: {model: m2}\n`;
  });

describe('An experiment that is read again after an edit', () => {
  it('is what the text gives that is read for the first time', () => {
    const texts = fc.oneof(fc.constantFrom(...experimentTexts().values()), longList);
    fc.assert(
      fc.property(texts, fc.array(edit, { minLength: 1, maxLength: 6 }), (original, changes) => {
        let text = original;
        let earlier = read(text, { env });
        for (const { at, removed, put } of changes) {
          const offset = at % (text.length + 1);
          text = text.slice(0, offset) + put + text.slice(offset + removed);
          earlier = read(text, { env, earlier });
          assert.deepEqual(saidOf(earlier), saidOf(read(text)), JSON.stringify(text));
        }
      }),
      { numRuns: NUM_RUNS, seed: 18 },
    );
  });

  it('reads again what was changed, and nothing of what was not', () => {
    const models = ['a', 'b', 'c'].map((name) => `    - {use: face-recognition, name: ${name}}\n`);
    const text = `dataset: synthetic\nembed:\n  models:\n${models.join('')}`;
    const before = read(text, { env });
    const after = read(text.replace('name: b', 'name: d'), { env, earlier: before });
    assert.deepEqual(
      after.spec?.embed?.models.map((model, n) => model === before.spec?.embed?.models[n]),
      [true, false, true],
    );
  });

  it('reads nothing again after a version that could not be read', () => {
    const text = 'dataset: synthetic\nembed:\n  models:\n    - {use: face-recognition, name: a}\n';
    const before = read(text, { env });
    const broken = read(`${text}mod: [\n*\n`, { env, earlier: before });
    assert.equal(broken.spec, undefined);
    const after = read(text, { env, earlier: broken });
    assert.equal(after.spec?.embed?.models[0], before.spec?.embed?.models[0]);
  });

  it('reads a plugin by itself as it reads it among the others', () => {
    const texts = fc.oneof(fc.constantFrom(...experimentTexts().values()), longList);
    let alone = 0;
    fc.assert(
      fc.property(texts, edit, (original, { at, removed, put }) => {
        const offset = at % (original.length + 1);
        const text = original.slice(0, offset) + put + original.slice(offset + removed);
        const { draft, tree } = read(text, { env });
        for (const { family, use, at: path } of usesOf(draft, plugins)) {
          const one = readUseAlone(tree, { family, path }, { file: EXPERIMENT, env, plugins });
          if (!one) continue;
          alone += 1;
          assert.deepEqual(
            { use: one.use, params: one.params },
            { use: use.use, params: use.params },
            JSON.stringify(text),
          );
        }
      }),
      { numRuns: NUM_RUNS, seed: 18 },
    );
    assert.ok(alone > NUM_RUNS, `${alone} plugins were read by themselves`);
  });

  it('reads again a perturbation whose surrogate is another model now', () => {
    const text = (size: number) =>
      `dataset: synthetic\nembed: {models: [{use: onnx, name: m, file: /m.onnx, size: ${size}}]}\npoison: {mine: {use: lowkey, surrogates: [m]}}\n`;
    const after = read(text(64), { env, earlier: read(text(32), { env }) });
    assert.deepEqual(saidOf(after), saidOf(read(text(64), { env })));
    assert.match(JSON.stringify(after.spec?.poison), /"size":64/);
  });

  it('is read as a whole with other plugins', () => {
    const text = 'dataset: synthetic\nembed: {models: [face-recognition]}\n';
    const before = read(text, { env });
    const { spec } = read(text, { env, earlier: before, plugins: [] });
    assert.equal(spec, undefined);
  });
});

function saidOf({ diagnostics, spec, draft, disables }: ReadExperiment): unknown {
  return { diagnostics, spec, draft, disables };
}
