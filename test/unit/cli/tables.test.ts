import assert from 'node:assert/strict';
import fc from 'fast-check';
import { progressLine } from '../../../server/src/cli/progress.js';
import { textTable } from '../../../server/src/cli/table.js';

const HEAD = ['model', 'what it is'];
const ROWS = [['face-recognition', 'dlib’s face recognition network, with detector and alignment, as ONNX graphs']];

function widthOf(table: string): number {
  return Math.max(...table.split('\n').map((line) => line.length));
}

describe('A table of the command line', () => {
  it('fits into the terminal by wrapping its widest column, and loses no word', () => {
    const table = textTable(HEAD, ROWS, 60);
    assert.ok(widthOf(table) <= 60, table);
    const words = ROWS.flat().join(' ').split(/\W+/);
    for (const word of words) assert.ok(table.includes(word), `${word} in\n${table}`);
  });

  it('keeps a row in a line where there is room, or where a pipe has no width', () => {
    for (const width of [200, Number.POSITIVE_INFINITY]) {
      assert.equal(textTable(HEAD, ROWS, width).split('\n').length, 5);
    }
  });

  it('keeps names whole, which people copy', () => {
    const rates = ['face-recognition', '100.0 %', '67.6–100.0 %', '100.0 %', '67.6–100.0 %', '8/8 8/8', '0'];
    const table = textTable(
      ['model', 'top-1', '95 % interval', 'top-5', '95 % interval', 'hits', 'no face'],
      [rates],
      80,
    );
    assert.ok(widthOf(table) <= 80, table);
    assert.ok(table.includes('face-recognition') && !table.includes('…'), table);
  });

  it('puts the cells of a row below each other where their words are too long for it', () => {
    const table = textTable(['a', 'b', 'c'], [['12345678', '12345678', '12345678']], 20);
    assert.equal(table, '12345678\n  b  12345678\n  c  12345678');
  });

  it('fits into terminals of any width, and loses no word, whatever the names are', () => {
    const cells = fc.array(fc.stringMatching(/^[a-z-]{1,24}( [a-z0-9.]{1,12}){0,6}$/), { minLength: 2, maxLength: 6 });
    fc.assert(
      fc.property(cells, fc.constantFrom(40, 60, 80, 200), (row, width) => {
        const head = row.map((_, n) => `column-${n}`);
        const table = textTable(head, [row, row], width);
        assert.ok(widthOf(table) <= width, `${width}\n${table}`);
        for (const word of [...row.join(' ').split(' ')]) assert.ok(table.includes(word), `${word} in\n${table}`);
      }),
      { seed: 7 },
    );
  });
});

describe('A line of progress', () => {
  it('fits into terminals of any width, and says how many, how fast and how long still', () => {
    const label = fc.stringMatching(/^[a-z, -]{0,60}$/);
    const total = fc.integer({ min: 1, max: 202_599 });
    fc.assert(
      fc.property(label, total, fc.double({ min: 0, max: 1, noNaN: true }), (label, total, share) => {
        const done = Math.floor(share * total);
        const event = { stage: 'embed', label, done, total, rate: 131, secondsLeft: 3700 };
        for (const width of [40, 60, 80, 200]) {
          const line = progressLine(event, width);
          assert.ok(line.length <= width, `${line.length} > ${width}: ${line}`);
          assert.ok(line.includes(`${done}/${total}`) && line.includes('131'), line);
          assert.ok(done === total || line.endsWith('left'), line);
        }
      }),
      { seed: 7 },
    );
  });

  it('gives its bar up before its name, and its name before its numbers', () => {
    const event = { stage: 'embed', label: 'a-model-of-somebody', done: 34, total: 100, rate: 10, secondsLeft: 7 };
    const lines = [200, 60, 40].map((width) => progressLine(event, width));
    assert.match(lines[0], /^embed a-model-of-somebody █{9}░{19} 34\/100 /);
    assert.match(lines[1], /^embed a-model-of-somebody █+░+ 34\/100 /);
    assert.match(lines[2], /^embed.*….*body 34\/100 /);
  });
});
