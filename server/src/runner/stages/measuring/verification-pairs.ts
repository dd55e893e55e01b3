import { setImmediate } from 'node:timers/promises';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { Matrix, VectorSource, WorkContext } from '../../../plugins/declare.js';
import { rowsIn } from '../../../plugins/matrix.js';
import type { PairSelection } from '../../../stages/spec.js';
import { distanceBetween, vectorAt } from '../../figures/distance.js';
import type { HeldImpostors, ImpostorDistances } from '../../figures/impostor-survey.js';
import type { GenuineDistances } from '../../figures/verification.js';
import { byContent, type HashedImage } from '../own-photographs.js';

/** Pairs between two looks at whether the run was cancelled. */
const PAIRS_AT_ONCE = 2 ** 20;
/** Distances of so many pairs are kept from one walk to the next. */
export const KEPT_PAIRS = 2 ** 22;

/** Photographs that may be in a pair: one of each content, those of one identity together. */
export interface Photographs {
  /** Of each its row among the vectors; -1 where it has none. */
  readonly rows: Int32Array;
  /** Of each the number behind the last photograph of its identity. */
  readonly ends: Int32Array;
  /** Whose they are, in their order. */
  readonly identities: readonly string[];
  /** Images that are none of them, by the reason; absent where there is none. */
  readonly unpaired?: Record<string, number>;
}

/** `rowOf` gives an image's row among the vectors, by its content. */
export function photographsOf(
  images: readonly Pick<HashedImage, 'hash' | 'identity'>[],
  rowOf: ReadonlyMap<string, number>,
): Photographs {
  const unpaired = { copies: 0, unknown: 0, ambiguous: 0 };
  const groups = new Map<string, number[]>();
  for (const copies of byContent(images).values()) {
    const identities = [...new Set(copies.flatMap(({ identity }) => identity ?? []))];
    if (identities.length !== 1) {
      unpaired[identities.length === 0 ? 'unknown' : 'ambiguous'] += copies.length;
      continue;
    }
    unpaired.copies += copies.length - 1;
    const row = rowOf.get(copies[0]!.hash) ?? -1;
    const group = groups.get(identities[0]!);
    if (group) group.push(row);
    else groups.set(identities[0]!, [row]);
  }
  const rows = Int32Array.from([...groups.values()].flat());
  const ends = new Int32Array(rows.length);
  let end = 0;
  for (const { length } of groups.values()) {
    ends.fill(end + length, end, end + length);
    end += length;
  }
  const reasons = Object.entries(unpaired).filter(([, count]) => count > 0);
  return {
    rows,
    ends,
    identities: [...groups.keys()],
    unpaired: reasons.length > 0 ? Object.fromEntries(reasons) : undefined,
  };
}

type PairKind = 'genuine' | 'impostor';

/** Which photographs a photograph is paired with: a range of them, or those that were drawn. */
interface Pairs {
  /** Pairs of which both photographs have a vector. */
  readonly count: number;
  /** Those with one that has none. */
  readonly left: number;
  /** Of a photograph, ascending; only of drawn pairs. */
  readonly drawn?: { readonly offsets: Int32Array; readonly others: Int32Array };
}

/** The photographs behind one that it makes pairs with, so that no pair is there twice. */
function partnersOf({ rows, ends }: Photographs, photograph: number, kind: PairKind): [from: number, to: number] {
  return kind === 'genuine' ? [photograph + 1, ends[photograph]!] : [ends[photograph]!, rows.length];
}

/** All pairs of a kind, or some of them by seed; whichever models there are, the same are drawn. */
export function pairsOf(photographs: Photographs, kind: PairKind, selection: PairSelection): Pairs {
  const total = countPairs(photographs, kind);
  if (selection !== 'all' && selection.sample < total) return drawPairs(photographs, kind, selection, total);
  const count = countPairs(withVectors(photographs), kind);
  return { count, left: total - count };
}

/** How many pairs there are, with or without vectors. */
export function countPairs(photographs: Photographs, kind: PairKind): number {
  let count = 0;
  for (let n = 0; n < photographs.rows.length; n++) {
    const [from, to] = partnersOf(photographs, n, kind);
    count += to - from;
  }
  return count;
}

/** Those of them that have a vector. */
export function withVectors({ rows, ends, identities }: Photographs): Photographs {
  const kept = new Int32Array(rows.length + 1);
  for (let n = 0; n < rows.length; n++) kept[n + 1] = kept[n]! + (rows[n]! < 0 ? 0 : 1);
  const has = (_: number, n: number) => rows[n]! >= 0;
  return { rows: rows.filter(has), ends: ends.filter(has).map((end) => kept[end]!), identities };
}

