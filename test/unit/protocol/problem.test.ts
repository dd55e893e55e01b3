import assert from 'node:assert/strict';
import { inOneLine, problemSchema } from '../../../server/src/protocol/problem.js';

describe('A problem that crosses a process boundary', () => {
  it('keeps what puts it right as data', () => {
    const problem = { code: 'permission-needed', message: 'It needs your yes', remedy: { allow: 'remote' } };
    assert.deepEqual(problemSchema.parse(problem), problem);
  });

  it('is read without a remedy of a later version', () => {
    const later = { code: 'x', message: 'y', remedy: { reboot: true } };
    assert.deepEqual(problemSchema.parse(later), { code: 'x', message: 'y', remedy: undefined });
  });

  it('is one line of sentences: what went wrong, and what to do', () => {
    const hint = 'Close other programs.';
    for (const [message, line] of [
      ['There is no memory', 'There is no memory. Close other programs.'],
      ['Is there none?', 'Is there none? Close other programs.'],
      ['It waits …', 'It waits … Close other programs.'],
    ]) {
      assert.equal(inOneLine({ message, hint }), line);
    }
    assert.equal(inOneLine({ message: 'There is no memory' }), 'There is no memory');
  });
});
