import { inMemory } from '../../plugins/matrix.js';
import { itemAt, itemsAt } from '../../protocol/item-at.js';
import type { FacePair, People, Person, Similarities } from '../../protocol/runs/explore/people.js';
import { drawIndices } from '../../runner/random.js';
import { drawn, furthestOfEach, nearestImpostors, type RowPair } from './hardest-pairs.js';
import { countJudged, type JudgedOfPerson } from './judged-queries.js';
import type { Kept, KeptImage } from './kept-vectors.js';
import { nearestRows } from './nearest.js';
import type { Tell } from './progress.js';
import { squaredDistance } from './squared-distance.js';
import { strayRows } from './stray-images.js';

/** Bounds of time and memory, which the answer says where they were reached. */
const MOST_IMAGES = 100_000;
const MOST_GENUINE_PAIRS = 10_000_000;
const NEIGHBOURS = 10;
const MOST_LISTED = 12;

/** People and pairs of a run by the embeddings of one model. */
export async function describePeople(runFolder: string, model: string, kept: Kept, tell: Tell): Promise<People> {
  const known = kept.images.filter(({ identity }) => identity !== null);
  const images = wholePeople(known, MOST_IMAGES);
  const { names, person, rowsOf } = peopleOf(images);
  const hashes = images.map(({ hash }) => hash);
  const vectors = await kept.read(hashes);
  const source = inMemory(vectors);
  const found = await nearestRows(source, source, NEIGHBOURS, tell('comparing photographs'));
  const impostors = nearestImpostors({ vectors, person, hashes }, found, MOST_LISTED);
  const genuine = furthestOfEach(vectors, rowsOf, MOST_GENUINE_PAIRS);
  const strays = await strayRows(vectors, rowsOf, tell('comparing with means of people'));
  const judged = await countJudged(runFolder, model);

  const placed = ({ a, b, distance }: RowPair): FacePair => ({
    ...{ a: itemAt(images, a).place, b: itemAt(images, b).place },
    distance,
  });
  const people = names.map((identity, n): Person => {
    const worst = genuine.worst[n];
    const nothing: JudgedOfPerson = { queries: 0, recognised: 0, found: {} };
    const rows = itemAt(rowsOf, n);
    return { identity, images: rows.length, ...(judged.get(identity) ?? nothing), worst: worst ? placed(worst) : null };
  });
  const worstPairs = genuine.worst.filter((pair) => pair !== undefined).sort((a, b) => b.distance - a.distance);
  const copies = copiesUnderTwo(images);
  return {
    model,
    considered: {
      ...{ images: images.length, noEmbedding: kept.noEmbedding, missing: kept.missing },
      ...{ leftOut: known.length - images.length, unknown: kept.images.length - known.length },
    },
    people,
    impostors: { pairs: impostors.pairs.map(placed), exact: impostors.exact },
    genuine: {
      pairs: worstPairs.slice(0, MOST_LISTED).map(placed),
      ...{ most: genuine.most, partly: genuine.partly },
    },
    strays: {
      count: strays.length,
      images: strays.slice(0, MOST_LISTED).map(({ row, other, own, otherDistance }) => {
        const distanceTo = (one: number) => squaredDistance(vectors, row, vectors, one);
        const nearest = itemAt(rowsOf, other).reduce((best, one) => (distanceTo(one) < distanceTo(best) ? one : best));
        return {
          ...{ place: itemAt(images, row).place, own, otherDistance },
          ...{ other: itemAt(names, other), otherPlace: itemAt(images, nearest).place },
        };
      }),
    },
    copies: { count: copies.flat().length, groups: copies.slice(0, MOST_LISTED) },
  };
}

/** Everyone’s photographs, or those of people drawn by a fixed seed, as long as they are not more than wanted. */
export function wholePeople(images: readonly KeptImage[], most: number): readonly KeptImage[] {
  if (images.length <= most) return images;
  const { names, rowsOf } = peopleOf(images);
  const people = Math.max(1, Math.floor(names.length * (most / images.length)));
  const chosen: number[] = [];
  for (const person of drawIndices(names.length, people, 1)) {
    // Of someone who has more than that alone, a part.
    const rows = drawn(itemAt(rowsOf, person), most);
    if (chosen.length + rows.length <= most) for (const row of rows) chosen.push(row);
  }
  return itemsAt(
    images,
    chosen.sort((a, b) => a - b),
  );
}

/** People by number, in the order in which they first stand there. */
export function peopleOf(images: readonly KeptImage[]) {
  const numbers = new Map<string, number>();
  const rowsOf: number[][] = [];
  const person = Int32Array.from(images, ({ identity }, row) => {
    if (identity === null) return -1;
    const number = numbers.get(identity) ?? numbers.size;
    numbers.set(identity, number);
    const rows = rowsOf[number] ?? [];
    rowsOf[number] = rows;
    rows.push(row);
    return number;
  });
  return { names: [...numbers.keys()], person, rowsOf };
}

/** Places of photographs whose content stands under two people. */
function copiesUnderTwo(images: readonly KeptImage[]): number[][] {
  const byHash = new Map<string, KeptImage[]>();
  for (const image of images) {
    const same = byHash.get(image.hash);
    if (same) same.push(image);
    else byHash.set(image.hash, [image]);
  }
  const isContradiction = (same: readonly KeptImage[]) => same.some(({ identity }) => identity !== same[0]?.identity);
  return [...byHash.values()].filter(isContradiction).map((same) => same.map(({ place }) => place));
}

/** Photographs of a person that are compared for a matrix. */
const MOST_OF_PERSON = 100;

/** How near some people are to each other. One of whom nothing is kept has a row without numbers. */
export async function similaritiesOf(kept: Kept, identities: readonly string[]): Promise<Similarities> {
  const rowsOf = identities.map((identity) => {
    const rows = kept.images.flatMap((image, row) => (image.identity === identity ? [row] : []));
    return drawn(rows, MOST_OF_PERSON);
  });
  const all = rowsOf.flat();
  const vectors = await kept.read(itemsAt(kept.images, all).map(({ hash }) => hash));
  let first = 0;
  const ranges = rowsOf.map(({ length }) => {
    first += length;
    return Array.from({ length }, (_, n) => first - length + n);
  });
  const means: (number | null)[][] = [];
  for (const [n, a] of ranges.entries()) {
    means.push(ranges.map((b, other) => (other < n ? (means[other]?.[n] ?? null) : meanDistance(vectors, a, b))));
  }
  return { identities: [...identities], means, most: MOST_OF_PERSON };
}

function meanDistance(vectors: Parameters<typeof squaredDistance>[0], a: readonly number[], b: readonly number[]) {
  let [sum, pairs] = [0, 0];
  for (const one of a) {
    for (const other of b) {
      if (one === other) continue;
      sum += squaredDistance(vectors, one, vectors, other);
      pairs += 1;
    }
  }
  return pairs === 0 ? null : sum / pairs;
}
