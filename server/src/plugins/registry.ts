import { blur } from './countermeasures/blur.js';
import { command as outsideTool } from './countermeasures/command.js';
import { jpeg } from './countermeasures/jpeg.js';
import { median } from './countermeasures/median.js';
import { purifier } from './countermeasures/onnx.js';
import { resize } from './countermeasures/resize.js';
import { celeba } from './datasets/celeba.js';
import { csv } from './datasets/csv.js';
import { folder } from './datasets/folder.js';
import { subset } from './datasets/subset.js';
import { synthetic } from './datasets/synthetic.js';
import type { Family, Plugin } from './declare.js';
import { here } from './executors/local.js';
import { manual } from './executors/manual.js';
import { slurm } from './executors/slurm.js';
import { flat } from './indexes/flat.js';
import { hnsw } from './indexes/hnsw.js';
import { pgvector } from './indexes/pgvector.js';
import { clipPortraits } from './models/clip-portraits.js';
import { clipVitB32 } from './models/clip-vit-b-32.js';
import { clipVitG14 } from './models/clip-vit-g-14.js';
import { clipVitH14 } from './models/clip-vit-h-14.js';
import { clipVitL14 } from './models/clip-vit-l-14.js';
import { faceRecognition } from './models/face-recognition.js';
import { onnx } from './models/onnx.js';
import { command } from './perturbations/command.js';
import { fawkes } from './perturbations/fawkes.js';
import { lowkey } from './perturbations/lowkey.js';
import { noise } from './perturbations/noise.js';
import { pgd } from './perturbations/pgd.js';
import { precomputed } from './perturbations/precomputed.js';
import { clipRetrieval } from './retrieval/clip-retrieval.js';
import { local } from './retrieval/local.js';

/** Every plugin that comes with the product. The order is the order of completion lists. */
// biome-ignore lint/suspicious/noExplicitAny: parameters of each plugin are checked by its own schema
export const plugins: readonly Plugin<Family, any>[] = [
  synthetic,
  celeba,
  folder,
  csv,
  subset,
  faceRecognition,
  clipPortraits,
  clipVitB32,
  clipVitL14,
  clipVitH14,
  clipVitG14,
  onnx,
  flat,
  hnsw,
  pgvector,
  fawkes,
  lowkey,
  pgd,
  noise,
  precomputed,
  command,
  jpeg,
  resize,
  blur,
  median,
  purifier,
  outsideTool,
  local,
  clipRetrieval,
  here,
  slurm,
  manual,
];

export function pluginsOf<F extends Family>(family: F): readonly Plugin<F>[] {
  return plugins.filter((plugin) => plugin.family === family) as unknown as Plugin<F>[];
}

export function findPlugin<F extends Family>(family: F, name: string): Plugin<F> | undefined {
  return pluginsOf(family).find((plugin) => plugin.name === name);
}
