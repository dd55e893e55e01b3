import assert from 'node:assert/strict';
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

  it('runs over rather than making a column unreadable', () => {
    const table = textTable(['a', 'b', 'c'], [['12345678', '12345678', '12345678']], 20);
    assert.match(table, /12345678 │ 12345678 │ 12345678/);
  });
});
