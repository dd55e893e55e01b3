import type { Problem, QueryPage, QuerySelection, QueryTableRow } from '../../../../server/src/protocol/webview.js';
import type { Answered } from '../panel-host.js';

const BLOCK = 200;

/** Answers a part of a table; asked for again with another selection, an older answer is of no use. */
export type AskForPage = (selection: QuerySelection, offset: number, limit: number) => Promise<Answered<QueryPage>>;

/**
 * The rows of a table of any length, of which only those that were looked at are here: they come in blocks as they
 * are asked for.
 */
export class QueryRows {
  /** Why there are no rows, where that is so. */
  problem: Problem | null = null;
  private readonly blocks = new Map<number, readonly QueryTableRow[]>();
  private readonly asked = new Set<number>();
  /** Queries that the filter leaves, and of the run; null until the first answer. */
  counts: { readonly matching: number; readonly total: number } | null = null;

  constructor(
    readonly selection: QuerySelection,
    private readonly ask: AskForPage,
    private readonly changed: (rows: QueryRows) => void,
  ) {
    this.want(0);
  }

  /** A row by its place, or undefined while it is on its way. */
  at(place: number): QueryTableRow | undefined {
    const block = Math.floor(place / BLOCK);
    this.want(block);
    return this.blocks.get(block)?.[place % BLOCK];
  }

  private want(block: number): void {
    if (this.asked.has(block)) return;
    this.asked.add(block);
    void this.fetch(block);
  }

  private async fetch(block: number): Promise<void> {
    const answer = await this.ask(this.selection, block * BLOCK, BLOCK);
    if (!answer.ok) {
      this.problem = answer.problem;
      return this.changed(this);
    }
    const { rows, matching, total } = answer.value;
    this.blocks.set(block, rows);
    this.counts = { matching, total };
    this.changed(this);
  }
}
