import { readFile } from 'node:fs/promises';
import { loadThumbnailMaker } from '../../plugins/images/thumbnails.js';
import type { FoundFace } from '../../protocol/images/found-face.js';
import { itemAt, itemsAt } from '../../protocol/item-at.js';
import type { Thumbnails } from '../../protocol/webview.js';
import type { ExperimentSpec } from '../../stages/spec.js';
import { cachedFacts } from '../../store/cache/cached-facts.js';
import { writeRunFile } from '../../store/run-folder/sound-files.js';
import { factsOf, type RunContext } from '../context.js';
import type { Findings } from '../results/findings.js';
import type { ModelEmbeddings } from '../stages/embed-images.js';
import type { HashedImage } from '../stages/list-images.js';
import type { SetNeighbours } from '../stages/search-others.js';

/** What a page has room for. */
const SHOWN = { queries: 6, neighbours: 6, perturbed: 2 };
/** Pixels of the longer side. A perturbed photograph is shown large, and as it is: what is changed in it is little. */
const SIDE = { thumbnail: 192, perturbed: 256 };

/**
 * Writes `thumbnails.json` into the run's folder where the data set draws its own portraits: a report is a file that
 * is passed on, and a photograph of somebody is not put into it.
 */
export async function writeThumbnails(context: RunContext, spec: ExperimentSpec, findings: Findings): Promise<void> {
  const { images, queries } = findings;
  if (!images || !queries || !drawsItsOwn(context, spec)) return;
  const step = Math.max(1, Math.floor(queries.length / SHOWN.queries));
  const shown = queries.filter((_, n) => n % step === 0).slice(0, SHOWN.queries);
  const positions = [...new Set([...shown, ...nearestTo(findings, new Set(shown))])];
  const pictured = itemsAt(images.images, positions);
  const uris = await addressesOf(context, pictured, SIDE.thumbnail, 'webp');
  const made = pictured.flatMap(({ id }, n) => {
    const uri = uris[n];
    return uri ? [[id, uri] as const] : [];
  });
  const finder = await finderOf(findings, shown);
  const faces = [...(await facesAt(finder, positions))];
  const thumbnails: Thumbnails = {
    queries: shown.map((position) => itemAt(images.images, position).id),
    images: Object.fromEntries(made),
    faces: finder
      ? {
          by: finder.model.name,
          of: Object.fromEntries(faces.map(([position, face]) => [itemAt(images.images, position).id, face])),
        }
      : null,
    perturbed: await perturbedOf(context, findings, shown.slice(0, SHOWN.perturbed), finder),
  };
  await writeRunFile(context.folder, 'thumbnails.json', JSON.stringify(thumbnails));
}

/** Each image as an address within a page; null for one that cannot be decoded. */
async function addressesOf(
  context: RunContext,
  images: readonly HashedImage[],
  side: number,
  format: 'webp' | 'png',
): Promise<readonly (string | null)[]> {
  const from = { images: images.map(({ hash }) => hash), side, format };
  const { value } = await cachedFacts(context, 'thumbnails', from, async () => {
    const maker = await loadThumbnailMaker();
    const uris: (string | null)[] = [];
    for (const { file } of images) {
      const uri = await maker(await readFile(file), side, format);
      uris.push(uri.ok ? uri.value : null);
    }
    return uris;
  });
  return value;
}

function drawsItsOwn(context: RunContext, { dataset }: ExperimentSpec): boolean {
  return factsOf(context, 'dataset', dataset).images !== undefined;
}

/** Positions in the data set of what these queries found; what is in a gallery of its own stays there. */
function nearestTo({ accuracy = [], retrieved, images }: Findings, shown: ReadonlySet<number>): number[] {
  const searches = accuracy.map(({ found }) => ({ positions: found.queries, neighbours: found.neighbours }));
  if (retrieved?.searched === images) {
    searches.push(
      ...(retrieved?.versions ?? []).map(({ version, found }) => ({ positions: version.positions, neighbours: found })),
    );
  }
  return searches.flatMap(({ positions, neighbours }) =>
    positions.flatMap((position, row) => (shown.has(position) ? firstOf(neighbours, row) : [])),
  );
}

function firstOf({ ids, k }: SetNeighbours, row: number): number[] {
  return [...ids.subarray(row * k, row * k + Math.min(k, SHOWN.neighbours))].filter((position) => position >= 0);
}

/** The first model that says of any of these where its face is. */
async function finderOf({ embeddings = [] }: Findings, shown: readonly number[]): Promise<ModelEmbeddings | undefined> {
  for (const of of embeddings) if ((await facesAt(of, shown)).size > 0) return of;
  return undefined;
}

async function facesAt(
  of: ModelEmbeddings | undefined,
  positions: readonly number[],
): Promise<Map<number, FoundFace | null>> {
  const faces = new Map<number, FoundFace | null>();
  if (of) for await (const [position, face] of of.foundFaces(positions)) faces.set(position, face);
  return faces;
}

async function perturbedOf(
  context: RunContext,
  { perturbed = [], images }: Findings,
  shown: readonly number[],
  finder: ModelEmbeddings | undefined,
) {
  const all: Thumbnails['perturbed'] = [];
  const facesBefore = await facesAt(finder, shown);
  for (const { use, positions, set, embeddings } of perturbed) {
    const wanted = [...positions.keys()].filter((n) => shown.includes(itemAt(positions, n)));
    if (!images || wanted.length === 0) continue;
    const changed = embeddings.find(({ model }) => model.name === finder?.model.name);
    const facesAfter = await facesAt(changed, wanted);
    const originals = itemsAt(images.images, itemsAt(positions, wanted));
    const before = await addressesOf(context, originals, SIDE.perturbed, 'png');
    const after = await addressesOf(context, itemsAt(set.images, wanted), SIDE.perturbed, 'png');
    for (const [place, n] of wanted.entries()) {
      const [original, changedTo] = [before[place], after[place]];
      if (!original || !changedTo) continue;
      const faces = { face: facesBefore.get(itemAt(positions, n)), perturbedFace: facesAfter.get(n) };
      const uris = { original, perturbed: changedTo };
      const { id } = itemAt(originals, place);
      all.push({ id, version: use.name, ...uris, ...faces, facesBy: finder?.model.name ?? null });
    }
  }
  return all;
}
