import assert from 'node:assert/strict';
import { diagnose } from '../../support/spec-text.js';

const codesOf = async (text: string) => (await diagnose(text)).map(({ code }) => code);

describe('A comment `# lookalike-disable CODE`', () => {
  const UNUSED = 'dataset: synthetic\n# lookalike-disable CODE\ngallery: synthetic\n';

  it('silences the code in the line below', async () => {
    assert.deepEqual(await codesOf('dataset: synthetic\ngallery: synthetic\n'), ['unused-section']);
    assert.deepEqual(await codesOf(UNUSED.replace('CODE', 'unused-section')), []);
  });

  it('silences no error that keeps the file from being read, and says so', async () => {
    const text = '# lookalike-disable unknown-key\ndataset: {use: synthetic, seeds: 1}\n';
    assert.deepEqual(await codesOf(text), ['disable-unused', 'unknown-key']);
    assert.match((await diagnose(text))[0].message, /cannot be disabled/);
  });

  it('silences several codes, and what the disk says', async () => {
    const text =
      'dataset: synthetic\n# lookalike-disable unused-section, path-missing\ngallery: {use: folder, root: x}\n';
    assert.deepEqual(await codesOf(text), []);
  });

  it('silences no other code, and no other line', async () => {
    assert.deepEqual(await codesOf(UNUSED.replace('CODE', 'path-missing')), ['disable-unused', 'unused-section']);
    assert.deepEqual(await codesOf(`# lookalike-disable unused-section\n${UNUSED.replace(/#.*\n/, '')}`), [
      'disable-unused',
      'unused-section',
    ]);
  });

  it('stands in files of Windows too, and behind a value', async () => {
    const text = 'dataset: synthetic # lookalike-disable unused-section\r\ngallery: synthetic\r\n';
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
