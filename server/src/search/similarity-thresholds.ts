import { itemAt } from '../protocol/item-at.js';
import type { SearchThreshold } from '../protocol/searching/search.js';
import type { RunContext } from '../runner/context.js';
import { problemOf } from '../runner/halt.js';
import { embedImages } from '../runner/stages/embed-images.js';
import { listImages } from '../runner/stages/list-images.js';
import { measureThresholds } from '../runner/stages/measuring/measure-thresholds.js';
import type { ExperimentSpec, ThresholdSpec } from '../stages/spec.js';
import { onUnitSphere } from './normalised.js';

/**
 * An experiment's thresholds on the scale that a search orders by. They are percentiles of distances between vectors of
 * length 1, of which the squared one d is the cosine 1 − d/2; a run's are of the vectors as the model gives them.
 */
export class SimilarityThresholds {
  private constructor(
    /** The model that they are distances of. */
    readonly model: string,
    /** Cosines by the hash of an image. */
    private readonly own: ReadonlyMap<string, number>,
    private readonly median: number,
  ) {}

  /** Embeds the data set where that was not done. Undefined, with a warning, where it has no pair to measure. */
  static async measure(context: RunContext, spec: ExperimentSpec): Promise<SimilarityThresholds | undefined> {
    const model = spec.embed?.models.find(({ name }) => name === spec.threshold?.model);
    if (!spec.threshold || !model) return undefined;
    try {
      const set = await listImages(context, spec.dataset);
      const embeddings = onUnitSphere(await embedImages(context, set, model));
      const squared: ThresholdSpec = { ...spec.threshold, unit: 'squared-l2' };
      const { of, result } = await measureThresholds(context, squared, set, embeddings);
      const own = new Map(
        [...of].map(([position, distance]) => [itemAt(set.images, position).hash, cosineOf(distance)]),
      );
      return new SimilarityThresholds(model.name, own, cosineOf(result.median ?? 0));
    } catch (error) {
      const problem = problemOf(error);
      if (problem?.code !== 'threshold-no-pairs') throw error;
      context.warn(problem);
      return undefined;
    }
  }

  /** The image's own threshold, where the data set has others of its person; else the median of all. */
  of(hash: string): SearchThreshold {
    const own = this.own.get(hash);
    return own === undefined ? { similarity: this.median, of: 'median' } : { similarity: own, of: 'query' };
  }
}

/** Of the squared distance between vectors of length 1. */
function cosineOf(squaredDistance: number): number {
  return 1 - squaredDistance / 2;
}
