import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Document, parseDocument } from 'yaml';
import { networkFile, REAL_NETWORKS, type RealNetworkName } from '../../../scripts/peers/networks.js';
import { type Results, resultsSchema } from '../../../server/src/protocol/results.js';
import { CELEBA_MINI } from '../../support/celeba-mini.js';
import { lookalike } from '../../support/command-line.js';
import { realNetwork, realSurrogate } from '../../support/real-networks.js';
import { newWorkspace } from '../../support/workspace.js';
import { note } from '../measure.js';
import { evidencePage } from './page.js';

/*
 * npm run evidence [-- FOLDER]: runs experiments/cloaks-black-box.experiment.yaml on celeba-mini, each attack against each of
 * three networks, at one visibility and as visible as each is by itself, and writes docs/evidence.md. The runs are kept in
 * FOLDER, where a later call finds what was computed.
 */

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const TEMPLATE = 'experiments/cloaks-black-box.experiment.yaml';
const NETWORKS = Object.keys(REAL_NETWORKS) as RealNetworkName[];
/** What each attack looks into, one at a time; `faceres-deep` is nobody's surrogate. */
const LOOKS_INTO = ['face-recognition', 'fr_feature', 'mobileface'] as const;
const QUERIES = 50;

/** The template on photographs and before every judge, each of some of its attacks against each network that it looks into. */
async function experiment(attacks: readonly string[], change: (document: Document) => void): Promise<string> {
  const document = parseDocument(await readFile(join(ROOT, TEMPLATE), 'utf8'));
  change(document);
  const { poison } = document.toJS();
  const perturbations = attacks.flatMap((attack) =>
    LOOKS_INTO.map((network) => [`${attack}-${network}`, { ...poison[attack], surrogates: [surrogate(network)] }]),
  );
  document.set('dataset', { use: 'celeba', root: CELEBA_MINI });
  document.setIn(['queries', 'sample'], QUERIES);
  document.setIn(['embed', 'models'], ['face-recognition', ...NETWORKS.map((name) => JSON.parse(realNetwork(name)))]);
  document.set('poison', { ...Object.fromEntries(perturbations), noise: poison.noise });
  return document.toString();
}

/** All brought to the template's budget, as they are saved and behind each countermeasure. */
const atOneVisibility = () => experiment(['fawkes', 'lowkey', 'pgd'], () => undefined);

/** The same, as visible as they are by themselves. */
const asTheyAre = () =>
  experiment(['fawkes', 'lowkey'], (document) => {
    for (const attack of ['fawkes', 'lowkey', 'noise']) document.deleteIn(['poison', attack, 'budget']);
  });

function surrogate(network: RealNetworkName | 'face-recognition'): unknown {
  return network === 'face-recognition' ? network : JSON.parse(realSurrogate(network));
}

const absent = [CELEBA_MINI, ...NETWORKS.map(networkFile)].find((path) => !existsSync(path));
if (absent) {
  note(`${absent} is absent: docs/evidence.md stays as it is`);
  process.exit(2);
}
const given = process.argv[2];
const folder = given ?? (await newWorkspace());

/** Keeps the results in the folder beside the experiment. */
async function run(name: string, text: string): Promise<{ results: Results; minutes: number }> {
  const file = join(folder, `${name}.experiment.yaml`);
  await writeFile(file, text);
  const started = performance.now();
  const { code, stdout, stderr } = await lookalike(['run', file, '--json', '--progress', 'none'], { cwd: folder });
  if (code !== 0) throw new Error(stderr);
  await writeFile(join(folder, `${name}.json`), stdout);
  return { results: resultsSchema.parse(JSON.parse(stdout)), minutes: (performance.now() - started) / 60_000 };
}

const even = await run('one-visibility', await atOneVisibility());
const own = await run('evidence', await asTheyAre());
const made = { template: TEMPLATE, minutes: even.minutes + own.minutes };
await writeFile(join(ROOT, 'docs/evidence.md'), evidencePage({ even: even.results, own: own.results }, made));
if (!given) await rm(folder, { recursive: true });
note('docs/evidence.md');
