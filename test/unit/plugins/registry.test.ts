import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { exampleOf } from '../../../scripts/generate/plugins-page.js';
import { executorSettings, LOCAL, readExecutor } from '../../../server/src/experiment/executor.js';
import type { Plugin } from '../../../server/src/plugins/declare.js';
import { plugins } from '../../../server/src/plugins/registry.js';
import { read } from '../../support/spec-text.js';

const root = join(import.meta.dirname, '../../..');
const FOLDERS = ['datasets', 'models', 'indexes', 'perturbations', 'countermeasures', 'retrieval', 'executors'];

function filesBelow(folder: string): string[] {
  const entries = readdirSync(join(root, folder), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

function isPlugin(value: unknown): value is Plugin {
  return typeof value === 'object' && value !== null && 'family' in value && 'load' in value;
}

function nameOf({ family, name }: Plugin): string {
  return `${family} ${name}`;
}

/** An executor stands on the command line, not in a file. */
function assertCommand(example: string): void {
  const words = example.split(' ');
  const behind = (option: string) => words.flatMap((word, n) => (words[n - 1] === option ? word : []));
  const settings = executorSettings(behind('--executor-set'));
  assert.ok(settings.ok && readExecutor(behind('--executor')[0] ?? LOCAL, settings.value, plugins).ok, example);
}

describe('The registry of plugins', () => {
  const listed = plugins.map(nameOf);
  const folders = readdirSync(join(root, 'server/src/plugins')).filter((name) => FOLDERS.includes(name));
  for (const file of folders.flatMap((folder) => filesBelow(`server/src/plugins/${folder}`))) {
    const name = file.slice(root.length + 1);
    it(`lists the plugin of ${name}`, async () => {
      const exported: unknown[] = Object.values(await import(file));
      const declared = exported.filter(isPlugin);
      assert.ok(declared.length > 0, 'it declares none');
      for (const plugin of declared) assert.ok(listed.includes(nameOf(plugin)), `${nameOf(plugin)} is missing`);
    });
  }

  it('has each name once in a family', () => {
    assert.deepEqual(listed, [...new Set(listed)]);
  });
});

describe('Every plugin', () => {
  const tests = filesBelow('test')
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n');

  for (const plugin of plugins) {
    const { family } = plugin;

    it(`has an example that reads without an error: ${nameOf(plugin)}`, () => {
      const example = exampleOf(plugin);
      if (family === 'executor') return assertCommand(example);
      const text = family === 'dataset' ? example : `dataset: synthetic\n${example}`;
      const needs = ['index', 'retrieval', 'countermeasure'].includes(family)
        ? '\nembed: {models: [face-recognition]}'
        : '';
      const { diagnostics } = read(`${text}${needs}`);
      assert.deepEqual(
        diagnostics.filter(({ severity }) => severity === 'error'),
        [],
      );
    });

    it(`has a test that names it: describe('${nameOf(plugin)}`, () => {
      assert.ok(tests.includes(`describe('${nameOf(plugin)}`));
    });
  }
});
