import assert from 'node:assert/strict';
import { firstFew } from '../../../server/src/stages/findings/first-few.js';

describe('What a finding says of many names', () => {
  it('is all of three, and of more how many it leaves to the tables', () => {
    assert.equal(firstFew(['a: 1 %', 'b: 2 %', 'c: 3 %']), 'a: 1 %; b: 2 %; c: 3 %');
    assert.equal(firstFew(['a', 'b', 'c', 'd', 'e']), 'a; b; c; 2 more stand in the tables');
  });
});
