import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const text = (name: string) => readFileSync(join(ROOT, name), 'utf8');
const manifest = JSON.parse(text('package.json'));

/** Every page that a reader may take a command from, by name. */
const PAGES = ['.', 'docs', '.github', '.github/workflows', '.github/ISSUE_TEMPLATE'].flatMap((folder) =>
  readdirSync(join(ROOT, folder))
    .filter((name) => /\.(md|yml)$/.test(name))
    .map((name) => (folder === '.' ? name : `${folder}/${name}`)),
);

describe('What package.json says', () => {
  it('is of the same version as the citation', () => {
    assert.equal(parse(text('CITATION.cff')).version, manifest.version);
  });

  it('has every script that a page names', () => {
    assert.ok(PAGES.includes('README.md') && PAGES.includes('.github/workflows/check.yml'), PAGES.join());
    const named = PAGES.flatMap((page) => [...text(page).matchAll(/npm run (?:--silent )?([\w:]+)/g)]);
    const missing = named.map(([, script]) => script).filter((script) => !manifest.scripts[script]);
    assert.ok(named.length > 10);
    assert.deepEqual(missing, []);
  });

  it('is npm’s configuration too: npm warns of what else it finds in the clone', () => {
    assert.ok(!existsSync(join(ROOT, '.npmrc')));
  });

  it('installs nothing in a clone that would fetch from elsewhere than the registry', () => {
    // npm 11 asks package.json; npm 10 runs the scripts of those packages of which the lock file says that they have one.
    assert.equal(manifest.allowScripts['onnxruntime-node'], false);
    const { packages } = JSON.parse(text('package-lock.json'));
    const hint = 'After an update of onnxruntime-node, remove its "hasInstallScript" from package-lock.json.';
    assert.equal(packages['node_modules/onnxruntime-node'].hasInstallScript, undefined, hint);
  });

  it('reviews every install script of the lock file', () => {
    const { packages } = JSON.parse(text('package-lock.json'));
    const scripted = Object.keys(packages).filter((path) => packages[path].hasInstallScript);
    const names = scripted.map((path) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length));
    const optional = (name: string) => packages[`node_modules/${name}`]?.optional;
    const open = names.filter((name) => !(name in manifest.allowScripts) && !optional(name));
    assert.deepEqual(open, []);
  });
});

describe('Commands that a page names', () => {
  for (const page of PAGES) {
    it(`start no stranger’s package from the registry: ${page}`, () => {
      const warnings = text(page).replaceAll('never type `npx lookalike`', '');
      assert.doesNotMatch(warnings, /npx (?:-y |--yes )?lookalike/);
    });
  }
});
