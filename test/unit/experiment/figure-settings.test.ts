import assert from 'node:assert/strict';
import { isAbsolute } from 'node:path';
import { listsNamed } from '../../../server/src/experiment/checks/check-files.js';
import { dependsOnFile, sameSettings } from '../../../server/src/experiment/expectations/figure-settings.js';
import { plugins, read } from '../../support/spec-text.js';

const TEXT = `name: Before
dataset: synthetic
embed:
  models: [face-recognition, {use: face-recognition, name: mirrored, mirror: true}]
accuracy: {top: [1, 5]}
threshold: {percentile: 95}
`;

function changed(path: string, from: string, to: string): boolean {
  assert.ok(TEXT.includes(from));
  const [before, after] = [TEXT, TEXT.replace(from, to)].map((text) => read(text).spec ?? assert.fail(text));
  return !sameSettings(before, after, path.split('.'));
}

describe('The settings that a figure depends on', () => {
  it('are not the name, comments or the way a value is written', () => {
    assert.ok(!changed('accuracy.mirrored', 'name: Before', '# a comment\nname: After'));
    assert.ok(!changed('accuracy.mirrored', 'dataset: synthetic', 'dataset: {use: synthetic, identities: 40}'));
  });

  it('are those of its own model', () => {
    assert.ok(changed('accuracy.mirrored', 'mirror: true', 'mirror: false'));
    assert.ok(!changed('accuracy.face-recognition', 'mirror: true', 'mirror: false'));
    assert.ok(!changed('accuracy.face-recognition', ', {use: face-recognition, name: mirrored, mirror: true}', ''));
  });

  it('are looked up once for all figures that have the same', () => {
    const spec = read(TEXT).spec ?? assert.fail();
    let looked = 0;
    const watched = new Proxy(spec, {
      get(target, key) {
        looked++;
        return Reflect.get(target, key);
      },
    });
    const same = (path: string) => sameSettings(watched, spec, path.split('.'));
    assert.ok(same('accuracy.mirrored'));
    const once = looked;
    assert.ok(once > 0 && same('accuracy.mirrored.queries') && same('accuracy.mirrored'));
    assert.equal(looked, once);
    assert.ok(same('accuracy.face-recognition.top1') && looked > once, 'of another model they are others');
  });

  it('are those of the stages before it, and not of the stages after', () => {
    for (const path of ['images', 'accuracy.mirrored', 'threshold']) {
      assert.ok(changed(path, 'dataset: synthetic', 'dataset: {use: synthetic, seed: 8}'), path);
    }
    assert.ok(changed('threshold', 'percentile: 95', 'percentile: 90'));
    assert.ok(!changed('accuracy.mirrored', 'percentile: 95', 'percentile: 90'));
  });

  it('are not another depth: top-1 is what it was when top-10 is added', () => {
    assert.ok(!changed('accuracy.mirrored', '[1, 5]', '[1, 5, 10]'));
  });

  it('are all of them where nobody knows better', () => {
    assert.ok(changed('stages', 'percentile: 95', 'percentile: 90'));
  });
});

describe('The lists and tables that an experiment names', () => {
  const { spec = assert.fail() } = read(`dataset: {use: csv, file: faces.csv}
embed: {models: [face-recognition, clip-vit-b-32]}
accuracy: {top: [1]}
verification: {pairs: {file: pairs.txt}}
attributes: {truth: truth.txt, ask: {Smiling: [smiles, does not]}}
poison: {mine: {use: fawkes, lpips: lpips.onnx}}
`);
  const lists = listsNamed(spec, plugins);

  it('are those that are read as they are, by their keys: no model is one', () => {
    assert.deepEqual([...lists.keys()].sort(), ['attributes.truth', 'dataset.file', 'verification.pairs.file']);
    assert.ok([...lists.values()].every((file) => isAbsolute(file)));
  });

  it('count for the figures in whose settings they are', () => {
    const counts = (figure: string) =>
      [...lists].flatMap(([key, file]) => (dependsOnFile(spec, figure.split('.'), file) ? key : [])).sort();
    assert.deepEqual(counts('accuracy.face-recognition'), ['dataset.file']);
    assert.deepEqual(counts('verification.face-recognition'), ['dataset.file', 'verification.pairs.file']);
    assert.deepEqual(counts('attributes.questions.Smiling'), ['attributes.truth', 'dataset.file']);
  });
});
