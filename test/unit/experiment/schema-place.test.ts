import assert from 'node:assert/strict';
import { defaultOf, metaOf } from '../../../server/src/experiment/schema/schema-facts.js';
import { keysOf, schemaPlaceAt } from '../../../server/src/experiment/schema/schema-place.js';
import { type SpecPath, SpecTree } from '../../../server/src/experiment/syntax/tree.js';
import { plugins } from '../../support/spec-text.js';

const tree = SpecTree.parse(`dataset: {use: folder, root: .}
embed: {models: [face-recognition, {use: onnx}]}
poison: {noise: test/noise}
retrieve: test/engine
`);

function placeAt(path: SpecPath) {
  return schemaPlaceAt(path, { plugins, nodeAt: (at) => tree.nodeAt(at) });
}

function keysAt(path: SpecPath): string[] {
  const place = placeAt(path);
  return place ? keysOf(place, plugins).map(({ name, required }) => (required ? name : `${name}?`)) : [];
}

describe('What the declarations say of a place in an experiment file', () => {
  it('is the keys of a section', () => {
    assert.deepEqual(keysAt(['queries']), ['sample?', 'seed?']);
    assert.deepEqual(keysAt(['embed']), ['models']);
  });

  it('is the parameters of the plugin that the file names there', () => {
    assert.deepEqual(keysAt(['dataset']), ['use', 'root', 'identities?', 'identity?']);
    assert.deepEqual(keysAt(['poison', 'noise']), [
      'use',
      'target?',
      'users?',
      'split?',
      'budget?',
      'like?',
      'lpips?',
      'seed?',
      'strength?',
    ]);
  });

  it('is the keys that a family gives all its plugins, besides', () => {
    assert.deepEqual(keysAt(['embed', 'models', 1]).slice(0, 3), ['use', 'name?', 'file']);
    assert.deepEqual(keysAt(['retrieve']), ['use', 'model?', 'results?']);
  });

  it('is `use` alone where no plugin is named yet', () => {
    assert.deepEqual(keysAt(['gallery']), ['use']);
  });

  it('is a default and a description, wherever in the declaration they stand', () => {
    const percentile = placeAt(['threshold', 'percentile']);
    assert.equal(percentile && defaultOf(percentile.schema), 95);
    assert.match((percentile && metaOf(percentile.schema).description) ?? '', /the same person/);
    assert.equal(metaOf(placeAt(['dataset', 'root'])?.schema ?? assert.fail()).path, 'folder');
    assert.equal(metaOf(placeAt(['threshold', 'model'])?.schema ?? assert.fail()).names, 'model');
  });

  it('is nothing where they know of no such key', () => {
    assert.equal(placeAt(['quieries']), undefined);
    assert.equal(placeAt(['dataset', 'partition']), undefined);
    assert.equal(placeAt(['queries', 'constructor']), undefined);
  });
});
