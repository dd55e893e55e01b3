import { itemsAt } from '../../../protocol/item-at.js';
import type { Results } from '../../../protocol/results.js';
import { cachedFacts } from '../../../store/cache/cached-facts.js';
import { keyOf } from '../../../store/files.js';
import type { RunContext } from '../../context.js';
import { withCores } from '../../cores.js';
import { type Labelled, protectionOf } from '../../figures/protection/protection.js';
import type { ModelEmbeddings } from '../embed-images.js';
import type { Images } from '../list-images.js';

export type Protection = NonNullable<NonNullable<Results['poison']>[number]['protection']>;

/** Some photographs of a set, by their positions, each with an embedding by the judging model. */
export interface Embedded {
  readonly set: Images;
  readonly model: ModelEmbeddings;
  readonly positions: readonly number[];
}

export interface ProtectionSources {
  /** The version’s name, and where the file asks for it. */
  readonly name: string;
  readonly specPath: string[];
  /** Everybody’s clean photographs in the gallery, and those that are asked about. */
  readonly gallery: Embedded;
  readonly tests: Embedded;
  /** The perturbed photographs of those who are protected. */
  readonly perturbed: Embedded;
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

function warnOfSize(context: RunContext, { name, specPath, gallery }: ProtectionSources): void {
  context.warn({
    code: 'protection-linear-left-out',
    message: `The gallery’s ${gallery.positions.length} photographs are too many for logistic regression with ${gallery.model.model.name}: the protection rate of ${name} is by the nearest neighbour alone`,
    specPath,
    hint: 'Take fewer people into the data set, or a model of shorter vectors as `threshold.model`.',
  });
}

function protection(context: RunContext, { gallery, tests, perturbed }: ProtectionSources) {
  const named = ({ set, positions }: Embedded) =>
    keyOf(itemsAt(set.images, positions).map(({ identity, hash }) => [identity, hash]));
  const key = {
    linear: 'from nothing',
    model: gallery.model.key,
    gallery: named(gallery),
    tests: named(tests),
    perturbed: named(perturbed),
  };
  return cachedFacts(context, 'protection', key, () =>
    withCores(
      context,
      async (): Promise<Protection> =>
        protectionOf({
          gallery: await labelled(gallery),
          tests: await labelled(tests),
          perturbed: await labelled(perturbed),
        }),
    ),
  );
}

async function labelled({ set, model, positions }: Embedded): Promise<Labelled> {
  const rowOf = new Map(model.embedded.map((position, row) => [position, row]));
  const rows = positions.map((position) => rowOf.get(position) as number);
  const identities = itemsAt(set.images, positions).map(({ identity }) => identity as string);
  return { vectors: await model.vectors.rowsAt(rows), identities };
}
