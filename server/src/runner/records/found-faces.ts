import { itemAt } from '../../protocol/item-at.js';
import { FaceRows } from '../../store/face-rows.js';
import { writeFaces } from '../../store/run-folder/face-files.js';
import type { Findings } from '../results/findings.js';
import type { ModelEmbeddings } from '../stages/embed-images.js';
import { ORIGINAL } from '../stages/query-version.js';

/** Writes where each model found the faces of the photographs, and of the queries as perturbed and countered. */
export async function writeFoundFaces(
  folder: string,
  findings: Findings,
  { images, queries }: { readonly images: number; readonly queries: readonly number[] },
): Promise<void> {
  const { embeddings = [], perturbed = [], countered = [], robustness, retrieved } = findings;
  const ofImages = new Map(embeddings.map((of) => [of.model.name, [{ of, rowOf: (position: number) => position }]]));
  if (robustness && retrieved && retrieved.searched !== findings.images) {
    const { places, embeddings: of } = robustness.found;
    const first = findings.images?.images.length ?? 0;
    const rowOf = (position: number) => first + itemAt(places, position);
    ofImages.set(of.model.name, [...(ofImages.get(of.model.name) ?? []), { of, rowOf }]);
  }
  for (const [model, sources] of ofImages) await write(folder, { model, version: ORIGINAL }, images, sources);

  const lineOf = new Map(queries.map((position, line) => [position, line]));
  for (const { name, use, positions, embeddings: byModel } of [...perturbed, ...countered]) {
    if (use.target !== 'query') continue;
    const rowOf = (place: number) => lineOf.get(itemAt(positions, place));
    for (const of of byModel) {
      await write(folder, { model: of.model.name, version: name }, queries.length, [{ of, rowOf }]);
    }
  }
}

interface FaceSource {
  readonly of: ModelEmbeddings;
  /** Of the image at a position; undefined where it has none. */
  readonly rowOf: (position: number) => number | undefined;
}

/** A model that looks for no faces has no file. */
async function write(
  folder: string,
  whose: Parameters<typeof writeFaces>[1],
  rows: number,
  sources: readonly FaceSource[],
): Promise<void> {
  const faces = FaceRows.unknown(rows);
  for (const { of, rowOf } of sources) {
    for await (const [position, face] of of.foundFaces()) {
      const row = rowOf(position);
      if (row !== undefined) faces.set(row, face);
    }
  }
  if (faces.isKnown) await writeFaces(folder, whose, faces);
}
