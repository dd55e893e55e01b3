import assert from 'node:assert/strict';
import { diagnose } from '../../support/spec-text.js';

const codesOf = async (text: string) => (await diagnose(text)).map(({ code }) => code);

describe('A comment `# lookalike-disable CODE`', () => {
  it('silences the code in the line below', async () => {
    assert.deepEqual(await codesOf('dataset: {use: synthetic, seeds: 1}\n'), ['unknown-key']);
    assert.deepEqual(await codesOf('# lookalike-disable unknown-key\ndataset: {use: synthetic, seeds: 1}\n'), []);
  });

  it('silences several codes, and what the disk says', async () => {
    const text =
      'dataset: synthetic\n# lookalike-disable unused-section, path-missing\ngallery: {use: folder, root: x}\n';
    assert.deepEqual(await codesOf(text), []);
  });

  it('silences no other code, and no other line', async () => {
    const text = '# lookalike-disable unknown-key\ndataset:\n  use: synthetic\n  seeds: 1\n  seed: x\n';
    assert.deepEqual(await codesOf(text), ['unknown-key', 'wrong-type']);
  });

  it('stands in files of Windows too, and behind a value', async () => {
    const text = 'version: 1 # lookalike-disable unknown-key\r\nseeds: 1\r\ndataset: synthetic\r\n';
    assert.deepEqual(await codesOf(text), []);
  });

  it('is none inside of a text, nor of another word', async () => {
    const text = 'name: |\n  # lookalike-disable unknown-key\nseeds: 1\ndataset: synthetic\n';
    assert.deepEqual(await codesOf(text), ['unknown-key']);
    assert.deepEqual(await codesOf('# lookalike-disabled x\ndataset: synthetic\n'), []);
  });

  it('is not said to be unused where the file cannot be read: what else is wrong is not known', async () => {
    assert.deepEqual(await codesOf('# lookalike-disable path-missing\ndataset: {use: folder}\n'), ['missing-key']);
  });
});
