import { selectRows } from '../../plugins/matrix.js';
import type { Results } from '../../protocol/results.js';
import type { RunContext } from '../context.js';
import { withCores } from '../cores.js';
import { type Labelled, protectionOf } from '../figures/protection.js';
import { cachedFacts } from '../store/cached-facts.js';
import { keyOf } from '../store/files.js';
import type { ModelEmbeddings } from './embed-images.js';
import type { GallerySplit } from './gallery-split.js';
import type { Images } from './list-images.js';

export type Protection = NonNullable<NonNullable<Results['poison']>[number]['protection']>;

export interface ProtectionSources {
  readonly originals: Images;
  readonly perturbed: Images;
  readonly split: GallerySplit;
  /** By the judging model: of the originals, and of the perturbed photographs. */
  readonly before: ModelEmbeddings;
  readonly after: ModelEmbeddings;
}

/** How often people whose gallery is perturbed are not recognised on clean photographs. */
export function measureProtection(context: RunContext, from: ProtectionSources) {
  const { originals, perturbed, split, before, after } = from;
  const named = ({ images }: Images, positions: readonly number[]) =>
    keyOf(positions.map((position) => [images[position].identity, images[position].hash]));
  const key = {
    model: before.key,
    gallery: named(originals, split.gallery),
    tests: named(originals, split.tests),
    perturbed: named(perturbed, after.embedded),
  };
  return cachedFacts(context, 'protection', key, () =>
    withCores(context, async (): Promise<Protection> => {
      const gallery = await labelled(originals, before, split.gallery);
      const tests = await labelled(originals, before, split.tests);
      return protectionOf({ gallery, tests, perturbed: await labelled(perturbed, after, after.embedded) });
    }),
  );
}

/** Positions without an embedding were left out by the split. */
async function labelled({ images }: Images, model: ModelEmbeddings, positions: readonly number[]): Promise<Labelled> {
  const rowOf = new Map(model.embedded.map((position, row) => [position, row]));
  const rows = positions.map((position) => rowOf.get(position) as number);
  const identities = positions.map((position) => images[position].identity as string);
  return { vectors: selectRows(await model.gather(), rows), identities };
}
