import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { GraphBuilder } from '../../../server/src/onnx/build.js';
import type { PluginUse } from '../../../server/src/plugins/declare.js';
import { pluginKey } from '../../../server/src/runner/model-key.js';
import { FileTable } from '../../../server/src/store/cache/file-table.js';
import { CacheFolders } from '../../../server/src/store/home.js';
import { temporaryFolder } from '../../support/run-folder.js';
import { diagnose, EXPERIMENT, plugins, read } from '../../support/spec-text.js';

const attack = (surrogates: string) =>
  `dataset: synthetic\npoison: {cloak: {use: test/attack, surrogates: ${surrogates}}}\n`;

function surrogatesOf(text: string): readonly PluginUse[] {
  const { spec, diagnostics } = read(text);
  assert.ok(spec, JSON.stringify(diagnostics));
  return spec.poison?.[0].params.surrogates as PluginUse[];
}

describe('Plugins among the parameters of a plugin', () => {
  const FACES = { detector: 'ssd', minConfidence: 0.3, maxSide: 2048, align: 'dlib', mirror: false };

  it('are read by their own schemas, with their defaults and absolute paths', () => {
    const [faces, own] = surrogatesOf(attack('[face-recognition, {use: onnx, file: a.onnx}]'));
    assert.deepEqual(faces, { use: 'face-recognition', params: FACES });
    assert.equal(own.use, 'onnx');
    assert.equal(own.params.file, join(dirname(EXPERIMENT), 'a.onnx'));
    assert.equal(own.params.fit, 'crop');
  });

  it('are the default ones where none is written', () => {
    const [faces] = surrogatesOf('dataset: synthetic\npoison: {cloak: test/attack}\n');
    assert.deepEqual(faces, { use: 'face-recognition', params: FACES });
  });

  const faults: Record<string, [string, string, string]> = {
    'an unknown one': ['[face-recogniton]', 'unknown-plugin', 'face-recogniton'],
    'an unknown parameter': ['[{use: onnx, file: a.onnx, sise: 112}]', 'unknown-key', 'sise'],
    'a parameter out of range': ['[{use: onnx, file: a.onnx, size: 4}]', 'out-of-range', '4'],
    'a missing parameter': ['[onnx]', 'missing-key', 'onnx'],
    'a missing file': ['[{use: onnx, file: nowhere.onnx}]', 'path-missing', 'nowhere.onnx'],
    'an empty list': ['[]', 'out-of-range', '[]'],
  };
  for (const [what, [list, code, marked]] of Object.entries(faults)) {
    it(`are refused where they stand: ${what}`, async () => {
      const text = attack(list);
      const [first] = await diagnose(text);
      assert.equal(first.code, code);
      assert.equal(text.slice(first.range.start.offset, first.range.end.offset), marked);
    });
  }

  describe('count in the cache’s key', () => {
    const folder = temporaryFolder();

    async function keyWith(surrogates: PluginUse[]): Promise<string> {
      const files = await FileTable.open(new CacheFolders(folder()).of('files'));
      return pluginKey({ plugins, files }, 'perturbation', { use: 'test/attack', params: { surrogates } });
    }

    const onnx = (file: string): PluginUse => ({ use: 'onnx', params: { file } });

    async function writeModel(name: string, constant: number): Promise<string> {
      const g = new GraphBuilder('model');
      g.output(g.constant(Float32Array.of(constant), [1]), 'float32', [1], 'y');
      await writeFile(join(folder(), name), g.toBytes());
      return join(folder(), name);
    }

    it('by their parameters and the content of their files, not its path', async () => {
      const [one, same, other] = [
        await writeModel('one.onnx', 1),
        await writeModel('same.onnx', 1),
        await writeModel('other.onnx', 2),
      ];
      assert.equal(await keyWith([onnx(one)]), await keyWith([onnx(same)]));
      assert.notEqual(await keyWith([onnx(one)]), await keyWith([onnx(other)]));
      assert.notEqual(await keyWith([onnx(one)]), await keyWith([{ use: 'face-recognition', params: {} }]));
    });
  });
});
