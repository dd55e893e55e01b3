import { stampOf } from '../../history/read-run.js';
import { exploreInProcess } from '../../processes/explore-process.js';
import { ok, type Result } from '../../protocol/errors.js';
import type { ParsedParams, RequestResult } from '../../protocol/lsp.js';
import type { FaceMap } from '../../protocol/runs/explore/face-map.js';
import type { People, Person, Similarities } from '../../protocol/runs/explore/people.js';
import type { ExploreRequest } from '../../protocol/runs/explore/process.js';
import type { RunsHost } from './runs-host.js';

/** A run by its folder, and as the client calls that. */
interface ExploredRun {
  readonly folder: string;
  readonly named: string;
}

type Of<N extends 'people' | 'similarities' | 'faceMap'> = Omit<ParsedParams<N>, 'folder'>;
type Order = ParsedParams<'people'>['by'];

/**
 * What is worked out of the embeddings that are kept of runs, each in a process that ends with the answer. The people of
 * the run that was asked for last are kept: they are asked for some at a time.
 */
export class Explorations {
  private kept: { readonly key: string; readonly people: Promise<Result<People>> } | undefined;
  private readonly working = new Map<AbortController, string>();

  constructor(private readonly host: RunsHost) {}

  async people(run: ExploredRun, { offset, limit, ...selection }: Of<'people'>): Promise<RequestResult<'people'>> {
    const { model } = selection;
    const key = JSON.stringify([run.folder, model, await stampOf(run.folder)]);
    if (this.kept?.key !== key) this.kept = { key, people: this.describe(run, model) };
    const { people } = this.kept;
    const found = await people;
    // What was stopped, or failed, may be asked for again.
    if (!found.ok && this.kept?.people === people) this.kept = undefined;
    if (!found.ok) return found;
    const matching = select(found.value.people, selection);
    return ok({
      ...found.value,
      people: matching.slice(offset, offset + limit),
      ...{ matching: matching.length, total: found.value.people.length },
    });
  }

  async similarities(run: ExploredRun, params: Of<'similarities'>): Promise<Result<Similarities>> {
    const found = await this.explore(run, { type: 'similarities', ...params, folder: run.folder });
    return found.ok && found.value.type === 'similarities' ? ok(found.value.similarities) : refused(found);
  }

  async map(run: ExploredRun, params: Of<'faceMap'>): Promise<Result<FaceMap>> {
    const found = await this.explore(run, { type: 'map', ...params, folder: run.folder });
    return found.ok && found.value.type === 'map' ? ok(found.value.map) : refused(found);
  }

  stop(folder: string): void {
    for (const [work, of] of this.working) if (of === folder) work.abort();
  }

  private async describe(run: ExploredRun, model: string): Promise<Result<People>> {
    const found = await this.explore(run, { type: 'people', folder: run.folder, model });
    return found.ok && found.value.type === 'people' ? ok(found.value.people) : refused(found);
  }

  private async explore({ named }: ExploredRun, request: ExploreRequest) {
    const work = new AbortController();
    this.working.set(work, request.folder);
    const tell = ({ what, done, total }: { what: string; done: number; total: number }) =>
      this.host.exploring({ folder: named, what, done, total });
    const found = await exploreInProcess(request, tell, work.signal);
    this.working.delete(work);
    return found;
  }
}

function refused(found: Result<unknown>): Result<never> {
  if (found.ok) throw new Error('The process that looks into embeddings answered something else');
  return found;
}

/** Equal figures stand in the order of names. */
function select(
  people: readonly Person[],
  { by, descending, text }: Pick<ParsedParams<'people'>, 'by' | 'descending' | 'text'>,
) {
  const sought = text.toLowerCase();
  const matching = people.filter(({ identity }) => identity.toLowerCase().includes(sought));
  const byName = (a: Person, b: Person) => (a.identity < b.identity ? -1 : Number(a.identity > b.identity));
  const figure = FIGURES[by];
  return matching.sort((a, b) => {
    const [x, y] = [figure(a), figure(b)];
    // What is not known stands last, whichever way round.
    if (x === null || y === null) return Number(x === null) - Number(y === null) || byName(a, b);
    return (descending ? y - x : x - y) || (by === 'identity' && descending ? byName(b, a) : byName(a, b));
  });
}

const FIGURES: Readonly<Record<Order, (person: Person) => number | null>> = {
  identity: () => 0,
  images: ({ images }) => images,
  recognised: ({ queries, recognised }) => (queries === 0 ? null : recognised / queries),
  worst: ({ worst }) => worst?.distance ?? null,
};
