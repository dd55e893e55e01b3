import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { VectorSource } from '../../../plugins/declare.js';
import { fail, ok, type Result } from '../../../protocol/errors.js';
import { distanceBetween, vectorAt } from '../../figures/distance.js';
import { type FoldedPairs, foldsOf } from '../../figures/folds.js';
import type { HeldImpostors } from '../../figures/impostor-survey.js';
import { type FilePair, type PairsFile, parsePairs } from '../../figures/pairs-file.js';
import type { GenuineDistances } from '../../figures/verification.js';
import { unwrap } from '../../halt.js';
import type { HashedImage } from '../own-photographs.js';

/** Pairs between two reads of vectors. */
const AT_ONCE = 4096;

/** A pair whose images are positions of the image set. */
interface PlacedPair extends FilePair {
  readonly positions: readonly [first: number, second: number];
}

/** The pairs of a file, of a data set's images. */
export interface PlacedPairs extends Omit<PairsFile, 'pairs'> {
  readonly pairs: readonly PlacedPair[];
}

/** Reads pairs and finds their images; halts where one is not there, is no one image, or the file is none of pairs. */
export async function readPairs(file: string, images: readonly HashedImage[]): Promise<PlacedPairs> {
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    const hint = 'Correct `verification.pairs.file`.';
    return unwrap<string>(fail('pairs-unreadable', `${file} cannot be read: ${error.message}`, { hint }));
  });
  const read = unwrap(parsePairs(text, file));
  const find = read.form === 'lfw' ? byStem(images) : byPath(images, dirname(file));
  const pairs = read.pairs.map((pair) => {
    const positions = pair.images.map((name) => unwrap(found(find(name), name, `${file}:${pair.line}`)));
    return { ...pair, positions: positions as [number, number] };
  });
  return { ...read, pairs };
}

function found(positions: readonly number[], name: string, place: string): Result<number> {
  const [first] = positions;
  if (first !== undefined && positions.length === 1) return ok(first);
  if (first === undefined) {
    const hint = 'Check the data set’s root, and that pairs and images are of one archive.';
    return fail('pairs-image-missing', `${place} names ${name}, which is no image of the data set that can be read`, {
      hint,
    });
  }
  const hint = 'Leave one of them out of the data set.';
  return fail('pairs-image-ambiguous', `${place} names ${name}, which ${positions.length} images are called`, { hint });
}

type Find = (name: string) => readonly number[];

/** By folder and file, without the ending: whatever stands before it in the data set. */
function byStem(images: readonly HashedImage[]): Find {
  const places = new Map<string, number[]>();
  for (const [position, { id }] of images.entries()) {
    const stem = id
      .split('/')
      .slice(-2)
      .join('/')
      .replace(/\.[^.]*$/, '');
    const named = places.get(stem);
    if (named) named.push(position);
    else places.set(stem, [position]);
  }
  return (name) => places.get(name.normalize('NFC')) ?? [];
}

/** By id, or by a path that is absolute or relative to the file of pairs. */
function byPath(images: readonly HashedImage[], folder: string): Find {
  const ids = new Map(images.map(({ id }, position) => [id, position]));
  const files = new Map(images.map(({ file }, position) => [file, position]));
  return (name) => {
    const position = ids.get(name.normalize('NFC')) ?? files.get(resolve(folder, name));
    return position === undefined ? [] : [position];
  };
}

/** What the pairs of a file come to by one model. */
export interface FileDistances {
  readonly genuine: GenuineDistances;
  readonly impostor: Float64Array;
  /** The same with whose they are, where the data set says that of every image. */
  readonly held?: HeldImpostors;
  /** Pairs with an image without an embedding. */
  readonly left: number;
  readonly folds: ReturnType<typeof foldsOf>;
}

/** Distances of a file's pairs, squared L2; `rowOf` gives the row of a position that has a vector. */
export async function distancesOfFile(
  { pairs, folds }: PlacedPairs,
  images: readonly HashedImage[],
  { vectors, rowOf }: { readonly vectors: VectorSource; readonly rowOf: ReadonlyMap<number, number> },
): Promise<FileDistances> {
  const isEmbedded = ({ positions }: PlacedPair) => positions.every((position) => rowOf.has(position));
  const compared = pairs.filter(isEmbedded);
  const left = pairs.filter((pair) => !isEmbedded(pair));
  const distances = await distancesBetween(compared, vectors, rowOf);
  const folded: FoldedPairs = {
    distances,
    same: Uint8Array.from(compared, ({ same }) => (same ? 1 : 0)),
    fold: Int32Array.from(compared, ({ fold }) => fold),
    folds,
    left: Array.from({ length: folds }, (_, n) => left.filter(({ fold }) => fold === n).length),
  };
  const impostor = distances.filter((_, n) => !compared[n]!.same);
  const numbers = identityNumbers(compared, images);
  return {
    genuine: { ...byIdentity(compared, distances, numbers), left: left.filter(({ same }) => same).length },
    impostor,
    held: numbers && heldOf(compared, impostor, numbers),
    left: left.length,
    folds: foldsOf(folded),
  };
}

async function distancesBetween(
  pairs: readonly PlacedPair[],
  vectors: VectorSource,
  rowOf: ReadonlyMap<number, number>,
): Promise<Float64Array> {
  const distances = new Float64Array(pairs.length);
  for (let start = 0; start < pairs.length; start += AT_ONCE) {
    const some = pairs.slice(start, start + AT_ONCE);
    const [first, second] = [
      await vectors.rowsAt(some.map(({ positions }) => rowOf.get(positions[0])!)),
      await vectors.rowsAt(some.map(({ positions }) => rowOf.get(positions[1])!)),
    ];
    for (let n = 0; n < some.length; n++) {
      distances[start + n] = distanceBetween(vectorAt(first, n), vectorAt(second, n), 'squared-l2');
    }
  }
  return distances;
}

/** Of each position in a pair the number of its identity; undefined where the data set does not say of every one whose it is. */
function identityNumbers(pairs: readonly PlacedPair[], images: readonly HashedImage[]) {
  const numbers = new Map<string, number>();
  const byPosition = new Map<number, number>();
  for (const position of pairs.flatMap(({ positions }) => positions)) {
    const { identity } = images[position]!;
    if (identity === null) return undefined;
    if (!numbers.has(identity)) numbers.set(identity, numbers.size);
    byPosition.set(position, numbers.get(identity)!);
  }
  return { count: numbers.size, of: (position: number) => byPosition.get(position)! };
}

type Numbers = NonNullable<ReturnType<typeof identityNumbers>>;

/** Genuine pairs by whose they are. */
function byIdentity(pairs: readonly PlacedPair[], distances: Float64Array, numbers: Numbers | undefined) {
  const genuine = pairs.flatMap(({ same, positions }, n) =>
    same ? { identity: numbers?.of(positions[0]) ?? 0, distance: distances[n]! } : [],
  );
  const ordered = genuine.sort((a, b) => a.identity - b.identity);
  const perIdentity = new Array<number>(numbers?.count ?? 0).fill(0);
  for (const { identity } of numbers ? ordered : []) perIdentity[identity]! += 1;
  return { distances: Float64Array.from(ordered, ({ distance }) => distance), perIdentity };
}

function heldOf(pairs: readonly PlacedPair[], distances: Float64Array, numbers: Numbers): HeldImpostors {
  const impostor = pairs.filter(({ same }) => !same);
  return {
    distances,
    first: Int32Array.from(impostor, ({ positions }) => numbers.of(positions[0])),
    second: Int32Array.from(impostor, ({ positions }) => numbers.of(positions[1])),
  };
}
