import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lookalike } from '../support/command-line.js';
import { temporaryFolder } from '../support/run-folder.js';

const LIST_LOADED = new URL('../support/list-loaded.mjs', import.meta.url).href;
const QUICKSTART = fileURLToPath(new URL('../../experiments/quickstart.experiment.yaml', import.meta.url));

describe('a command of the terminal loads what it needs', () => {
  const folder = temporaryFolder();

  /** The packages of npm and the folders of ours of which a command evaluates modules. */
  async function loadedBy(...args: string[]): Promise<{ code: number | null; packages: string[]; ours: string[] }> {
    const list = join(folder(), 'loaded.txt');
    const env = { NODE_OPTIONS: `--import ${LIST_LOADED}`, LIST_LOADED_TO: list };
    const { code } = await lookalike(args, { env });
    const loaded = (await readFile(list, 'utf8')).split('\n');
    const namesBy = (pattern: RegExp) =>
      [...new Set(loaded.flatMap((module) => pattern.exec(module)?.[1] ?? []))].toSorted();
    return {
      code,
      packages: namesBy(/^node_modules\/((?:@[^/]+\/)?[^/]+)/),
      ours: namesBy(/^server\/src\/([^/]+)\//),
    };
  }

  it('--version: nothing but the file that says it', async () => {
    assert.deepEqual(await loadedBy('--version'), { code: 0, packages: [], ours: [] });
  });

  it('help: the parser of arguments, and no schema', async () => {
    const { code, packages, ours } = await loadedBy('help');
    assert.equal(code, 0);
    assert.deepEqual(packages, ['commander']);
    assert.deepEqual(ours, ['cli', 'protocol', 'stages']);
  });

  it('check: the language and its declarations, and nothing of models, editors or runs', async () => {
    const { code, packages, ours } = await loadedBy('check', QUICKSTART);
    assert.equal(code, 0);
    assert.deepEqual(ours, ['cli', 'experiment', 'plugins', 'protocol', 'stages', 'store']);
    assert.deepEqual(
      packages.filter((name) => !['commander', 'yaml', 'zod'].includes(name)),
      ['env-paths', 'fastest-levenshtein', 'is-safe-filename', 'pg-connection-string'],
    );
  });

  it('check of a file that names a model: what reads models, too', async () => {
    const file = join(folder(), 'model.experiment.yaml');
    await writeFile(join(folder(), 'none.onnx'), 'no model');
    await writeFile(file, 'name: A\ndataset: {use: synthetic}\nembed: {models: [{use: onnx, file: none.onnx}]}\n');
    const { code, packages, ours } = await loadedBy('check', file);
    assert.equal(code, 2);
    assert.ok(ours.includes('onnx') && packages.includes('@bufbuild/protobuf'));
  });
});
