import type { ThresholdSpec } from '../../experiment/types.js';
import type { Results } from '../../protocol/results.js';
import { cachedFacts } from '../../store/cache/cached-facts.js';
import { keyOf } from '../../store/files.js';
import type { RunContext } from '../context.js';
import { histogramOf } from '../figures/histogram.js';
import { medianOf } from '../figures/percentile.js';
import { thresholdsOf } from '../figures/thresholds.js';
import { Halt } from '../halt.js';
import type { ModelEmbeddings } from './embed-images.js';
import type { ImageSet } from './list-images.js';

/** How near a result must be to each image of the data set to show the same person (paper §2.2). */
export interface Thresholds {
  readonly spec: ThresholdSpec;
  readonly result: NonNullable<Results['threshold']>;
  /** By position in the image set, in the spec's unit; an image without one is not there. */
  readonly of: ReadonlyMap<number, number>;
  readonly cached: boolean;
}

/** Works out the threshold of every image of the data set that has another one of its identity. */
export async function measureThresholds(
  context: RunContext,
  spec: ThresholdSpec,
  set: ImageSet,
  embeddings: ModelEmbeddings,
): Promise<Thresholds> {
  const images = embeddings.embedded.map((position) => set.images[position]);
  const from = {
    leftOut: 'copies',
    spec,
    model: embeddings.key,
    images: keyOf(images.map(({ hash, identity }) => [hash, identity])),
  };
  const { value, cached } = await cachedFacts(context, 'thresholds', from, async () =>
    thresholdsOf(await embeddings.gather(), images, spec),
  );
  const of = new Map(embeddings.embedded.flatMap((position, row) => entryOf(position, value[row])));
  if (of.size === 0) throw new Halt(noPairs(spec));
  return { spec, of, cached, result: resultOf(spec, set, of) };
}

function entryOf(position: number, threshold: number | null): [number, number][] {
  return threshold === null ? [] : [[position, threshold]];
}

function resultOf(spec: ThresholdSpec, set: ImageSet, of: Thresholds['of']): Thresholds['result'] {
  const values = [...of.values()];
  return {
    model: spec.model,
    percentile: spec.percentile,
    unit: spec.unit,
    queries: of.size,
    excluded: set.images.length - of.size,
    median: medianOf(values),
    histogram: histogramOf(values),
  };
}

function noPairs({ model }: ThresholdSpec) {
  return {
    code: 'threshold-no-pairs',
    message: `No identity has two different photographs that ${model} can embed: there is no distance to take a percentile of`,
    specPath: ['threshold'],
    hint: 'A threshold needs two photographs of somebody, which are no copies. Check that the data set says whose each image is.',
  };
}
