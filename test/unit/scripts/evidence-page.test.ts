import assert from 'node:assert/strict';
import type { Results, TransferResult } from '../../../server/src/protocol/results.js';
import { resultsSchema } from '../../../server/src/protocol/results.js';
import { proportion } from '../../../server/src/runner/figures/proportion.js';
import { evidencePage } from '../../bench/evidence/page.js';
import { exampleResults, exampleRun } from '../../support/example-results.js';

const MADE = { template: 'experiments/cloaks-black-box.experiment.yaml', minutes: 12 };
const JUDGES = ['dlib', 'other'];

const share = (count: number, of: number) => ({ count, of, ...proportion(count, of) });

/** Of fifty photographs so many are matched, a tenth fewer by the nearest one alone. */
function row(perturbation: string, countermeasure: string | null, judge: string, matched: number): TransferResult {
  return {
    perturbation,
    countermeasure,
    judge,
    whiteBox: perturbation.endsWith(judge),
    images: 50,
    noFace: 0,
    top1: share(Math.floor(0.9 * matched), 50),
    matched: share(matched, 50),
    matchedAll: matched / 50,
    shift: 1,
    fmr: 0.001,
    threshold: 0.3,
    actualFmr: 0.0009,
    impostorPairs: 17_000,
    setAside: 0,
  };
}

/** `black`: how many a judge that was not looked into matches, of the 45 that it matches untouched. */
function results(black: number): Results {
  const versions = ['original', 'fawkes-dlib', 'lowkey-dlib', 'noise'];
  const transfer = versions.flatMap((version) =>
    JUDGES.flatMap((judge) =>
      [null, 'jpeg75'].map((countermeasure) => {
        const cloaked = version.endsWith('dlib');
        const plain = cloaked ? (judge === 'dlib' ? 5 : black) : 45;
        return row(version, countermeasure, judge, countermeasure && cloaked ? plain + 1 : plain);
      }),
    ),
  );
  const [one] = exampleResults().poison ?? [];
  const poison = ['fawkes', 'lowkey', 'noise'].map((use) => ({
    ...one,
    use,
    name: use === 'noise' ? use : `${use}-dlib`,
    surrogates: use === 'noise' ? [] : ['dlib'],
  }));
  const hash = 'c0ffee'.repeat(10).padEnd(64, '0');
  const models = Object.fromEntries(JUDGES.map((judge) => [judge, { key: hash, files: [] }]));
  const run = exampleRun({ onnxRuntime: '1.30.0', hashes: { dataset: hash, models, perturbed: {} } });
  return resultsSchema.parse({ ...exampleResults(), run, poison, transfer });
}

describe('The page of evidence', () => {
  it('has for each attack, surrogate and figure a row a judge and a column a countermeasure, with intervals', () => {
    const page = evidencePage(results(40), MADE);
    assert.match(page, /^# Do Fawkes and LowKey still hide a face\?\n/);
    assert.equal(page.match(/^\| judge \| as saved \| `jpeg75` \|$/gm)?.length, 3 + 2 * 2);
    assert.match(
      page,
      /### Fawkes, looking into `dlib`\n\nMatched:\n\n.*\n.*\n\| `dlib` ▪ \| 10\.0 % \(4\.3–21\.4 %\) \| 12\.0 % \(/,
    );
    assert.match(page, /\| `other` \| 80\.0 % \(67\.0–88\.8 %\) \| 82\.0 % \(/);
    assert.doesNotMatch(page, /undefined|NaN|null/);
  });

  it('says what black boxes show: nothing, where their intervals overlap those of untouched photographs', () => {
    assert.match(evidencePage(results(40), MADE), /nothing here shows that these cloaks hide a face from a network/);
    assert.match(evidencePage(results(20), MADE), /Every one of the pairs of a cloak and a black box matches fewer/);
    for (const black of [40, 20]) {
      assert.match(evidencePage(results(black), MADE), /Behind a countermeasure .* in 2 of 2 combinations/);
    }
  });

  it('names the best that a person may hope for, and what is matched without a cloak', () => {
    const best =
      /of all black boxes, is `fawkes-dlib` before `other`: 40\.0 % \(.*\)\s+are still matched, untouched 90\.0 %/;
    assert.match(evidencePage(results(20), MADE), best);
  });

  it('is not written of results without judges', () => {
    assert.throws(() => evidencePage({ ...results(20), transfer: [] }, MADE), /no evidence/);
  });
});
