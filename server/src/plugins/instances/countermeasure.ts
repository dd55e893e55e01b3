import type { Perturbation } from './perturbation.js';

/**
 * What a tracker does to photographs before it embeds them. It is asked and kept as a perturbation is: of each photograph
 * a PNG of its own size, the same bytes for the same photograph.
 */
export type Countermeasure = Perturbation;
