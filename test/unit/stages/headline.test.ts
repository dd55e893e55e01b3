import assert from 'node:assert/strict';
import type { Results } from '../../../server/src/protocol/results.js';
import { headlineOf } from '../../../server/src/stages/findings/headline.js';
import { exampleResults } from '../../support/example-results.js';

describe('The finding of a run says of its perturbations', () => {
  type Seen = Readonly<Record<string, readonly [dssim: number | null, psnr?: number]>>;

  function visibilitySaid(
    seen: Seen,
    change: (results: Results) => Results = (results) => results,
  ): string | undefined {
    const results = exampleResults();
    const [one] = results.poison ?? [];
    assert.ok(one);
    const poison = Object.entries(seen).map(([name, [meanDssim, meanPsnr]]) => ({ ...one, name, meanDssim, meanPsnr }));
    const said = headlineOf(change({ ...results, poison })).join(' ');
    return /They are (not )?equally visible.*?\.(?= |$)/.exec(said)?.[0];
  }

  it('that they are equally visible where a budget of DSSIM made them so', () => {
    assert.match(
      visibilitySaid({ fawkes: [0.0199], pgd: [0.02], noise: [0.0198] }) ?? '',
      /^They are equally visible: DSSIM 0\.0200/,
    );
  });

  it('that they are where a budget of PSNR did, whatever their DSSIM', () => {
    assert.match(
      visibilitySaid({ fawkes: [0.011, 30.02], noise: [0.05, 30.04] }) ?? '',
      /^They are equally visible: PSNR 30\.0 dB/,
    );
  });

  it('that they are not, with the least and the most visible, and what would make them so', () => {
    assert.equal(
      visibilitySaid({ fawkes: [0.0063, 39], noise: [0.13, 25], lowkey: [0.035, 30] }),
      'They are not equally visible, DSSIM 0.0063 (fawkes) to 0.1300 (noise): a common `budget` would make their rates comparable.',
    );
  });

  it('the same where retrieval was not run', () => {
    const without = ({ robustness: _, ...results }: Results) => results;
    assert.match(visibilitySaid({ a: [0.01], b: [0.02] }, without) ?? '', /not equally visible/);
  });

  it('nothing of one alone, or of what has no DSSIM', () => {
    assert.equal(visibilitySaid({ fawkes: [0.0063] }), undefined);
    assert.equal(visibilitySaid({ fawkes: [0.0063], tiny: [null] }), undefined);
  });
});
