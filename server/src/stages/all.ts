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
import { threshold } from './threshold.js';
import { transfer } from './transfer.js';
import { verification } from './verification.js';

/** Every stage that an experiment may have, in the order in which they run. */
const ALL = [
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
] as const;

export type StageName = (typeof ALL)[number]['key'];
export const stages: readonly Stage<StageName>[] = ALL;
export const STAGE_NAMES = ALL.map(({ key }) => key);
