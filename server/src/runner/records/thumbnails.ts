import { readFile } from 'node:fs/promises';
import { loadThumbnailMaker } from '../../plugins/images/thumbnails.js';
import type { FoundFace } from '../../protocol/images/found-face.js';
import { itemAt } from '../../protocol/item-at.js';
import type { Thumbnails } from '../../protocol/webview.js';
import type { ExperimentSpec } from '../../stages/spec.js';
import { writeRunFile } from '../../store/run-folder/sound-files.js';
import { factsOf, type RunContext } from '../context.js';
import type { Findings } from '../results/findings.js';
import type { ModelEmbeddings } from '../stages/embed-images.js';
import type { SetNeighbours } from '../stages/search-others.js';

/** What a page has room for. */
const SHOWN = { queries: 6, neighbours: 6, perturbed: 2 };
/** Pixels of the longer side. A perturbed photograph is shown large, and as it is: what is changed in it is little. */
const SIDE = { thumbnail: 192, perturbed: 256 };

type Maker = Awaited<ReturnType<typeof loadThumbnailMaker>>;

/**
 * Writes `thumbnails.json` into the run's folder where the data set draws its own portraits: a report is a file that
 * is passed on, and a photograph of somebody is not put into it.
 */
export async function writeThumbnails(context: RunContext, spec: ExperimentSpec, findings: Findings): Promise<void> {
  const { images, queries } = findings;
  if (!images || !queries || !drawsItsOwn(context, spec)) return;
  const step = Math.max(1, Math.floor(queries.length / SHOWN.queries));
  const shown = queries.filter((_, n) => n % step === 0).slice(0, SHOWN.queries);
  const maker = await loadThumbnailMaker();
  const made: [string, string][] = [];
  const positions = new Set([...shown, ...nearestTo(findings, new Set(shown))]);
  for (const position of positions) {
    const { id, file } = itemAt(images.images, position);
    const uri = await maker(await readFile(file), SIDE.thumbnail, 'webp');
    if (uri.ok) made.push([id, uri.value]);
  }
  const finder = await finderOf(findings, shown);
  const faces = [...(await facesAt(finder, [...positions]))];
  const thumbnails: Thumbnails = {
    queries: shown.map((position) => itemAt(images.images, position).id),
    images: Object.fromEntries(made),
    faces: finder
      ? {
          by: finder.model.name,
          of: Object.fromEntries(faces.map(([position, face]) => [itemAt(images.images, position).id, face])),
        }
      : null,
    perturbed: await perturbedOf(findings, shown.slice(0, SHOWN.perturbed), maker, finder),
  };
  await writeRunFile(context.folder, 'thumbnails.json', JSON.stringify(thumbnails));
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
  { perturbed = [], images }: Findings,
  shown: readonly number[],
  maker: Maker,
  finder: ModelEmbeddings | undefined,
) {
  const all: Thumbnails['perturbed'] = [];
  const facesBefore = await facesAt(finder, shown);
  for (const { use, positions, set, embeddings } of perturbed) {
    const wanted = [...positions.keys()].filter((n) => shown.includes(itemAt(positions, n)));
    const changed = embeddings.find(({ model }) => model.name === finder?.model.name);
    const facesAfter = await facesAt(changed, wanted);
    for (const n of wanted) {
      const position = itemAt(positions, n);
      const original = images?.images[position];
      if (!original) continue;
      const before = await maker(await readFile(original.file), SIDE.perturbed, 'png');
      const after = await maker(await readFile(itemAt(set.images, n).file), SIDE.perturbed, 'png');
      if (!before.ok || !after.ok) continue;
      const faces = { face: facesBefore.get(position), perturbedFace: facesAfter.get(n) };
      const uris = { original: before.value, perturbed: after.value };
      all.push({ id: original.id, version: use.name, ...uris, ...faces, facesBy: finder?.model.name ?? null });
    }
  }
  return all;
}
