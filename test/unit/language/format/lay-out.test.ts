import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { applyChanges } from '../../../../server/src/experiment/syntax/text-change.js';
import { SpecTree } from '../../../../server/src/experiment/syntax/tree.js';
import { layOut } from '../../../../server/src/language/format/lay-out.js';
import { messyYaml } from '../../../support/messy-yaml.js';

const RUNS = 600;

function laidOut(text: string): string {
  return applyChanges(text, layOut(text));
}

describe('Laying YAML out', () => {
  it('changes no value of untidy YAML, and nothing the second time', () => {
    let valid = 0;
    fc.assert(
      fc.property(messyYaml, (text) => {
        const tree = SpecTree.parse(text);
        if (tree.problems.length > 0) return;
        valid++;
        const tidy = laidOut(text);
        const again = SpecTree.parse(tidy);
        assert.deepEqual(again.problems, []);
        assert.deepEqual(again.toValue(), tree.toValue());
        assert.equal(laidOut(tidy), tidy);
      }),
      { numRuns: RUNS, seed: 4 },
    );
    assert.ok(valid > RUNS / 2, `only ${valid} of ${RUNS} documents were valid`);
  });

  it('changes white space only', () => {
    const without = (text: string) => text.replace(/\s/g, '');
    fc.assert(
      fc.property(messyYaml, (text) => without(laidOut(text)) === without(text)),
      { numRuns: RUNS, seed: 5 },
    );
  });

  it('touches nothing where nothing is to be done', () => {
    assert.deepEqual(layOut('a: {b: 1}   # why\n\n# then\nc:\n  - d\n'), []);
    assert.deepEqual(layOut(''), []);
  });
});
