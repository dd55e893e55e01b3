import assert from 'node:assert/strict';
import { problemSchema } from '../../../server/src/protocol/problem.js';

describe('A problem that crosses a process boundary', () => {
  it('keeps what puts it right as data', () => {
    const problem = { code: 'permission-needed', message: 'It needs your yes', remedy: { allow: 'remote' } };
    assert.deepEqual(problemSchema.parse(problem), problem);
  });

  it('is read without a remedy of a later version', () => {
    const later = { code: 'x', message: 'y', remedy: { reboot: true } };
    assert.deepEqual(problemSchema.parse(later), { code: 'x', message: 'y', remedy: undefined });
  });
});
