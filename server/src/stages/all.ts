import { accuracy } from './accuracy.js';
import { attributes } from './attributes.js';
import { countermeasures } from './countermeasures.js';
import { dataset } from './dataset.js';
import type { Stage } from './declare.js';
import { embed } from './embed.js';
import { identification } from './identification.js';
import { index } from './index-search.js';
import { poison } from './poison.js';
import { retrieve } from './retrieve.js';
import { robustness } from './robustness.js';
import { STAGE_NAMES, type StageName } from './stage-names.js';
import { threshold } from './threshold.js';
import { transfer } from './transfer.js';
import { verification } from './verification.js';

/** Every stage that an experiment may have. */
const DECLARED: { readonly [Key in StageName]: Stage<Key> } = {
  dataset,
  embed,
  index,
  accuracy,
  verification,
  identification,
  attributes,
  threshold,
  poison,
  countermeasures,
  transfer,
  retrieve,
  robustness,
};

/** In the order in which they run. */
export const stages: readonly Stage<StageName>[] = STAGE_NAMES.map((name) => DECLARED[name]);
