import { join } from 'node:path';
import pMap from 'p-map';
import { RunPages, runNames } from '../../history/list-runs.js';
import { figuresOfRows } from '../../history/listed-figures.js';
import { type RunReading, readRow } from '../../history/row-of-run.js';
import type { ParsedParams, RequestValue } from '../../protocol/lsp.js';
import { type PackedRuns, packRuns } from '../../protocol/runs/table/packed-rows.js';
import type { RunsHost } from './runs-host.js';

const READING = 16;

/** The runs of private folders as rows of a table. */
export class RunRows {
  /** Of a private folder that is being read in pages. */
  private pages: { readonly home: string; readonly of: RunPages } | undefined;

  constructor(private readonly host: RunsHost) {}

  async page(homes: readonly string[], { after, limit }: ParsedParams<'runRows'>): Promise<RequestValue<'runRows'>> {
    const [home, ...later] = after ? homes.slice(homes.indexOf(after.home)) : homes;
    if (home === undefined) return { rows: packRuns([], []), next: null, total: 0 };
    if (this.pages?.home !== home || after?.last === undefined) this.pages = { home, of: new RunPages(this.reading) };
    const { runs, figures, total, last } = await this.pages.of.after(home, after?.last, limit);
    const others = await Promise.all(homes.filter((other) => other !== home).map(countRuns));
    const [following] = later;
    const next = last !== null ? { home, last } : following === undefined ? null : { home: following };
    if (next?.home !== home) this.pages = undefined;
    return { rows: packRuns(runs, figures), next, total: others.reduce((sum, one) => sum + one, total) };
  }

  async of(folders: readonly string[]): Promise<PackedRuns> {
    const { reading } = this;
    const rows = await pMap(folders, (folder) => readRow(folder, reading), { concurrency: READING });
    const runs = rows.filter((row) => row !== undefined);
    return packRuns(runs, figuresOfRows(runs));
  }

  private get reading(): RunReading {
    const { plugins, env } = this.host.services();
    return { plugins, env };
  }
}

/** Of one private folder. */
export async function countRuns(home: string): Promise<number> {
  return (await runNames(join(home, 'runs'))).length;
}
