import { setImmediate } from 'node:timers/promises';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { VectorSource, WorkContext } from '../../../plugins/declare.js';
import { rowsIn } from '../../../plugins/matrix.js';
import { count } from '../../../protocol/figure-text.js';
import type { IdentificationResult } from '../../../protocol/results.js';
import { unknownAmong } from '../../../stages/identification.js';
import type { ExperimentSpec, IdentificationSpec } from '../../../stages/spec.js';
import { cachedFacts } from '../../../store/cache/cached-facts.js';
import { keyOf } from '../../../store/files.js';
import { type RunContext, workContext } from '../../context.js';
import { withCores } from '../../cores.js';
import { vectorAt } from '../../figures/distance.js';
import { identificationOf, type KnownProbe } from '../../figures/identification.js';
import { Halt } from '../../halt.js';
import type { StageOutcome } from '../../progress/stage-clock.js';
import { drawIndices } from '../../random.js';
import { type Findings, required } from '../../results/findings.js';
import type { ModelEmbeddings } from '../embed-images.js';
import type { ImageSet } from '../list-images.js';
import { distancesTo, type Photographs, photographsOf } from './verification-pairs.js';

type Measured = Omit<IdentificationResult, 'model'>;

/** Searches for photographs among enrolled people, by each model. */
export async function measureIdentification(
  context: RunContext,
  spec: ExperimentSpec,
  findings: Findings,
): Promise<StageOutcome<undefined>> {
  const asked = required(spec.identification);
  const images = required(findings.images);
  const results: IdentificationResult[] = [];
  let allCached = true;
  for (const embeddings of required(findings.embeddings)) {
    const { value, cached } = await measureModel(context, asked, images, embeddings);
    results.push({ model: embeddings.model.name, ...value });
    findings.blocks.identification = results;
    context.partDone();
    allCached &&= cached;
  }
  sayTooSmall(context, asked, results);
  return { value: undefined, cached: allCached };
}

function measureModel(
  context: RunContext,
  asked: IdentificationSpec,
  { images }: ImageSet,
  embeddings: ModelEmbeddings,
): Promise<{ value: Measured; cached: boolean }> {
  const from = {
    asked,
    model: embeddings.key,
    images: keyOf(images.map(({ hash, identity }) => [hash, identity])),
    embedded: keyOf(embeddings.embedded),
  };
  return cachedFacts(context, 'identification', from, () =>
    withCores(context, () => search(context, asked, images, embeddings)),
  );
}

async function search(
  context: RunContext,
  asked: IdentificationSpec,
  images: ImageSet['images'],
  { model, vectors, embedded }: ModelEmbeddings,
): Promise<Measured> {
  const photographs = photographsOf(images, new Map(embedded.map((position, row) => [images[position]!.hash, row])));
  const { known, unknown, enrolledRows, failedToEnrol, missed, left } = rolesOf(photographs, asked);
  if (enrolledRows.length === 0) throw new Halt(nobody(model.name, 'No identity can be enrolled'));
  if (known.length === 0) throw new Halt(nobody(model.name, 'No image of an enrolled identity is left to search for'));
  if (asked.unknown > 0 && unknown.length === 0) throw new Halt(nobody(model.name, 'Nobody is left unknown'));
  const work = workContext(context, 'identification', model.name);
  const probes = [...known, ...unknown.map((row) => ({ row, identity: -1 }))];
  const found = await searchAll(vectors, probes, enrolledRows, work);
  const enrolled = enrolledRows.length;
  const searches = {
    known: found.slice(0, known.length).map(({ mate, rank }, n): KnownProbe => ({ ...known[n]!, mate, rank })),
    unknown: found.slice(known.length).map(({ nearest }) => nearest),
    ...{ enrolled, missed },
  };
  return {
    ...{ enrolled, failedToEnrol, probes: known.length, unknownProbes: unknown.length, left },
    unpaired: photographs.unpaired,
    ...identificationOf(searches, asked),
  };
}

/** A photograph that is searched for: its row among the vectors, and the place of its identity in the gallery. */
interface Probe {
  readonly row: number;
  readonly identity: number;
}

