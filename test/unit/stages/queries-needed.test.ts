import assert from 'node:assert/strict';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { mcnemarQueries, queriesNeeded } from '../../../server/src/stages/findings/queries-needed.js';
import { mcnemarExact } from '../../../server/src/statistics/differences.js';
import { exampleResults } from '../../support/example-results.js';

/** How often the exact test sees the difference, of so many drawn comparisons. */
function power(queries: number, discordance: number, difference: number): number {
  const generator = xoroshiro128plus(5);
  const random = () => uniformInt(generator, 0, 999_999) / 1e6;
  const onlyA = (discordance + difference) / 2;
  let seen = 0;
  for (let run = 0; run < 2000; run++) {
    let [a, b] = [0, 0];
    for (let n = 0; n < queries; n++) {
      const place = random();
      if (place < onlyA) a += 1;
      else if (place < discordance) b += 1;
    }
    if (mcnemarExact(a, b) <= 0.05) seen += 1;
  }
  return seen / 2000;
}

describe('The queries that a difference needs', () => {
  it('are those of Connor’s formula', () => {
    // (1.95996 √0.3 + 0.84162 √0.29)² / 0.01 = 233.1
    assert.equal(mcnemarQueries(0.3, 0.1), 234);
    assert.equal(mcnemarQueries(0.2), 626);
  });

  it('give about the power that is asked for, in drawn comparisons', () => {
    for (const discordance of [0.1, 0.2, 0.4]) {
      const seen = power(mcnemarQueries(discordance), discordance, 0.05);
      assert.ok(seen > 0.74 && seen < 0.85, `${discordance}: ${seen}`);
    }
  });

  it('are no fewer than where all that is discordant differs', () => {
    assert.equal(mcnemarQueries(0), mcnemarQueries(0.05));
  });

  it('are of the largest discordance that a run has found, else of its rates', () => {
    const results = exampleResults();
    assert.equal(queriesNeeded(results, 'robustness')?.from, 'robustness/fawkes');
    assert.equal(queriesNeeded(results, 'poison'), undefined);
    const alone = queriesNeeded({ ...results, differences: undefined }, 'accuracy');
    const rate = results.accuracy?.[1].top[1].rate ?? assert.fail();
    assert.deepEqual([alone?.discordance, alone?.from], [2 * rate * (1 - rate), 'the rate of clip-vit-l-14']);
  });
});
