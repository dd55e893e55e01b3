import { itemAt, itemsAt } from '../../../protocol/item-at.js';
import type { RobustnessSpec } from '../../../stages/spec.js';
import type { RunContext } from '../../context.js';
import {
  isEligible,
  type JudgedQuery,
  type RobustnessResult,
  type Tracked,
  trackerOf,
} from '../../figures/robustness.js';
import { embedImages } from '../embed-images.js';
import { isOwn } from '../own-photographs.js';
import { FoundByQuery, Judge, type JudgingSources } from './judge-results.js';

/** What all searches for so many queries found is held at a time. */
const QUERIES_AT_ONCE = 256;

/** A query on the way through rounds of searching again. */
interface Chase {
  readonly position: number;
  /** Places that were found and are valid, and those among them that nobody searched with yet. */
  readonly valid: Set<number>;
  open: number[];
  rounds: number;
}

/** What each tracker that is asked for comes to, over the eligible queries. */
export async function measureTrackers(
  context: RunContext,
  { trackers = [], rounds, minValid }: RobustnessSpec,
  from: JudgingSources,
  judged: readonly JudgedQuery[],
  plain: RobustnessResult,
): Promise<RobustnessResult['trackers']> {
  const eligible = judged.flatMap((query, n) => (isEligible(query, minValid) ? { query, n } : []));
  const positions = eligible.map(({ n }) => itemAt(from.queries, n));
  const results = await Promise.all(
    trackers.map(async (tracker) => {
      const allowed = tracker === 'static' ? 0 : rounds;
      const tracked = new Map<string, (Tracked | null)[]>();
      for (const [at, { version }] of from.retrieved.versions.entries()) {
        const isJudged = ({ query }: (typeof eligible)[number]) =>
          (at === 0 ? query.original : query.perturbed[version.name]) !== null;
        const asked = positions.filter((_, n) => isJudged(itemAt(eligible, n)));
        const found = await trackVersion(context, allowed, from, at, asked);
        tracked.set(
          version.name,
          positions.map((position) => found.get(position) ?? null),
        );
      }
      return [
        tracker,
        trackerOf(
          eligible.map(({ query }) => query),
          tracked,
          plain,
        ),
      ];
    }),
  );
  return results.length === 0 ? undefined : Object.fromEntries(results);
}

/** By position. */
async function trackVersion(
  context: RunContext,
  rounds: number,
  from: JudgingSources,
  at: number,
  positions: readonly number[],
): Promise<Map<number, Tracked>> {
  const first = new FoundByQuery(itemAt(from.retrieved.versions, at));
  const tracked = new Map<number, Tracked>();
  for (let start = 0; start < positions.length; start += QUERIES_AT_ONCE) {
    const some = positions.slice(start, start + QUERIES_AT_ONCE);
    for (const [position, one] of await trackSome(context, rounds, from, first, some)) tracked.set(position, one);
  }
  return tracked;
}

async function trackSome(
  context: RunContext,
  rounds: number,
  from: JudgingSources,
  first: FoundByQuery,
  positions: readonly number[],
): Promise<[number, Tracked][]> {
  const chases = positions.map((position): Chase => ({ position, valid: new Set(), open: [], rounds: 0 }));
  let found = new Map(positions.map((position) => [position, first.placesOf(position) ?? []]));
  for (let round = 0; ; round++) {
    context.signal.throwIfAborted();
    const judge = await judgeOf(context, from, positions, found);
    for (const chase of chases) take(chase, found.get(chase.position) ?? [], judge);
    const asked = chases.flatMap(({ position, open }) => open.map((place) => ({ position, place })));
    if (round === rounds || asked.length === 0) break;
    for (const chase of chases) if (chase.open.length > 0) chase.rounds = round + 1;
    found = await searchAgain(from, asked);
  }
  const all = new Map(chases.map(({ position, valid }) => [position, [...valid]]));
  const judge = await judgeOf(context, from, positions, all);
  return chases.map(({ position, valid, open, rounds: taken }) => [
    position,
    {
      result: judge.validOf(position, [...valid]),
      mates: matesOf(from, position),
      rounds: taken,
      isCut: rounds > 0 && open.length > 0,
    },
  ]);
}

/** Adds what is valid and new, which is searched with in the next round. */
function take(chase: Chase, places: readonly number[], judge: Judge): void {
  const { validAt } = judge.validOf(chase.position, places);
  chase.open = [...new Set(itemsAt(places, validAt))].filter((place) => !chase.valid.has(place));
  for (const place of chase.open) chase.valid.add(place);
}

async function searchAgain(
  { retrieved }: JudgingSources,
  asked: readonly { readonly position: number; readonly place: number }[],
): Promise<Map<number, number[]>> {
  if (!retrieved.again) throw new Error('An engine elsewhere cannot be searched again');
  const { ids, k } = await retrieved.again(asked);
  const found = new Map<number, number[]>();
  for (const [row, { position }] of asked.entries()) {
    const places = [...ids.subarray(row * k, (row + 1) * k)].filter((place) => place >= 0);
    found.set(position, [...new Set([...(found.get(position) ?? []), ...places])]);
  }
  return found;
}

/** A judge of what was found, each image of which is embedded once. */
async function judgeOf(
  context: RunContext,
  from: JudgingSources,
  positions: readonly number[],
  found: ReadonlyMap<number, readonly number[]>,
): Promise<Judge> {
  const places = [...new Set([...found.values()].flat())].sort((a, b) => a - b);
  const label = { stage: 'robustness', label: `tracker, ${from.originals.model.name}` };
  const images = itemsAt(from.retrieved.searched.images, places);
  const embeddings = await embedImages(context, { images }, from.originals.model, label);
  const judge = new Judge({ ...from, results: { places, embeddings } });
  await judge.hold(positions, places);
  return judge;
}

function matesOf({ set, retrieved }: JudgingSources, position: number): number {
  const source = itemAt(set.images, position);
  if (source.identity === null) return 0;
  return retrieved.searched.images.filter((image) => image.identity === source.identity && !isOwn(source, image))
    .length;
}
