import assert from 'node:assert/strict';
import { checkFiles } from '../../../server/src/experiment/checks/check-files.js';
import { plugins, read } from '../../support/spec-text.js';

const lines = (count: number, line: (n: number) => string) =>
  Array.from({ length: count }, (_, n) => line(n)).join('\n');

/** Texts that grow with a number, each with what once took long in it. */
const TEXTS: Readonly<Record<string, (count: number) => string>> = {
  'keys that are not known': (count) => `dataset: synthetic\n${lines(count, (n) => `k${n}: 1`)}\n`,
  'keys of a plugin that are not known': (count) =>
    `dataset:\n  use: synthetic\n${lines(count, (n) => `  k${n}: 1`)}\n`,
  anchors: (count) => `dataset: synthetic\nembed:\n  models:\n${lines(count, (n) => `    - &a${n} onnx`)}\n`,
  'models that are equal': (count) =>
    `dataset: synthetic\nembed:\n  models:\n${lines(count, () => '    - face-recognition')}\n`,
  'variables that do not end': (count) => `dataset: {use: folder, root: "${'${env:'.repeat(count)}"}\n`,
  'keys that are there again and again': (count) => lines(count, () => 'name: x'),
};

const FEW = 1500;
const TIMES = 4;
/** Of what grows with the square of the text it would be 16. */
const MOST = 10;

/** Of the processor, in the shortest of some readings: others may use the machine meanwhile. */
async function milliseconds(text: string): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 4; round++) {
    const before = process.cpuUsage();
    await checkFiles(read(text), plugins);
    least = Math.min(least, process.cpuUsage(before).user / 1000);
  }
  return least;
}

describe('Reading a file of thousands of lines', () => {
  for (const [what, textOf] of Object.entries(TEXTS)) {
    it(`takes no longer than the text is, with ${what}`, async () => {
      const few = await milliseconds(textOf(FEW));
      const many = await milliseconds(textOf(FEW * TIMES));
      assert.ok(
        many < MOST * Math.max(few, 20),
        `${Math.round(few)} ms, and ${Math.round(many)} ms of ${TIMES} times as many`,
      );
    });
  }

  it('counts the keys that it does not name', () => {
    const { diagnostics } = read(TEXTS['keys that are not known'](1000));
    assert.equal(diagnostics.length, 101);
    assert.match(diagnostics[100].message, /and 899 more/);
  });
});
