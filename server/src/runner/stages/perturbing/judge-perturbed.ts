import { someOf } from '../../../plugins/matrix.js';
import { itemAt, itemsAt } from '../../../protocol/item-at.js';
import { cachedFacts } from '../../../store/cache/cached-facts.js';
import { keyOf } from '../../../store/files.js';
import { loadPlugin, type RunContext, workContext } from '../../context.js';
import { withCores } from '../../cores.js';
import { distanceBetween, vectorAt } from '../../figures/distance.js';
import { unwrap } from '../../halt.js';
import { EXACT } from '../build-index.js';
import type { ModelEmbeddings } from '../embed-images.js';
import type { HashedImage, ImageSet, Images } from '../list-images.js';
import { isOwn, Partners } from '../own-photographs.js';
import { searchOthers } from '../search-others.js';

/** What the judging model says of one perturbed photograph; null where it finds no face, or there is nothing to say. */
export interface Judged {
  /** How far its embedding lies from the original's: root L2. */
  readonly shift: number | null;
  /** Whether the nearest of the other originals is still of its identity. */
  readonly hit: boolean | null;
  /** The same of the original in its place. */
  readonly hitBefore: boolean | null;
  /** How far the nearest other image of its identity lies, squared L2; null where the model embeds none. */
  readonly mate: number | null;
}

export interface JudgedSets {
  readonly originals: ImageSet;
  readonly perturbed: Images;
  /** Position among the originals of each perturbed photograph. */
  readonly positions: readonly number[];
}

/** Of so many photographs at a time the others of their identities are held. */
const MATES_OF = 128;

/** What progress says is being done, and of which version. */
export interface JudgingLabel {
  readonly stage: string;
  readonly name: string;
}

/** Compares each perturbed photograph with its original and with all the others, by one model. */
export async function judgePerturbed(
  context: RunContext,
  told: JudgingLabel,
  sets: JudgedSets,
  before: ModelEmbeddings,
  after: ModelEmbeddings,
): Promise<{ value: readonly Judged[]; cached: boolean }> {
  const from = {
    partners: 'embedded, before too, and the nearest mate',
    model: before.key,
    originals: keyOf(before.embedded.map((position) => namesOf(itemAt(sets.originals.images, position)))),
    perturbed: keyOf(sets.perturbed.images.map(namesOf)),
  };
  return cachedFacts(context, 'judged', from, () =>
    withCores(context, () => judge(context, told, sets, before, after)),
  );
}

function namesOf({ id, identity, hash }: HashedImage) {
  return [id, identity, hash];
}

async function judge(
  context: RunContext,
  { stage, name }: JudgingLabel,
  { originals, perturbed, positions }: JudgedSets,
  before: ModelEmbeddings,
  after: ModelEmbeddings,
): Promise<Judged[]> {
  const images = itemsAt(originals.images, before.embedded);
  const sources = after.embedded.map((n) => itemAt(originals.images, itemAt(positions, n)));
  const exact = await loadPlugin(context, 'index', EXACT);
  const index = unwrap(await exact.open(before.vectors, ''));
  const work = workContext(context, stage, name);
  const found = await searchOthers({ index, images }, after.vectors, sources, 1, work);
  const rowOf = new Map(before.embedded.map((position, row) => [position, row]));
  const own = after.embedded.map((n) => rowOf.get(itemAt(positions, n)));
  const known = [...own.keys()].filter((row) => own[row] !== undefined);
  const rows = itemsAt(own, known).map((row) => row as number);
  const quiet = { ...work, progress: () => undefined };
  const foundBefore = await searchOthers(
    { index, images },
    someOf(before.vectors, rows),
    itemsAt(sources, known),
    1,
    quiet,
  );
  await index.close();
  const nearestBefore = new Map(known.map((row, n) => [row, images[itemAt(foundBefore.ids, n)]]));
  const shifts = await shiftsOf(positions, before, after);
  const mates = await matesOf(sources, images, before, after);
  const partners = new Partners(images);
  const judged: Judged[] = perturbed.images.map(() => ({ shift: null, hit: null, hitBefore: null, mate: null }));
  for (const [row, n] of after.embedded.entries()) {
    const source = itemAt(sources, row);
    const isRight = (nearest: HashedImage | undefined) =>
      partners.has(source) && nearest ? nearest.identity === source.identity : null;
    judged[n] = {
      shift: itemAt(shifts, row),
      hit: isRight(images[itemAt(found.ids, row)]),
      hitBefore: isRight(nearestBefore.get(row)),
      mate: itemAt(mates, row),
    };
  }
  return judged;
}

/** Of each row of `after` the least distance to an image of its identity that is not its own. */
async function matesOf(
  sources: readonly HashedImage[],
  images: readonly HashedImage[],
  before: ModelEmbeddings,
  after: ModelEmbeddings,
): Promise<(number | null)[]> {
  const rowsOf = new Map<string, number[]>();
  for (const [row, { identity }] of images.entries()) {
    if (identity !== null) rowsOf.set(identity, [...(rowsOf.get(identity) ?? []), row]);
  }
  const mates = sources.map((source) =>
    (rowsOf.get(source.identity ?? '') ?? []).filter((row) => !isOwn(source, itemAt(images, row))),
  );
  const least = sources.map((): number | null => null);
  for await (const block of after.vectors.blocks()) {
    for (let start = 0; start < block.rows; start += MATES_OF) {
      const some = Array.from({ length: Math.min(MATES_OF, block.rows - start) }, (_, n) => start + n);
      const wanted = [...new Set(some.flatMap((n) => itemAt(mates, block.first + n)))];
      const vectors = await before.vectors.rowsAt(wanted);
      const placeOf = new Map(wanted.map((row, at) => [row, at]));
      for (const n of some) {
        const distances = itemAt(mates, block.first + n).map((row) =>
          distanceBetween(vectorAt(vectors, placeOf.get(row) as number), vectorAt(block, n), 'squared-l2'),
        );
        if (distances.length > 0) least[block.first + n] = Math.min(...distances);
      }
    }
  }
  return least;
}

/** Of each row of `after`; null where the original has no embedding. */
async function shiftsOf(
  positions: readonly number[],
  before: ModelEmbeddings,
  after: ModelEmbeddings,
): Promise<(number | null)[]> {
  const rowOf = new Map(before.embedded.map((position, row) => [position, row]));
  const rows = after.embedded.map((n) => rowOf.get(itemAt(positions, n)));
  const shifts = rows.map((): number | null => null);
  for await (const block of after.vectors.blocks()) {
    const known = Array.from({ length: block.rows }, (_, n) => n).filter((n) => rows[block.first + n] !== undefined);
    const originals = await before.vectors.rowsAt(known.map((n) => rows[block.first + n] as number));
    for (const [at, n] of known.entries()) {
      shifts[block.first + n] = distanceBetween(vectorAt(originals, at), vectorAt(block, n), 'l2');
    }
  }
  return shifts;
}
