import assert from 'node:assert/strict';
import { parse } from 'csv-parse/sync';
import { csvText } from '../../../server/src/protocol/csv.js';

describe('tables as CSV', () => {
  it('reads back what was written: commas, quotes, line breaks and scripts of the world', () => {
    const names = ['a,b', 'say "no"', 'two\nlines', 'Łukasz 王', ''];
    assert.deepEqual(
      parse(
        csvText(
          ['name'],
          names.map((name) => [name]),
        ),
        { skip_empty_lines: false },
      ),
      [['name'], ...names.map((name) => [name])],
    );
  });

  it('writes numbers in full precision and nothing for what was not measured', () => {
    assert.equal(csvText(['rate', 'interval'], [[2 / 3, null]]), 'rate,interval\r\n0.6666666666666666,\r\n');
  });

  it('keeps a spreadsheet from running a text as a formula, and leaves negative numbers alone', () => {
    assert.equal(csvText(['x', 'y'], [['=HYPERLINK("//evil")', -1]]), `x,y\r\n"'=HYPERLINK(""//evil"")",-1\r\n`);
  });
});
