import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { checkedForWork, checkFile } from '../../../server/src/cli/check.js';
import { printDiagnostics, say } from '../../../server/src/cli/print.js';

class Heard extends Writable {
  text = '';
  override _write(chunk: Buffer, _: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

describe('What the command line prints', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lookalike-print-'));
  });
  after(() => rm(folder, { recursive: true }));

  async function printed(text: string, set?: readonly string[]): Promise<string> {
    const file = join(folder, 'a.experiment.yaml');
    await writeFile(file, text);
    const checked = await checkFile(file, { plugin: [], set });
    assert.ok(checked.ok);
    const heard = new Heard();
    printDiagnostics(checked.value, heard);
    return heard.text.replaceAll(file, 'FILE');
  }

  it('shows control characters of names, and obeys none', () => {
    const heard = new Heard();
    say(heard, '\x1b[31mred\x1b]0;title\x07 \u009b2J \u202Eback\r\nnext');
    assert.equal(heard.text, '\\u{1b}[31mred\\u{1b}]0;title\\u{7} \\u{9b}2J \\u{202e}back\\u{d}\nnext\n');
  });

  it('says below a diagnostic what to do', async () => {
    assert.equal(
      await printed('dataset: synthetic\nembed: {models: [onxx]}\naccuracy:\n'),
      'FILE:2:18 error unknown-plugin There is no model named "onxx"; did you mean "onnx"?\n' +
        '  Valid here: face-recognition, clip-portraits, clip-vit-b-32, clip-vit-l-14, clip-vit-h-14, clip-vit-g-14, onnx.\n',
    );
  });

  it('names the --set that a fault is in', async () => {
    const set = ['queries.sample=abc', 'acuracy.top=1'];
    const text = await printed('dataset: synthetic\nembed: {models: [face-recognition]}\naccuracy:\n', set);
    assert.match(text, /wrong-type --set queries\.sample=abc: This must be a number, not text/);
    assert.match(text, /unknown-key --set acuracy\.top=1: Unknown key "acuracy"; did you mean "accuracy"\?/);
  });

  it('gives no file to work that loads a model whose weights are not there', async () => {
    const file = join(folder, 'clip.experiment.yaml');
    await writeFile(file, 'dataset: synthetic\nembed: {models: [clip-vit-b-32]}\naccuracy:\n');
    const models = process.env.LOOKALIKE_MODELS;
    process.env.LOOKALIKE_MODELS = join(folder, 'no-models');
    try {
      assert.equal(await checkedForWork(file, { plugin: [] }, {}), undefined);
      assert.ok(await checkedForWork(file, { plugin: [] }));
    } finally {
      if (models === undefined) delete process.env.LOOKALIKE_MODELS;
      else process.env.LOOKALIKE_MODELS = models;
    }
  });
});
