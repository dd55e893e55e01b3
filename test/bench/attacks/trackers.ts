import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { interval, percent } from '../../../server/src/protocol/figure-text.js';
import { CELEBA_MINI } from '../../support/celeba-mini.js';
import { runToResults } from '../../support/command-line.js';
import { newWorkspace } from '../../support/workspace.js';
import { KEPT, note, type Section, table } from '../measure.js';

/** `LOOKALIKE_BENCH_PHOTOGRAPHS` makes it fewer, to try the benchmark itself. */
const PHOTOGRAPHS = Number(process.env.LOOKALIKE_BENCH_PHOTOGRAPHS ?? 50);
const TRACKERS = ['static', 'dynamic'] as const;

const EXPERIMENT = `dataset: {use: celeba, root: ${JSON.stringify(CELEBA_MINI)}}
queries: {sample: ${PHOTOGRAPHS}, seed: 7}
embed: {models: [face-recognition]}
threshold: {fmr: 0.001}
poison:
  fawkes: {use: fawkes, mode: high, surrogates: [face-recognition]}
  lowkey: {use: lowkey, weight: 2, surrogates: [face-recognition]}
  noise: {use: noise, epsilon: 14}
retrieve: {use: local, results: 5}
robustness: {minValid: 1, trackers: [static, dynamic]}
`;

/** What a tracker finds who searches again with what was found, beside one who searches once; nothing where celeba-mini is absent. */
export async function benchTrackers(): Promise<Section | undefined> {
  if (!existsSync(CELEBA_MINI)) {
    note(`trackers is left out: ${CELEBA_MINI} is absent`);
    return undefined;
  }
  const folder = KEPT ?? (await newWorkspace());
  const file = join(folder, 'trackers.experiment.yaml');
  await writeFile(file, EXPERIMENT);
  const { robustness, threshold, headline } = await runToResults(file);
  if (!robustness?.trackers || !threshold) throw new Error(`The run has no trackers: ${headline.join(' ')}`);
  if (!KEPT) await rm(folder, { recursive: true });
  const versions = Object.keys(robustness.withValid);
  const rows = versions.flatMap((version) =>
    TRACKERS.map((tracker) => {
      const found = robustness.trackers?.[tracker]?.withValid[version];
      if (!found) throw new Error(`${tracker} has no ${version}`);
      return [
        `\`${version}\``,
        tracker,
        `${found.count} of ${found.of}`,
        `${percent(found.rate)} (${interval(found.ci95ByIdentity ?? found.ci95)})`,
        `${found.reached.count} of ${found.reached.of}`,
        percent(found.precision),
        String(found.rounds),
      ];
    }),
  );
  const head = [
    '',
    'tracker',
    'found',
    '95 %, by identity',
    'photographs of the person',
    'precision',
    'rounds at the most',
  ];
  return {
    name: 'trackers',
    title: 'A tracker that searches again',
    body: `${PHOTOGRAPHS} of 510 photographs of 51 people (CelebA in the wild), ${robustness.eligible} of them eligible: the original has a valid result.
\`face-recognition\` is the engine, the judge and what the attacks looked into: a white box. Five results a search; valid is what lies
within a threshold of a false match rate of ${threshold.fmr ?? '–'} over ${threshold.impostorPairs?.toLocaleString('en') ?? '–'} pairs of people whom no query shows. \`static\` searches once,
\`dynamic\` again with every valid result, as long as new ones come. Of
strangers’ searches ${percent(robustness.control.rate)} find somebody (the control). The run is

\`\`\`yaml
${EXPERIMENT.replace(JSON.stringify(CELEBA_MINI), 'celeba-mini')}\`\`\`

${table(head, rows)}`,
  };
}
