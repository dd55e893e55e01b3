import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseDocument } from 'yaml';
import { networkFile, REAL_NETWORKS, type RealNetworkName } from '../../../scripts/peers/networks.js';
import { resultsSchema } from '../../../server/src/protocol/results.js';
import { CELEBA_MINI } from '../../support/celeba-mini.js';
import { lookalike } from '../../support/command-line.js';
import { realNetwork, realSurrogate } from '../../support/real-networks.js';
import { note } from '../measure.js';
import { evidencePage } from './page.js';

/*
 * npm run evidence [-- FOLDER]: runs experiments/cloaks-black-box.experiment.yaml on celeba-mini, each attack against each of
 * three networks, and writes docs/evidence.md. The run is kept in FOLDER, where a later call finds what was computed.
 */

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const TEMPLATE = 'experiments/cloaks-black-box.experiment.yaml';
const NETWORKS = Object.keys(REAL_NETWORKS) as RealNetworkName[];
/** What each attack looks into, one at a time; `faceres-deep` is nobody's surrogate. */
const LOOKS_INTO = ['face-recognition', 'fr_feature', 'mobileface'] as const;
const QUERIES = Number(process.env.LOOKALIKE_EVIDENCE_QUERIES ?? 50);

/**
 * The template on photographs, before every judge: each attack against each network that it looks into at the template's
 * budget, and Fawkes and LowKey once more as visible as they are by themselves.
 */
async function experiment(): Promise<string> {
  const document = parseDocument(await readFile(join(ROOT, TEMPLATE), 'utf8'));
  const { poison } = document.toJS();
  const looking = (name: string, setting: object) =>
    LOOKS_INTO.map((network) => [`${name}-${network}`, { ...setting, surrogates: [surrogate(network)] }]);
  const { fawkes, lowkey, pgd, noise } = poison;
  const ownVisibility = ({ budget: _, ...setting }: { budget: unknown }) => setting;
  const perturbations = [
    ...looking('fawkes', fawkes),
    ...looking('lowkey', lowkey),
    ...looking('pgd', pgd),
    ...looking('fawkes-own', ownVisibility(fawkes)),
    ...looking('lowkey-own', ownVisibility(lowkey)),
    ['noise', noise],
  ];
  document.set('dataset', { use: 'celeba', root: CELEBA_MINI });
  document.setIn(['queries', 'sample'], QUERIES);
  document.setIn(['embed', 'models'], ['face-recognition', ...NETWORKS.map((name) => JSON.parse(realNetwork(name)))]);
  document.set('poison', Object.fromEntries(perturbations));
  return document.toString();
}

function surrogate(network: RealNetworkName | 'face-recognition'): unknown {
  return network === 'face-recognition' ? network : JSON.parse(realSurrogate(network));
}

const absent = [CELEBA_MINI, ...NETWORKS.map(networkFile)].find((path) => !existsSync(path));
if (absent) {
  note(`${absent} is absent: docs/evidence.md stays as it is`);
  process.exit(2);
}
const given = process.argv[2];
const folder = given ?? (await mkdtemp(join(tmpdir(), 'lookalike-evidence-')));
const file = join(folder, 'evidence.experiment.yaml');
await writeFile(file, await experiment());
const started = performance.now();
const args = ['run', file, '--json', '--progress', 'none'];
const { code, stdout, stderr } = await lookalike(args, { cwd: dirname(file) });
if (code !== 0) throw new Error(stderr);
const results = resultsSchema.parse(JSON.parse(stdout));
const minutes = (performance.now() - started) / 60_000;
await writeFile(join(folder, 'results.json'), stdout);
await writeFile(join(ROOT, 'docs/evidence.md'), evidencePage(results, { template: TEMPLATE, minutes }));
if (!given) await rm(folder, { recursive: true });
note('docs/evidence.md');