function drawPairs(
  photographs: Photographs,
  kind: PairKind,
  { sample, seed }: Exclude<PairSelection, 'all'>,
  total: number,
): Pairs {
  const { rows } = photographs;
  const offsets = new Int32Array(rows.length + 1);
  const others = new Int32Array(sample);
  let [count, first, photograph] = [0, 0, 0];
  for (const pair of drawNumbers(total, sample, seed)) {
    let [from, to] = partnersOf(photographs, photograph, kind);
    while (pair >= first + to - from) {
      first += to - from;
      photograph += 1;
      offsets[photograph] = count;
      [from, to] = partnersOf(photographs, photograph, kind);
    }
    const other = from + pair - first;
    if (rows[photograph]! >= 0 && rows[other]! >= 0) others[count++] = other;
  }
  offsets.fill(count, photograph + 1);
  return { count, left: sample - count, drawn: { offsets, others: others.slice(0, count) } };
}

/** `count` of the numbers below `from`, ascending, each set of them as likely (R. Floyd, CACM 30, 1987). */
function drawNumbers(from: number, count: number, seed: number): Float64Array {
  const generator = xoroshiro128plus(seed);
  const drawn = new Set<number>();
  for (let last = from - count; last < from; last++) {
    const number = uniformInt(generator, 0, last);
    drawn.add(drawn.has(number) ? last : number);
  }
  return Float64Array.from(drawn).sort();
}

/** Distances of pairs of photographs, squared L2 in double precision, computed anew by each walk. */
export class PairDistances {
  readonly pairs: Pairs;

  constructor(
    private readonly photographs: Photographs,
    private readonly vectors: VectorSource,
    private readonly kind: PairKind,
    selection: PairSelection,
    private readonly work: WorkContext,
    /** Photographs whose vectors are held at a time, twice. */
    private readonly blockRows = rowsIn(vectors.dimension),
  ) {
    this.pairs = pairsOf(photographs, kind, selection);
  }

  /** Gives every distance with the two photographs that it is between: block by block, so not in their order. Arrays are filled again. */
  async walk(visit: (distances: Float64Array, photograph: number, others: Int32Array) => void): Promise<void> {
    const { rows } = this.photographs;
    const size = this.blockRows;
    let sinceLook = 0;
    let done = 0;
    for (let first = 0; first < rows.length; first += size) {
      const own = await this.read(first, Math.min(rows.length, first + size));
      for (let second = first; second < rows.length; second += size) {
        if (!this.hasPairs(own, second)) continue;
        const other = second === first ? own : await this.read(second, Math.min(rows.length, second + size));
        const distances = new Float64Array(other.end - other.start);
        const others = new Int32Array(distances.length);
        for (let n = own.start; n < own.end; n++) {
          if (rows[n]! < 0) continue;
          const count = this.distancesOf(n, own, other, distances, others);
          if (count > 0) visit(distances.subarray(0, count), n, others.subarray(0, count));
          done += count;
          sinceLook += count;
          if (sinceLook < PAIRS_AT_ONCE) continue;
          sinceLook = 0;
          this.work.progress(done, this.pairs.count);
          await setImmediate();
          this.work.signal.throwIfAborted();
        }
      }
    }
  }

  /** Genuine pairs are in few blocks: identities stand together. */
  private hasPairs({ end }: Block, second: number): boolean {
    return this.kind === 'impostor' || second < this.photographs.ends[end - 1]!;
  }

  private async read(start: number, end: number): Promise<Block> {
    const wanted = this.photographs.rows.subarray(start, end);
    const places = new Int32Array(wanted.length).fill(-1);
    let place = 0;
    for (let n = 0; n < wanted.length; n++) if (wanted[n]! >= 0) places[n] = place++;
    const vectors = await this.vectors.rowsAt(wanted.filter((row) => row >= 0));
    return { start, end, places, vectors };
  }

