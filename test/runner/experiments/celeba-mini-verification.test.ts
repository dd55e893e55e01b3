import assert from 'node:assert/strict';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { VerificationResult } from '../../../server/src/protocol/results.js';
import { CELEBA_MINI, needsCelebaMini } from '../../support/celeba-mini.js';
import { runToResults } from '../../support/command-line.js';
import { askPeer, needsPeers } from '../../support/peer-venv.js';
import { newWorkspace } from '../../support/workspace.js';

const SCRIPT = fileURLToPath(new URL('../../support/verification-by-definition.py', import.meta.url));
const RATES = [1e-2, 1e-3, 1e-4];

interface Peers {
  readonly genuine: number;
  readonly impostor: number;
  readonly eer: number;
  readonly auc: number;
  readonly dPrime: number;
  readonly at: readonly { readonly threshold: number; readonly actualFmr: number; readonly tmr: number }[];
  readonly curve: { readonly fmr: readonly number[]; readonly tmr: readonly number[] };
}

function near(actual: number | null, expected: number, what: string): void {
  assert.ok(actual !== null && Math.abs(actual - expected) <= 1e-9, `${what}: ${actual} for ${expected}`);
}

describe('Verification on real faces (skipped where celeba-mini, or pyeer in the environment of peers, is absent)', () => {
  let folder: string;
  let own: VerificationResult;
  let peers: Peers;

  before(async function () {
    needsCelebaMini.call(this);
    needsPeers.call(this, 'numpy', 'pyeer');
    this.timeout(300_000);
    folder = await newWorkspace();
    const file = join(folder, 'faces.experiment.yaml');
    const dataset = `{use: celeba, root: ${JSON.stringify(CELEBA_MINI)}}`;
    const text = `dataset: ${dataset}\nembed: {models: [face-recognition]}\nverification: {fmr: [${RATES.join(', ')}]}\n`;
    await writeFile(file, text);
    const { verification = [] } = await runToResults(file);
    [own] = verification;
    const embeddings = join(folder, '.lookalike/cache/embeddings');
    const [key] = await readdir(embeddings);
    peers = askPeer(SCRIPT, join(embeddings, key), CELEBA_MINI, JSON.stringify(RATES));
  });
  after(() => folder && rm(folder, { recursive: true }));

  it('compares the same pairs as a count in NumPy', () => {
    assert.deepEqual([own.pairs.genuine, own.pairs.impostor], [peers.genuine, peers.impostor]);
    assert.equal(own.pairs.left, 0);
  });

  it('has the equal error rate, the area and the d′ of pyeer', () => {
    near(own.eer.rate, peers.eer, 'EER');
    near(own.auc, peers.auc, 'AUC');
    near(own.dPrime, peers.dPrime, 'd′');
  });

  it('has the thresholds and the true match rates of a count in NumPy by the definition', () => {
    assert.deepEqual(
      own.at.map(({ fmr }) => fmr),
      RATES,
    );
    for (const [n, { fmr, threshold, actualFmr, tmr }] of own.at.entries()) {
      near(threshold, peers.at[n].threshold, `threshold at ${fmr}`);
      near(actualFmr, peers.at[n].actualFmr, `FMR at ${fmr}`);
      near(tmr.rate, peers.at[n].tmr, `TMR at ${fmr}`);
    }
  });

  it('has a ROC curve whose every point a threshold gives', () => {
    const { fmr, tmr } = own.roc;
    assert.ok(fmr.length > 300 && fmr.length <= 512, `${fmr.length} points`);
    const points = new Set(peers.curve.fmr.map((rate, n) => `${rate.toFixed(9)} ${peers.curve.tmr[n].toFixed(9)}`));
    for (const [n, rate] of fmr.entries()) {
      assert.ok(points.has(`${rate.toFixed(9)} ${tmr[n].toFixed(9)}`), `${rate} ${tmr[n]}`);
    }
  });
});
