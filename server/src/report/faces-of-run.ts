import type { QueryDetails } from '../protocol/lsp.js';
import type { Results } from '../protocol/results.js';
import type { FaceRows } from '../store/face-rows.js';
import { readFaces } from '../store/run-folder/face-files.js';
import type { ReadRow } from './read-neighbours.js';

type Faces = Pick<QueryDetails, 'faces' | 'perturbedFace'>;

/** Where a run's models found faces; each file is read once. */
export class FacesOfRun {
  private readonly read = new Map<string, Promise<FaceRows | undefined>>();

  constructor(
    private readonly runFolder: string,
    private readonly results: Pick<Results, 'threshold' | 'accuracy'>,
  ) {}

  /**
   * The faces of the photographs that a row names: by its model, or where that looks for none by the one that judges, or
   * by any other. Throws `UnusableFile`.
   */
  async shownBy({ row, query, images }: ReadRow): Promise<Faces> {
    const { threshold, accuracy = [] } = this.results;
    const models = new Set([row.model, threshold?.model ?? row.model, ...accuracy.map(({ model }) => model)]);
    for (const by of models) {
      const rows = await this.rowsOf(by, 'original');
      if (!rows) continue;
      const known = images.flatMap(({ id, position }) => {
        const face = rows.at(position);
        return face === undefined ? [] : [[id, face] as const];
      });
      const changed = row.version === 'original' ? undefined : await this.rowsOf(by, row.version);
      return { faces: { by, of: Object.fromEntries(known) }, perturbedFace: changed?.at(query.line) };
    }
    return { faces: null };
  }

  private rowsOf(model: string, version: string): Promise<FaceRows | undefined> {
    const key = JSON.stringify([model, version]);
    const read = this.read.get(key) ?? readFaces(this.runFolder, { model, version });
    this.read.set(key, read);
    return read;
  }
}
