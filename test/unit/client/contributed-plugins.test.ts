import assert from 'node:assert/strict';
import { join } from 'node:path';
import { contributedPlugins } from '../../../client/src/server/contributed-plugins.js';

const extensionPath = join(import.meta.dirname, 'acme.faces-1.0.0');
const extension = (lookalike: unknown) => ({ extensionPath, packageJSON: { contributes: { lookalike } } });

describe('Plugins of other extensions', () => {
  it('are the modules that their manifests name', () => {
    const modules = contributedPlugins([extension('./plugins.mjs'), extension(['a.mjs', 'dist/b.mjs'])]);
    const expected = ['plugins.mjs', 'a.mjs', 'dist/b.mjs'].map((path) => join(extensionPath, path));
    assert.deepEqual(modules, expected);
  });

  it('are none where a manifest names none, or nonsense', () => {
    const manifests = [undefined, null, {}, { contributes: {} }, { contributes: null }];
    const without = manifests.map((packageJSON) => ({ extensionPath, packageJSON }));
    assert.deepEqual(contributedPlugins([...without, extension(7), extension([{}, null]), extension({})]), []);
  });

  it('are not looked for outside of the extension', () => {
    assert.deepEqual(contributedPlugins([extension(['../other.mjs', '', '.', 'a/../../b.mjs'])]), []);
  });
});
