import assert from 'node:assert/strict';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { latexTable } from '../../../client/webview/text-tables.js';
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

  it('knows a formula behind what a spreadsheet leaves out', () => {
    const blanks = fc.array(fc.constantFrom('', ' ', '\t', '\r', '\n', '\u00a0', '\u200b', '\ufeff', '\0'), {
      maxLength: 4,
    });
    fc.assert(
      fc.property(blanks, fc.constantFrom('=', '+', '-', '@', '＝'), fc.string(), (before, sign, rest) => {
        const [[cell]] = parse(csvText([before.join('') + sign + rest], []), { relax_column_count: true });
        assert.equal(cell, `'${before.join('')}${sign}${rest}`);
      }),
      { seed: 15 },
    );
  });

  it('keeps a spreadsheet from running a text as a formula, and leaves negative numbers alone', () => {
    assert.equal(csvText(['x', 'y'], [['=HYPERLINK("//evil")', -1]]), `x,y\r\n"'=HYPERLINK(""//evil"")",-1\r\n`);
  });
});

describe('tables for LaTeX', () => {
  it('keep a cell from being the argument of the line break before it', () => {
    const heading = [{ label: 'name', numeric: false }];
    const rows = latexTable(heading, [['[5cm]'], ['* a'], ['100 %']]);
    assert.match(rows, /\n {4}\{\[\}5cm\] \\\\\n {4}\{\*\} a \\\\\n {4}100 \\% \\\\\n/);
  });
});
