/*
 * The one grammar of paths: of a figure in the results (`expect`), and of a key in an experiment (`--set`).
 *
 *     path    = segment *("." segment)
 *     segment = bare / quoted
 *     bare    = 1*(point / any character but . " = < > ! and white space)
 *     point   = "@" number                      an operating point, whose dot is no separator: tmr@0.001
 *     quoted  = DQUOTE *(any character but DQUOTE and \ / "\" any character) DQUOTE
 */

const BARE = /(?:@\d+(?:\.\d+)?(?:[eE][-+]?\d+)?|[^."=<>!\s])+/y;
const QUOTED = /"((?:[^"\\]|\\.)*)"/sy;

/** A segment and where it stands in the text, its quotes included. Offsets are UTF-16 units. */
export interface PathSegment {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/**
 * The path that begins at an offset of a text and goes on as far as one can: `accuracy.m.top1` of
 * `accuracy.m.top1 >= 85%`. Undefined where none begins there, or where nothing follows a dot.
 */
export function readPath(
  text: string,
  from = 0,
): { readonly segments: PathSegment[]; readonly end: number } | undefined {
  const segments: PathSegment[] = [];
  let end = from;
  do {
    const segment = segmentAt(text, segments.length === 0 ? end : end + 1);
    if (!segment) return undefined;
    segments.push(segment);
    end = segment.end;
  } while (text[end] === '.');
  return { segments, end };
}

function segmentAt(text: string, start: number): PathSegment | undefined {
  QUOTED.lastIndex = start;
  const quoted = QUOTED.exec(text);
  if (quoted) return { text: quoted[1]!.replace(/\\(.)/gs, '$1'), start, end: QUOTED.lastIndex };
  BARE.lastIndex = start;
  const bare = BARE.exec(text);
  return bare ? { text: bare[0], start, end: BARE.lastIndex } : undefined;
}

/** The segments of a text that is a path and nothing else, or undefined: `accuracy."acme.net".top1`. */
export function parsePath(text: string): string[] | undefined {
  const path = readPath(text);
  return path?.end === text.length ? path.segments.map((segment) => segment.text) : undefined;
}

/**
 * What a segment is short for where nothing is called so: `top5` and `top@5` for `top`, `5`, and `cmc@5` likewise;
 * `tmr@0.001` for `at`, `0.001`, `tmr`, which is the figure at an operating point, whatever way its number is written.
 * Undefined where it is short for nothing.
 */
export function writtenOut(segment: string): readonly string[] | undefined {
  const [, depth] = /^top(\d+)$/.exec(segment) ?? [];
  if (depth) return ['top', depth];
  const [, byRank, rank] = /^(top|cmc)@(\d+)$/.exec(segment) ?? [];
  if (byRank && rank) return [byRank, rank];
  const [, figure, point] = /^(.+)@(\d.*)$/s.exec(segment) ?? [];
  return figure && point && Number.isFinite(Number(point)) ? ['at', String(Number(point)), figure] : undefined;
}

/** The same path with what stands at a segment, and is `top` or `at`, in short. */
export function inShort(path: readonly string[], segment: number): string[] {
  const [first, name, figure] = path.slice(segment);
  if (first === 'top') return path.toSpliced(segment, 2, `top${name}`);
  return figure === undefined ? [...path] : path.toSpliced(segment, 3, `${figure}@${name}`);
}

/** The path as text, such that `parsePath` gives the segments again: in quotes only what needs them. */
export function formatPath(segments: readonly (string | number)[]): string {
  return segments.map(String).map(formatSegment).join('.');
}

function formatSegment(segment: string, n: number, all: readonly string[]): string {
  // `tmr@0` before `5` would read as the operating point 0.5.
  const runsOn = /@\d+$/.test(segment) && /^\d/.test(all[n + 1] ?? '');
  const bare = parsePath(segment);
  if (bare?.length === 1 && bare[0] === segment && !runsOn) return segment;
  return `"${segment.replace(/["\\]/g, '\\$&')}"`;
}
