import { benchAccuracy } from './accuracy.js';
import { benchAllPairs } from './all-pairs/all-pairs.js';
import { benchAttackSteps } from './attacks/attack-steps.js';
import { benchAttacks } from './attacks/attacks.js';
import { benchTrackers } from './attacks/trackers.js';
import { benchClip } from './clip.js';
import { benchFaces } from './faces.js';
import { benchLanguage } from './language/language.js';
import { note, type Section } from './measure.js';
import { benchEditor } from './pages/editor.js';
import { benchExplore } from './pages/explore/explore.js';
import { benchMap } from './pages/map.js';
import { benchPanel } from './pages/panel.js';
import { benchPairsCounted } from './pairs-counted/pairs-counted.js';
import { benchRuns } from './planning/many-runs/runs.js';
import { benchSweep } from './planning/many-runs/sweep.js';
import { benchPlanning } from './planning/planning.js';
import { benchRealNetworks } from './real-networks.js';
import { benchExecutors } from './scale/executors.js';
import { benchGallery } from './scale/gallery.js';
import { benchGraphs } from './search/graphs.js';
import { benchPgvector } from './search/pgvector.js';
import { benchSearch } from './search/search.js';
import { benchServe } from './search/serve.js';
import { benchStart } from './start/start.js';
import { writeSection } from './write-benchmarks.js';

/** Every benchmark, in the order of docs/benchmarks.md. One gives nothing where what it needs is absent. */
const BENCHMARKS: Readonly<Record<string, () => Promise<Section | undefined>>> = {
  accuracy: benchAccuracy,
  'real-networks': benchRealNetworks,
  faces: benchFaces,
  attacks: benchAttacks,
  trackers: benchTrackers,
  steps: benchAttackSteps,
  clip: benchClip,
  search: benchSearch,
  pairs: benchAllPairs,
  'pairs-counted': benchPairsCounted,
  pgvector: benchPgvector,
  graphs: benchGraphs,
  serve: benchServe,
  planning: benchPlanning,
  executors: benchExecutors,
  gallery: benchGallery,
  editor: benchEditor,
  panel: benchPanel,
  map: benchMap,
  explore: benchExplore,
  language: benchLanguage,
  start: benchStart,
  runs: benchRuns,
  sweep: benchSweep,
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in BENCHMARKS));
if (unknown.length > 0) {
  note(`There is no benchmark ${unknown.join(', ')}: there are ${Object.keys(BENCHMARKS).join(', ')}`);
  process.exit(2);
}

for (const name of wanted.length > 0 ? wanted : Object.keys(BENCHMARKS)) {
  const section = await BENCHMARKS[name]();
  if (!section) continue;
  process.stdout.write(`\n${section.title}\n\n${section.body}\n`);
  writeSection(section);
}
// Native libraries keep threads alive, so the process would not end by itself.
process.exit(0);
