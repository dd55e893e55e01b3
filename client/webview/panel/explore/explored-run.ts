import { decimal } from '../../../../server/src/protocol/figure-text.js';
import { UNITS } from '../../../../server/src/protocol/results/distance-unit.js';
import type { Results } from '../../../../server/src/protocol/webview.js';

/** Models of which embeddings may be kept. */
export function exploredModels({ run }: Results): string[] {
  return Object.keys(run.hashes?.models ?? {});
}

/** Squared distances in the unit of the run’s thresholds. */
export interface ShownDistance {
  readonly unit: string;
  value(squared: number): number;
  text(squared: number): string;
}

export function distanceOf({ threshold }: Results): ShownDistance {
  const unit = threshold?.unit === 'l2' ? 'l2' : 'squared-l2';
  const value = (squared: number) => (unit === 'l2' ? Math.sqrt(squared) : squared);
  return { unit: UNITS[unit], value, text: (squared) => decimal(value(squared), 3) };
}
