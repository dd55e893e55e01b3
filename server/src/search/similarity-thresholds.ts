import { itemAt } from '../protocol/item-at.js';
import type { SearchThreshold } from '../protocol/searching/search.js';
import type { RunContext } from '../runner/context.js';
import { Halt, problemOf } from '../runner/halt.js';
import { embedImages } from '../runner/stages/embed-images.js';
import { listImages, selectQueries } from '../runner/stages/list-images.js';
import { measureThresholds } from '../runner/stages/measuring/measure-thresholds.js';
import type { ExperimentSpec, ThresholdSpec } from '../stages/spec.js';
import { onUnitSphere } from './normalised.js';

/**
 * An experiment's thresholds on the scale that a search orders by. They are of distances between vectors of
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
      if (spec.threshold.distance !== undefined) throw new Halt(notComparable(model.name));
      const set = await listImages(context, spec.dataset);
      const embeddings = onUnitSphere(await embedImages(context, set, model));
      const squared: ThresholdSpec = { ...spec.threshold, unit: 'squared-l2' };
      const { of, result } = await measureThresholds(context, squared, {
        ...{ set, embeddings },
        queries: selectQueries(spec, set),
        seed: spec.queries.seed,
      });
      const own = new Map(
        [...of].map(([position, distance]) => [itemAt(set.images, position).hash, cosineOf(distance)]),
      );
      return new SimilarityThresholds(model.name, own, cosineOf(result.median ?? 0));
    } catch (error) {
      const problem = problemOf(error);
      if (!problem || !NO_THRESHOLD.includes(problem.code)) throw error;
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

/** Without a threshold there still is a search. */
const NO_THRESHOLD = ['threshold-no-pairs', 'threshold-not-comparable', 'fmr-too-small', 'fmr-too-alike'];

function notComparable(model: string) {
  return {
    code: 'threshold-not-comparable',
    message: `A search orders by cosines, which a distance of ${model}'s vectors is none of: it shows no threshold`,
    specPath: ['threshold', 'distance'],
    hint: 'Set the threshold by `percentile` or `fmr`.',
  };
}

/** Of the squared distance between vectors of length 1. */
function cosineOf(squaredDistance: number): number {
  return 1 - squaredDistance / 2;
}