  /** Fills in the distances of one photograph to those of a block that it is paired with, and gives their number. */
  private distancesOf(
    photograph: number,
    own: Block,
    other: Block,
    distances: Float64Array,
    others: Int32Array,
  ): number {
    const vector = vectorAt(own.vectors, own.places[photograph - own.start]!);
    const { drawn } = this.pairs;
    let count = 0;
    if (drawn) {
      for (let n = drawn.offsets[photograph]!; n < drawn.offsets[photograph + 1]!; n++) {
        const partner = drawn.others[n]!;
        if (partner < other.start || partner >= other.end) continue;
        const place = other.places[partner - other.start]!;
        others[count] = partner;
        distances[count++] = distanceBetween(vector, vectorAt(other.vectors, place), 'squared-l2');
      }
      return count;
    }
    const [from, to] = partnersOf(this.photographs, photograph, this.kind);
    const places = other.places.subarray(
      Math.max(0, from - other.start),
      Math.max(0, Math.min(other.end, to) - other.start),
    );
    const first = places.find((place) => place >= 0);
    // Those with a vector stand one behind the other.
    const last = places.findLast((place) => place >= 0);
    if (first === undefined || last === undefined) return 0;
    for (let partner = Math.max(from, other.start), end = Math.min(other.end, to); partner < end; partner++) {
      if (other.places[partner - other.start]! >= 0) others[count++] = partner;
    }
    return distancesTo(vector, other.vectors, first, last + 1, distances);
  }
}

interface Block {
  readonly start: number;
  readonly end: number;
  /** Of each photograph its row among the vectors of the block; -1 where it has none. */
  readonly places: Int32Array;
  readonly vectors: Matrix;
}

/** From a vector to some rows, squared L2, and their number. Four at a time: each sum is in the order of `distanceBetween`, and none waits for another. */
export function distancesTo(
  a: Float32Array,
  { data, dimension }: Matrix,
  from: number,
  to: number,
  out: Float64Array,
): number {
  let row = from;
  let count = 0;
  for (; row + 4 <= to; row += 4) {
    let [w, x, y, z] = [0, 0, 0, 0];
    const at = row * dimension;
    const [second, third, fourth] = [at + dimension, at + 2 * dimension, at + 3 * dimension];
    for (let i = 0; i < dimension; i++) {
      const value = a[i]!;
      const dw = value - data[at + i]!;
      const dx = value - data[second + i]!;
      const dy = value - data[third + i]!;
      const dz = value - data[fourth + i]!;
      w += dw * dw;
      x += dx * dx;
      y += dy * dy;
      z += dz * dz;
    }
    out[count] = w;
    out[count + 1] = x;
    out[count + 2] = y;
    out[count + 3] = z;
    count += 4;
  }
  for (; row < to; row++) {
    let sum = 0;
    const at = row * dimension;
    for (let i = 0; i < dimension; i++) {
      const difference = a[i]! - data[at + i]!;
      sum += difference * difference;
    }
    out[count++] = sum;
  }
  return count;
}

/** Genuine distances are held, each with the others of its identity. */
export async function genuineDistances(photographs: Photographs, from: PairDistances): Promise<GenuineDistances> {
  const { pairs } = from;
  const identityOf = identityNumbers(photographs);
  const perIdentity = new Array<number>(photographs.identities.length).fill(0);
  // An identity may lie in two blocks, whose distances come apart.
  const parts: { identity: number; distances: Float64Array }[] = [];
  await from.walk((distances, photograph) => {
    const identity = identityOf[photograph]!;
    perIdentity[identity]! += distances.length;
    parts.push({ identity, distances: distances.slice() });
  });
  const distances = new Float64Array(pairs.count);
  let at = 0;
  for (const part of parts.sort((a, b) => a.identity - b.identity)) {
    distances.set(part.distances, at);
    at += part.distances.length;
  }
  return { distances, perIdentity, left: pairs.left };
}

/** Of each photograph the number of its identity, in their order. */
function identityNumbers({ ends }: Photographs): Int32Array {
  let number = -1;
  return ends.map((end, n) => {
    if (n === 0 || end !== ends[n - 1]) number += 1;
    return number;
  });
}

/** Impostor distances are computed at each walk, and kept where they are few. */
export function impostorDistances(photographs: Photographs, from: PairDistances): ImpostorDistances {
  const { count } = from.pairs;
  let kept: HeldImpostors | undefined;
  return {
    count,
    get held() {
      return kept;
    },
    async walk(visit) {
      if (kept) return visit(kept.distances);
      const held = count <= KEPT_PAIRS ? emptyHold(count) : undefined;
      const identityOf = identityNumbers(photographs);
      let at = 0;
      await from.walk((distances, photograph, others) => {
        if (held) {
          held.distances.set(distances, at);
          held.first.fill(identityOf[photograph]!, at, at + distances.length);
          for (let n = 0; n < others.length; n++) held.second[at + n] = identityOf[others[n]!]!;
        }
        at += distances.length;
        visit(distances);
      });
      kept = held;
    },
  };
}

function emptyHold(count: number): HeldImpostors {
  return { distances: new Float64Array(count), first: new Int32Array(count), second: new Int32Array(count) };
}
