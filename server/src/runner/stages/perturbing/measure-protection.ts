import { itemsAt } from '../../../protocol/item-at.js';
import type { Results } from '../../../protocol/results.js';
import { cachedFacts } from '../../../store/cache/cached-facts.js';
import { keyOf } from '../../../store/files.js';
import type { RunContext } from '../../context.js';
import { withCores } from '../../cores.js';
import { type Labelled, protectionOf } from '../../figures/protection.js';
import type { ModelEmbeddings } from '../embed-images.js';
import type { Images } from '../list-images.js';
import type { GallerySplit } from './gallery-split.js';

export type Protection = NonNullable<NonNullable<Results['poison']>[number]['protection']>;

export interface ProtectionSources {
  /** The perturbation’s name. */
  readonly name: string;
  readonly originals: Images;
  readonly perturbed: Images;
  readonly split: GallerySplit;
  /** By the judging model: of the originals, and of the perturbed photographs. */
  readonly before: ModelEmbeddings;
  readonly after: ModelEmbeddings;
}

/**
 * How often people whose gallery is perturbed are not recognised on clean photographs; warns where logistic regression,
 * of the two classifiers, is left out.
 */
export async function measureProtection(context: RunContext, from: ProtectionSources) {
  const measured = await protection(context, from);
  const { nn, linear } = measured.value;
  if (nn !== null && linear === null) warnOfSize(context, from);
  return measured;
}

function warnOfSize(context: RunContext, { name, split, before }: ProtectionSources): void {
  context.warn({
    code: 'protection-linear-left-out',
    message: `The gallery’s ${split.gallery.length} photographs are too many for logistic regression with ${before.model.name}: the protection rate of ${name} is by the nearest neighbour alone`,
    specPath: ['poison', name],
    hint: 'Take fewer people into the data set, or a model of shorter vectors as `threshold.model`.',
  });
}

function protection(context: RunContext, from: ProtectionSources) {
  const { originals, perturbed, split, before, after } = from;
  const named = ({ images }: Images, positions: readonly number[]) =>
    keyOf(itemsAt(images, positions).map(({ identity, hash }) => [identity, hash]));
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
  const identities = itemsAt(images, positions).map(({ identity }) => identity as string);
  return { vectors: await model.vectors.rowsAt(rows), identities };
}
