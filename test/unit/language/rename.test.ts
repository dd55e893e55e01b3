import assert from 'node:assert/strict';
import { prepareRename, rename } from '../../../server/src/language/features/rename.js';
import { applyEdits, markRanges, openMarked } from '../../support/marked-yaml.js';

function renamed(marked: string, newName: string): string {
  const { document, cursor } = openMarked(marked);
  const edit = rename(document, cursor, newName);
  assert.ok(edit.ok, edit.ok ? '' : edit.problem.message);
  return applyEdits(document, edit.value.changes?.[document.uri] ?? []);
}

function refusal(marked: string, newName: string): string {
  const { document, cursor } = openMarked(marked);
  const edit = rename(document, cursor, newName);
  assert.ok(!edit.ok && edit.problem.code === 'rename-refused');
  return edit.problem.message;
}

describe('Renaming', () => {
  it('a model changes its `name` and every place that means it', () => {
    assert.equal(
      renamed(
        'embed: {models: [{use: onnx, name: a‸}]}\nthreshold: {model: a}\nexpect: ["accuracy.a.top1 >= 5%"]\n',
        'arcface',
      ),
      'embed: {models: [{use: onnx, name: arcface}]}\nthreshold: {model: arcface}\nexpect: ["accuracy.arcface.top1 >= 5%"]\n',
    );
  });

  it('a perturbation changes its key and every place that means it', () => {
    assert.equal(
      renamed(
        'poison: {cloak‸: fawkes, control: {use: noise, like: cloak}}\nexpect: [poison.cloak.top1 <= 5%]\n',
        'mid',
      ),
      'poison: {mid: fawkes, control: {use: noise, like: mid}}\nexpect: [poison.mid.top1 <= 5%]\n',
    );
  });

  it('a model in short form makes it a block with a name', () => {
    assert.equal(
      renamed(
        'embed:\n  models:\n    - face-recognition # the paper’s g\nthreshold: {model: ‸face-recognition}\n',
        'g',
      ),
      'embed:\n  models:\n    - {use: face-recognition, name: g} # the paper’s g\nthreshold: {model: g}\n',
    );
  });

  it('a model without a name adds one below its `use`', () => {
    assert.equal(
      renamed('embed:\r\n  models:\r\n    - use: on‸nx # here\r\n      file: a.onnx\r\n', 'arcface'),
      'embed:\r\n  models:\r\n    - use: onnx # here\r\n      name: arcface\r\n      file: a.onnx\r\n',
    );
    assert.equal(
      renamed('embed: {models: [{use: onn‸x, file: a.onnx}]}\n', 'arcface'),
      'embed: {models: [{use: onnx, name: arcface, file: a.onnx}]}\n',
    );
  });

  it('a perturbation or a countermeasure changes its part of the names of versions', () => {
    const text = (poison: string, countermeasure: string) =>
      `poison:\n  ${poison}: {use: fawkes}\ncountermeasures:\n  ${countermeasure}: {use: blur}\nexpect:\n  - countermeasures.${poison.replace('‸', '')}+${countermeasure.replace('‸', '')}.top1 < 5%\n  - transfer.original+${countermeasure.replace('‸', '')}.m.matched < 5%\n`;
    assert.equal(renamed(text('fawkes‸', 'soft'), 'mid'), text('mid', 'soft'));
    assert.equal(renamed(text('fawkes', 'soft‸'), 'blurred'), text('fawkes', 'blurred'));
    assert.match(refusal(text('fawkes', 'soft‸'), 'v1.2'), /needs quotes in a path/);
  });

  it('a perturbation changes its key and the expectations of it', () => {
    assert.equal(
      renamed(
        'poison:\n  fawkes‸: {use: fawkes}\nexpect:\n  - poison.fawkes.top1 < 5%\n  - robustness.withValid.fawkes < 5%\n',
        'mid',
      ),
      'poison:\n  mid: {use: fawkes}\nexpect:\n  - poison.mid.top1 < 5%\n  - robustness.withValid.mid < 5%\n',
    );
  });

  it('a name changes in the key paths and values of a matrix', () => {
    assert.equal(
      renamed(
        'poison: {fawkes‸: fawkes}\nmatrix:\n  poison.fawkes.mode: [low]\n  exclude: [{poison.fawkes.mode: low}]\n',
        'mid',
      ),
      'poison: {mid: fawkes}\nmatrix:\n  poison.mid.mode: [low]\n  exclude: [{poison.mid.mode: low}]\n',
    );
    assert.equal(
      renamed(
        'embed: {models: [{use: onnx, name: a}, {use: onnx, name: b}]}\nmatrix: {threshold.model: [‸a, b], embed.models.a.size: [1]}\n',
        'acme.net',
      ),
      'embed: {models: [{use: onnx, name: acme.net}, {use: onnx, name: b}]}\nmatrix: {threshold.model: [acme.net, b], embed.models."acme.net".size: [1]}\n',
    );
  });

  it('an anchor changes its aliases', () => {
    assert.equal(
      renamed('dataset: &a‸ {use: synthetic}\ngallery: {<<: *a, seed: 9}\n', 'faces'),
      'dataset: &faces {use: synthetic}\ngallery: {<<: *faces, seed: 9}\n',
    );
  });

  it('is offered at names alone, with what they are called now', () => {
    const marked = 'embed: {models: ["⟦acme/n‸et⟧"]}\n';
    const opened = openMarked(marked);
    const prepared = prepareRename(opened.document, opened.cursor);
    assert.ok(prepared.ok);
    assert.equal(prepared.value.placeholder, 'acme/net');
    assert.equal(markRanges(opened, [prepared.value.range]), marked.replace('‸', ''));
    for (const none of ['data‸set: x\n', 'dataset: syn‸thetic\n', '# com‸ment\n']) {
      const { document, cursor } = openMarked(none);
      assert.ok(!prepareRename(document, cursor).ok, none);
    }
  });

  it('writes a name into a path in the quotes that it needs there, and takes them away', () => {
    const before = 'embed: {models: [{use: onnx, name: a‸}]}\nexpect: [accuracy.a.top1 >= 85%]\n';
    const after = 'embed: {models: [{use: onnx, name: b.c}]}\nexpect: [accuracy."b.c".top1 >= 85%]\n';
    assert.equal(renamed(before, 'b.c'), after);
    assert.equal(renamed(after.replace('b.c}', 'b.c‸}'), 'a'), before.replace('‸', ''));
  });

  it('refuses a name that is not valid, reserved or taken, and says why', () => {
    const models = 'embed: {models: [{use: onnx, name: a‸}, face-recognition]}\n';
    assert.match(refusal(models, 'a b'), /no white space/);
    assert.match(refusal(models, ''), /no name/);
    assert.match(refusal(models, 'control'), /meaning of its own/);
    assert.match(refusal(models, 'face-recognition'), /There is a model "face-recognition" already/);
    assert.match(refusal(models, '007'), /reads 007 as something else/);
    assert.match(refusal('poison: {a‸: x, b: x}\n', 'b'), /There is a perturbation "b" already/);
    assert.match(refusal('a: &x‸ 1\n', 'x y'), /blanks/);
    assert.match(refusal('name: x‸\n', 'y'), /no name here/);
  });

  it('lets a model and a perturbation have one name', () => {
    assert.match(renamed('embed: {models: [a‸]}\npoison: {b: x}\n', 'b'), /name: b/);
  });
});
