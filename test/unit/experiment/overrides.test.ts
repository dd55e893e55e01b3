import assert from 'node:assert/strict';
import { parseDocument } from 'yaml';
import { applyOverride } from '../../../server/src/experiment/overrides.js';
import type { ExperimentSpec } from '../../../server/src/stages/spec.js';
import { read } from '../../support/spec-text.js';

const MEASURED = `dataset: synthetic
embed:
  models: [face-recognition, {use: face-recognition, name: mirrored, mirror: true}]
accuracy: {top: [1, 5]}
`;

function specWith(override: string | string[], text = MEASURED): ExperimentSpec {
  const { spec, diagnostics } = read(text, { overrides: [override].flat() });
  assert.ok(spec, JSON.stringify(diagnostics));
  return spec;
}

function refusalOf(override: string, text = MEASURED): string {
  const { spec, diagnostics } = read(text, { overrides: [override] });
  assert.equal(spec, undefined);
  assert.equal(diagnostics[0].code, 'set-invalid');
  return diagnostics[0].message;
}

describe('--set', () => {
  it('replaces a value', () => {
    assert.deepEqual(specWith('accuracy.top=[1, 3]').accuracy, { top: [1, 3] });
  });

  it('adds a section, and a key to one', () => {
    assert.deepEqual(specWith('queries.sample=100').queries, { sample: 100, seed: 1 });
    assert.equal(specWith('threshold.percentile=99').threshold?.percentile, 99);
  });

  it('makes a block of a plugin’s name when it sets a parameter', () => {
    assert.equal(specWith('dataset.identities=3').dataset.params.identities, 3);
  });

  it('chooses a list’s item by its number, its name or its plugin', () => {
    const detectors = (override: string) => specWith(override).embed?.models.map(({ params }) => params.detector);
    assert.deepEqual(detectors('embed.models.1.detector=tiny'), ['ssd', 'tiny']);
    assert.deepEqual(detectors('embed.models.mirrored.detector=tiny'), ['ssd', 'tiny']);
    assert.deepEqual(detectors('embed.models.face-recognition.detector=tiny'), ['tiny', 'ssd']);
  });

  it('reaches a key with a dot by quotes', () => {
    const document = parseDocument('embed:\n  models: [{use: onnx, name: acme.net}]\n');
    const set = applyOverride(document, 'embed.models."acme.net".size=112');
    assert.deepEqual(set, { ok: true, value: ['embed', 'models', 0, 'size'] });
    assert.equal(document.getIn(['embed', 'models', 0, 'size']), 112);
    assert.equal(applyOverride(document, 'embed.models.acme.net.size=112').ok, false);
  });

  it('appends to a list under the next number, and begins one that is not there', () => {
    const appended = specWith('embed.models.2={use: face-recognition, name: third}');
    assert.equal(appended.embed?.models[2].name, 'third');
    const begun = specWith('embed.models.0=face-recognition', 'dataset: synthetic\naccuracy:\n');
    assert.deepEqual(
      begun.embed?.models.map(({ name }) => name),
      ['face-recognition'],
    );
  });

  it('takes the value as YAML, an equals sign and all', () => {
    assert.equal(specWith('name="12"').name, '12');
    assert.equal(specWith('name=a=b').name, 'a=b');
    assert.deepEqual(specWith('expect=["images.total == 240"]').expect[0].operator, '==');
  });

  it('makes an experiment out of an empty file', () => {
    assert.equal(specWith('dataset=synthetic', '').dataset.use, 'synthetic');
  });

  it('applies one after the other', () => {
    assert.equal(specWith(['dataset.seed=1', 'dataset.seed=2']).dataset.params.seed, 2);
  });

  it('changes a block that another one is merged into, and not the other one', () => {
    const text = 'dataset: &faces {use: synthetic, seed: 3}\ngallery: {<<: *faces}\n';
    const { dataset, gallery } = specWith('gallery.seed=4', text);
    assert.deepEqual([dataset.params.seed, gallery?.params.seed], [3, 4]);
  });

  it('counts for what other sections need', () => {
    const { spec, diagnostics } = read('dataset: synthetic\naccuracy:\n', {
      overrides: ['embed={models: [face-recognition]}'],
    });
    assert.deepEqual(diagnostics, []);
    assert.equal(spec?.index?.use, 'flat');
  });

  it('is checked like what is written', () => {
    const { spec, diagnostics } = read(MEASURED, { overrides: ['accuracy.top=[0]'] });
    assert.equal(spec, undefined);
    assert.deepEqual(
      diagnostics.map(({ code, path }) => ({ code, path })),
      [{ code: 'out-of-range', path: ['accuracy', 'top', 0] }],
    );
  });

  it('says what is wrong with itself', () => {
    for (const text of ['sample', '=5', '', 'queries..sample=5', '.name=x'])
      assert.match(refusalOf(text), /key\.path=value/);
    assert.match(refusalOf('embed.models.arcface.mirror=true'), /embed\.models\.arcface is nothing with keys/);
    assert.match(refusalOf('embed.models.7=face-recognition'), /the list has no item 7/);
    assert.match(refusalOf('accuracy.top.first=1'), /the list has no item first/);
    assert.match(refusalOf('name=[a'), /--set name=\[a: Flow sequence/);
    assert.match(refusalOf('name=x', 'only words'), /the file is nothing with keys/);
  });
});
