import assert from 'node:assert/strict';
import { fileNamePrefix } from '../../../server/src/protocol/runs/saved-name.js';

describe('files of a run', () => {
  it('are named after the run in any script, without what a file system refuses', () => {
    assert.equal(fileNamePrefix('../Größe: 王/試験?', 'run-1'), 'Größe-王-試験-run-1');
    assert.equal(fileNamePrefix('???', '!'), 'run');
  });
});