/** Who is enrolled by which photographs and who is not, by seed: the same for every model. */
export function rolesOf({ rows, ends }: Photographs, { enrol, unknown: share, seed }: IdentificationSpec) {
  const groups = groupsOf(ends);
  const unknownGroups = new Set(drawIndices(groups.length, unknownAmong(groups.length, share), seed));
  const generator = xoroshiro128plus(seed);
  const known: Probe[] = [];
  const unknown: number[] = [];
  const enrolledRows: number[][] = [];
  let [failedToEnrol, missed, left] = [0, 0, 0];
  for (const [n, group] of groups.entries()) {
    if (unknownGroups.has(n)) {
      const embedded = group.map((photograph) => rows[photograph]!).filter((row) => row >= 0);
      for (const row of embedded) unknown.push(row);
      left += group.length - embedded.length;
      continue;
    }
    for (let i = 0; i < Math.min(enrol, group.length); i++) {
      const other = uniformInt(generator, i, group.length - 1);
      [group[i], group[other]] = [group[other]!, group[i]!];
    }
    const gallery = group.slice(0, enrol).map((photograph) => rows[photograph]!);
    const probes = group.slice(enrol).map((photograph) => rows[photograph]!);
    const enrolled = gallery.filter((row) => row >= 0);
    const searched = enrolled.length > 0 ? probes.filter((row) => row >= 0) : [];
    if (enrolled.length === 0) failedToEnrol += 1;
    missed += probes.length - searched.length;
    for (const row of searched) known.push({ row, identity: enrolledRows.length });
    if (enrolled.length > 0) enrolledRows.push(enrolled);
  }
  return { known, unknown, enrolledRows, failedToEnrol, missed, left: left + missed };
}

/** Photographs of one identity stand together. */
function groupsOf(ends: Int32Array): number[][] {
  const groups: number[][] = [];
  for (let start = 0; start < ends.length; start = ends[start]!) {
    groups.push(Array.from({ length: ends[start]! - start }, (_, n) => start + n));
  }
  return groups;
}

interface Found {
  /** The least distance to the own identity; infinite of one that is not enrolled. */
  readonly mate: number;
  readonly rank: number;
  readonly nearest: number;
}

/** Compares each probe with all that is enrolled: squared L2 in double precision. */
export async function searchAll(
  vectors: VectorSource,
  probes: readonly Probe[],
  enrolledRows: readonly (readonly number[])[],
  { signal, progress }: WorkContext,
): Promise<Found[]> {
  // Images of one identity stand one behind the other, and so it is known which are a probe's own.
  const gallery = enrolledRows.flatMap((rows, identity) => rows.map((row) => ({ row, identity })));
  const found: Found[] = [];
  const step = rowsIn(vectors.dimension);
  const most = Math.max(1, Math.min(step, Math.floor(2 ** 24 / enrolledRows.length)));
  for (let first = 0; first < probes.length; first += most) {
    const some = probes.slice(first, first + most);
    const own = await vectors.rowsAt(some.map(({ row }) => row));
    const least = some.map(() => new Float64Array(enrolledRows.length).fill(Number.POSITIVE_INFINITY));
    for (let start = 0; start < gallery.length; start += step) {
      const part = gallery.slice(start, start + step);
      const others = await vectors.rowsAt(part.map(({ row }) => row));
      const distances = new Float64Array(others.rows);
      for (let n = 0; n < some.length; n++) {
        distancesTo(vectorAt(own, n), others, 0, others.rows, distances);
        const nearest = least[n]!;
        for (let at = 0; at < part.length; at++) {
          const { identity } = part[at]!;
          if (distances[at]! < nearest[identity]!) nearest[identity] = distances[at]!;
        }
        if (n % 64 > 0) continue;
        await setImmediate();
        signal.throwIfAborted();
      }
    }
    for (const [n, { identity }] of some.entries()) found.push(placeOf(least[n]!, identity));
    progress(found.length, probes.length);
  }
  return found;
}

function placeOf(distances: Float64Array, identity: number): Found {
  const mate = distances[identity] ?? Number.POSITIVE_INFINITY;
  let [rank, nearest] = [0, Number.POSITIVE_INFINITY];
  for (const distance of distances) {
    if (distance <= mate) rank += 1;
    if (distance < nearest) nearest = distance;
  }
  return { mate, rank, nearest };
}

/** Below one of its unknown probes a rate is met where none matches, and says no more than that. */
function sayTooSmall(context: RunContext, { fpir }: IdentificationSpec, results: readonly IdentificationResult[]) {
  for (const { model, unknownProbes } of results) {
    const tooSmall = fpir.filter((rate) => rate * unknownProbes < 1);
    if (tooSmall.length === 0 || unknownProbes === 0) continue;
    context.warn({
      code: 'identification-fpir-too-small',
      message: `${model} has ${count(unknownProbes)} unknown probes, which measure no false positive identification rate below ${Number((1 / unknownProbes).toPrecision(2))}: at ${tooSmall.join(' and ')} not one may match`,
      specPath: ['identification', 'fpir'],
      hint: 'Ask for a larger rate, or leave more people unknown.',
    });
  }
}

function nobody(model: string, what: string) {
  return {
    code: 'identification-nobody',
    message: `${what}, by ${model}: there is nothing to measure`,
    specPath: ['identification'],
    hint: 'Identification needs people with more photographs than `enrol`, which are no copies, and some who are `unknown`. Check that the data set says whose each image is.',
  };
}
