import assert from 'node:assert/strict';
import type { Results, TransferResult } from '../../../server/src/protocol/results.js';
import { resultsSchema } from '../../../server/src/protocol/results.js';
import { proportion } from '../../../server/src/statistics/proportion.js';
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

/** Both of one run's results; at one visibility PGD too. */
function pageOf(own: number, even = own): string {
  const transfer = results(even).transfer ?? [];
  const pgd = transfer.flatMap((one) =>
    one.perturbation === 'fawkes-dlib' ? { ...one, perturbation: 'pgd-dlib' } : [],
  );
  const poison = results(even).poison ?? [];
  const evenly = {
    ...results(even),
    transfer: [...transfer, ...pgd],
    poison: [
      ...poison,
      ...poison.flatMap((one) => (one.use === 'fawkes' ? { ...one, name: 'pgd-dlib', use: 'pgd' } : [])),
    ],
  };
  return evidencePage({ own: results(own), even: evenly }, MADE);
}

describe('The page of evidence', () => {
  it('has for each attack, surrogate and figure a row a judge and a column a countermeasure, with intervals', () => {
    const page = pageOf(40);
    assert.match(page, /^# Do Fawkes and LowKey still hide a face\?\n/);
    assert.equal(page.match(/^\| judge \| as saved \| `jpeg75` \|$/gm)?.length, 3 + 2 * 2);
    assert.match(
      page,
      /### Fawkes, looking into `dlib`\n\nMatched:\n\n.*\n.*\n\| `dlib` ▪ \| 10\.0 % \(4\.3–21\.4 %\) \| 12\.0 % \(/,
    );
    assert.match(page, /\| `other` \| 80\.0 % \(67\.0–88\.8 %\) \| 82\.0 % \(/);
    assert.doesNotMatch(page, /undefined|NaN|null/);
  });

  it('has at one visibility a row a perturbation, PGD and noise too, beside the untouched photographs', () => {
    const page = pageOf(40, 20);
    assert.match(page, /\| perturbation \| `dlib` \| `other` \|/);
    assert.match(page, /\| untouched \| 90\.0 % \(.*\) \| 90\.0 % \(/);
    for (const name of ['fawkes-dlib', 'lowkey-dlib', 'pgd-dlib']) {
      assert.match(page, new RegExp(`\\| \`${name}\` \\| 10\\.0 % \\(.*\\) ▪ \\| 40\\.0 % \\(`));
    }
    assert.match(page, /\| `noise` \| 90\.0 % \(.*\) \| 90\.0 % \(/);
    const [, behind = ''] = page.split('Matched behind `jpeg75`:');
    assert.match(behind, /^\n\n\| perturbation [\s\S]*?\| `pgd-dlib` \| 12\.0 % \(.*\) ▪ \| 42\.0 % \(/);
    assert.match(page, /a DSSIM of 0\.01 for all/);
  });

  it('says what black boxes show of each attack: nothing, where their intervals overlap those of untouched photographs', () => {
    const shown = (page: string) => /In plain words: ([^.]*)\./.exec(page)?.[1]?.replaceAll('\n', ' ') ?? '';
    const nothing = 'with Fawkes nothing shows that it hides a face from a network that it did not see';
    assert.ok(shown(pageOf(20, 40)).startsWith(nothing), shown(pageOf(20, 40)));
    assert.match(pageOf(40, 20), /As visible as each is by itself, with Fawkes nothing shows/);
    assert.match(shown(pageOf(40, 20)), /with PGD 1 of 1 black boxes match fewer beyond what chance explains$/);
    for (const [start, of] of [
      ['At one visibility', 3],
      ['As they are', 2],
    ] as const) {
      const says = `${start}, behind a countermeasure .* in ${of} of ${of}\\s+combinations \\(by 2\\.0 points at the most\\) and fewer in 0\\.`;
      assert.match(pageOf(40, 20), new RegExp(says));
    }
  });

  it('names the best that a person may hope for, and what is matched without a cloak', () => {
    const best =
      /of all black boxes, is `fawkes-dlib` before `other`: 40\.0 % \(.*\)\s+are still matched, untouched 90\.0 %/;
    assert.match(pageOf(20), best);
  });

  it('is not written of results without judges', () => {
    const none = { ...results(20), transfer: [] };
    assert.throws(() => evidencePage({ own: none, even: results(20) }, MADE), /no evidence/);
    assert.throws(() => evidencePage({ own: results(20), even: none }, MADE), /no evidence/);
  });
});
