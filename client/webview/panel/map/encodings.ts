import { type FaceMap, VERDICTS } from '../../../../server/src/protocol/runs/explore/face-map.js';

/** As drawing.ts draws them. */
export const SHAPES = ['circle', 'square', 'triangle', 'diamond', 'plus', 'cross'] as const;
export type Shape = (typeof SHAPES)[number];

/** What points are told apart by. */
export const ENCODINGS = ['person', 'verdict', 'version'] as const;
export type Encoding = (typeof ENCODINGS)[number];

/** People who are told apart at once; the others are dots. */
export const MOST_TOLD_APART = 12;
const COLOURS = 6;

/** One kind of points: by its colour and its shape, so that neither has to tell alone. */
export interface Kind {
  readonly label: string;
  readonly shape: Shape;
  /** Number of a run’s colour in theme.css; null of what is not told apart. */
  readonly colour: number | null;
  readonly points: number;
}

export interface Encoded {
  readonly kinds: readonly Kind[];
  /** Number of the kind of each point. */
  readonly of: Uint16Array;
}

/** Whether a point is drawn: photographs as they are, and what the version made of them; 0 is none. */
export function isDrawn({ version }: FaceMap, point: number, of: number): boolean {
  return version[point] === 0 || version[point] === of;
}

/** The kinds of points of a map, and how many of each are drawn with a version. `people` are the numbers of those who are told apart. */
export function encode(map: FaceMap, by: Encoding, people: readonly number[], version: number): Encoded {
  const counted = (kinds: readonly Omit<Kind, 'points'>[], of: readonly number[]) =>
    withPoints(kinds, of, (point) => isDrawn(map, point, version));
  if (by === 'verdict') return counted(VERDICT_KINDS, map.verdict);
  if (by === 'version') return counted(['as it is', ...map.versions].map(kindOf), map.version);
  const placeOf = new Map(people.map((person, n) => [person, n]));
  const named = people.map((person, n) => kindOf(map.people[person] ?? '', n));
  const others: Omit<Kind, 'points'> = { label: 'other people', shape: 'circle', colour: null };
  return counted(
    [...named, others],
    map.person.map((person) => placeOf.get(person) ?? named.length),
  );
}

const VERDICT_KINDS: readonly Omit<Kind, 'points'>[] = [
  { label: 'not asked', shape: 'circle', colour: null },
  { label: VERDICTS[1], shape: 'circle', colour: 0 },
  { label: VERDICTS[2], shape: 'cross', colour: 1 },
];

/** No two of so many people have both in common. */
function kindOf(label: string, n: number): Omit<Kind, 'points'> {
  const shape = SHAPES[(n + Math.floor(n / COLOURS)) % SHAPES.length] ?? 'circle';
  return { label, shape, colour: n % COLOURS };
}

function withPoints(
  kinds: readonly Omit<Kind, 'points'>[],
  of: readonly number[],
  isCounted: (point: number) => boolean,
): Encoded {
  const points = new Array<number>(kinds.length).fill(0);
  for (const [point, kind] of of.entries()) if (isCounted(point)) points[kind]! += 1;
  return { kinds: kinds.map((kind, n) => ({ ...kind, points: points[n] ?? 0 })), of: Uint16Array.from(of) };
}

/** Of whom there are the most points: who is told apart at first. */
export function mostPhotographed({ person, people }: FaceMap): number[] {
  const points = new Array<number>(people.length).fill(0);
  for (const one of person) if (one >= 0) points[one]! += 1;
  const order = [...points.keys()].sort((a, b) => points[b]! - points[a]! || a - b);
  return order.slice(0, MOST_TOLD_APART);
}
