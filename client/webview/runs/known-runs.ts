import { unpackRuns } from '../../../server/src/protocol/runs/table/packed-rows.js';
import type { FigureOfTable, RunRow } from '../../../server/src/protocol/runs/table/run-row.js';
import type { ToRunsPage } from '../../../server/src/protocol/runs/table/runs-panel.js';

type Message<T extends ToRunsPage['type']> = Extract<ToRunsPage, { type: T }>;

/** How far a run is, newer than its row. */
export type Going = Pick<RunRow, 'status' | 'progress' | 'waiting'>;

/** The runs that the page has been told of. */
export class KnownRuns {
  /** Newest first. The same array for as long as no run is added, changed or removed. */
  rows: readonly RunRow[] = [];
  figures: readonly FigureOfTable[] = [];
  /** By the folders of the runs. */
  readonly going = new Map<string, Going>();
  private readonly byFolder = new Map<string, RunRow>();

  add({ rows, listing }: Message<'rows'>): void {
    if (listing?.afresh) this.byFolder.clear();
    for (const row of unpackRuns(rows)) {
      this.byFolder.set(row.folder, row);
      this.going.delete(row.folder);
    }
    this.figures = merged(listing?.afresh ? [] : this.figures, rows.figures);
    this.order();
  }

  /** Of a run whose row is not here yet nothing is known but that. */
  follow({ runs }: Message<'going'>): void {
    for (const { folder, ...going } of runs) {
      const row = this.byFolder.get(folder);
      if (row?.status === 'running') this.going.set(folder, going);
    }
  }

  remove(folders: readonly string[]): void {
    for (const folder of folders) this.byFolder.delete(folder);
    this.order();
  }

  /** As it is now. */
  current(row: RunRow): RunRow {
    const going = this.going.get(row.folder);
    return going ? { ...row, ...going } : row;
  }

  private order(): void {
    this.rows = [...this.byFolder.values()].sort((a, b) => compare(b.startedAt, a.startedAt) || compare(b.id, a.id));
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Each list is in the order of the results: a figure that only one of them has comes behind the one before it there. */
function merged(known: readonly FigureOfTable[], more: readonly FigureOfTable[]): readonly FigureOfTable[] {
  const all = [...known];
  let isSame = true;
  for (const [n, figure] of more.entries()) {
    const place = all.findIndex(({ path }) => path === figure.path);
    if (place < 0) all.splice(1 + all.findIndex(({ path }) => path === more[n - 1]?.path), 0, figure);
    else if (figure.matters && !all[place]?.matters) all[place] = figure;
    else continue;
    isSame = false;
  }
  return isSame ? known : all;
}
