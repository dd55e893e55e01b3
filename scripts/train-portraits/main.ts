import { cpSync, existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { cacheFolder } from '../peers/cache-folder.js';
import { makeEnvironment, runProgram, WITH_TORCH } from '../peers/python.js';

/*
 * npm run train:portraits [-- --seed N] [-- --keep]: draws portraits, trains `clip-portraits` on them and prints what it
 * can, as `evaluate:portraits` does. With --keep the weights of the product are written anew. Python and its packages are fetched for it, into the
 * cache folder.
 */

/** Apart for ever: no data set of the product, its tests or its examples has a seed of training. */
const SETS = [
  { name: 'train', seed: 1_000_003, identities: 1800, images: 1, from: 0, size: 224 },
  { name: 'train', seed: 1_000_003, identities: 1800, images: 1, from: 7000, size: 224 },
  // Smaller pictures are drawn in a quarter of the time, and coarser: what is learnt of them holds of both.
  { name: 'train', seed: 1_000_003, identities: 3500, images: 1, from: 20_000, size: 112 },
  { name: 'validation', seed: 2_000_003, identities: 400, images: 1, from: 0, size: 224 },
];

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const { values } = parseArgs({ options: { seed: { type: 'string', default: '1' }, keep: { type: 'boolean' } } });
const folder = join(cacheFolder(), 'train-portraits');
const scripts = join(root, 'scripts/train-portraits');
const python = makeEnvironment(WITH_TORCH.folder, WITH_TORCH.packages);
for (const { name, seed, identities, images, from, size } of SETS) {
  if (existsSync(join(folder, name, `labels-${from}.json`))) continue;
  console.log(`Drawing ${identities * images} portraits for ${name} …`);
  const numbers = [seed, identities, images, from, size].map(String);
  runProgram(process.execPath, '--import', 'tsx', join(scripts, 'draw.ts'), join(folder, name), ...numbers);
}
const out = join(folder, `seed-${values.seed}`);
runProgram(python, join(scripts, 'train.py'), folder, out, '--seed', values.seed);
const [encoders, facts] = [join(out, 'clip-portraits'), join(out, 'clip-portraits.json')];
runProgram(python, join(scripts, 'export.py'), out, encoders, facts);
if (values.keep) {
  cpSync(encoders, join(root, 'server/weights/clip-portraits'), { recursive: true });
  cpSync(facts, join(root, 'server/src/plugins/clip/clip-portraits.json'));
}
runProgram(process.execPath, '--import', 'tsx', join(scripts, 'evaluate.ts'), encoders);
