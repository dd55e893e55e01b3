import { searchPairs } from '../../../server/src/plugins/params.js';
import { SHARD_SIZE } from '../../../server/src/runner/embedding/embedding-plan.js';
import { shardSizes } from '../../../server/src/runner/shards/search-elsewhere.js';
import { VISION, type VisionShape } from '../../support/clip/shapes.js';
import { figure, table } from '../measure.js';
import type { EmbeddingRate, Rates } from './rates.js';

/** Data sets by their sizes. */
const SIZES: readonly (readonly [name: string, images: number])[] = [
  ['CelebA', 202_599],
  ['10 million', 1e7],
  ['LAION-5B', 5.85e9],
];
/** Those that this machine does not hold with room to spare: their hours follow from the work of an image. */
const BY_WORK = ['clip-vit-h-14', 'clip-vit-g-14'];
const MEASURED_BY = 'clip-vit-l-14';
const TASK_MINUTES = 30;
const TASKS_AT_ONCE = 100;
const PAIRS_OF_A_SHARD = searchPairs.parse(undefined);
/** Row numbers are signed numbers of 32 bits. */
const MOST_ROWS = 2 ** 31 - 1;
const HOUR = 3600;

/** docs/scale.md: every figure follows from the rates. */
export function scalePage(rates: Rates, made: { readonly machine: string; readonly date: string }): string {
  const all = [...rates.embedding, ...BY_WORK.map((model) => byWork(rates, model))];
  return `# What many images cost

Written by \`npm run scale\`, ${made.date}, ${made.machine}: it measures the rates of the first table, and works out the rest of
them. It runs nothing of this size: a figure here is what a rate comes to, not what was seen.

## Rates

${table(
  ['', 'images/s', 'bytes kept an image', 'bytes of a plan an image'],
  rates.embedding.map(({ model, imagesPerSecond, bytes }) => [
    `\`${model}\`${model.startsWith('clip') ? ', random weights' : ''}`,
    figure(imagesPerSecond),
    figure(bytes.kept),
    figure(bytes.planned),
  ]),
)}

Medians of 3 rounds over ${rates.photographs.what}, ${figure(rates.photographs.meanBytes / 1000)} kB each in the mean, from the file to the shard on disk, on ${rates.cores} cores together.
\`flat\` compares ${figure(rates.search.pairsPerSecond / 1e6)} million pairs of ${rates.search.dimension} numbers a second (${rates.search.rows.toLocaleString('en')} vectors, ${rates.search.queries.toLocaleString('en')} queries, k = ${rates.search.k}).
${BY_WORK.map((model) => `\`${model}\``).join(' and ')} are taken to be slower than \`${MEASURED_BY}\` by their products an image, ${BY_WORK.map((model) => `${figure(workOf(model) / workOf(MEASURED_BY))} ×`).join(' and ')}.

## Embedding

Hours of ${rates.cores} such cores; in brackets with ${TASKS_AT_ONCE} such tasks at once, as if a queue cost nothing. A shard is ${SHARD_SIZE} images.

${table(
  ['', ...SIZES.map(([name, images]) => `${name}, ${images.toLocaleString('en')}`)],
  all.map((rate) => [`\`${rate.model}\``, ...SIZES.map(([, images]) => hours(images / rate.imagesPerSecond))]),
)}

## Tasks, files and disks

${table(
  ['', ...SIZES.map(([name]) => name)],
  [
    ['shards, and files of a model', ...SIZES.map(([, images]) => count(Math.ceil(images / SHARD_SIZE)))],
    ...all.map((rate) => [
      `tasks of ${TASK_MINUTES} minutes, \`${rate.model}\``,
      ...SIZES.map(([, images]) => count(Math.ceil(images / rate.imagesPerSecond / (60 * TASK_MINUTES)))),
    ]),
    ['photographs', ...SIZES.map(([, images]) => bytes(images * rates.photographs.meanBytes))],
    ...rates.embedding.map((rate) => [
      `embeddings of \`${rate.model}\``,
      ...SIZES.map(([, images]) => bytes(images * rate.bytes.kept)),
    ]),
    ['plan, while it is computed', ...SIZES.map(([, images]) => bytes(images * rates.embedding[0]!.bytes.planned))],
  ],
)}

## Exact search

Of ${rates.search.dimension} numbers each, on ${rates.cores} cores; in brackets by ${TASKS_AT_ONCE} [tasks of a cluster](clusters.md) at once, each with as many, reading not counted.
A search of at most ${figure(PAIRS_OF_A_SHARD)} pairs is one machine's.

${table(
  ['', ...SIZES.map(([name]) => name)],
  [
    ['vectors in float32', ...SIZES.map(([, images]) => bytes(4 * rates.search.dimension * images))],
    ['1,000 queries', ...SIZES.map(([, images]) => searchTime(1000, images, rates))],
    ['every image as a query', ...SIZES.map(([, images]) => searchTime(images, images, rates))],
    ['shards, every image as a query', ...SIZES.map(([, images]) => count(searchShards(images, images, rates)))],
  ],
)}

## Where the next wall is

${walls(rates)}
`;
}

function walls({ search, embedding }: Rates): string {
  const [, , [, largest]] = SIZES as [unknown, unknown, readonly [string, number]];
  const held = Math.floor((24 * 2 ** 30) / (4 * search.dimension));
  const shards = Math.ceil(largest / SHARD_SIZE);
  return `- **Memory of one search**: ${count(held)} vectors of ${search.dimension} numbers fill 24 GiB. A larger gallery is searched part by part from disk, by one machine or many, or by [pgvector](databases.md).
- **Row numbers** are 32 bits: an index has ${count(MOST_ROWS)} rows at the most, so that ${count(largest)} images are ${Math.ceil(largest / MOST_ROWS)} galleries.
- **Files**: ${count(shards)} shards of ${count(SHARD_SIZE)} images are as many files a model, more than most shared file systems list in reasonable time. Larger shards are the remedy, and a size of theirs is no setting yet.
- **The list of images** is held by the runner: a plan of ${figure(embedding[0]!.bytes.planned)} bytes an image is ${bytes(largest * embedding[0]!.bytes.planned)} for ${count(largest)} images, which no machine's memory holds. A run of that size is several runs over parts of the data set.
- **A service**: what is larger than a cluster's disks is asked as a service, [clip-retrieval](services.md).`;
}

/** The rate of a model that was not run, by the products of another that was. */
function byWork({ embedding }: Rates, model: string): EmbeddingRate {
  const measured = embedding.find((rate) => rate.model === MEASURED_BY)!;
  const imagesPerSecond = (measured.imagesPerSecond * workOf(MEASURED_BY)) / workOf(model);
  return { ...measured, model, dimension: VISION[model]!.dimension, imagesPerSecond };
}

/** Products that a vision transformer takes for an image: projections and MLP of each token, and attention between all. */
function workOf(model: string): number {
  const { layers, width, mlp, size, patch } = VISION[model] as VisionShape;
  const tokens = (size / patch) ** 2 + 1;
  return layers * (tokens * (4 * width ** 2 + 2 * width * mlp) + 2 * tokens ** 2 * width);
}

function hours(seconds: number): string {
  return `${time(seconds)} (${time(seconds / TASKS_AT_ONCE)})`;
}

function searchShards(queries: number, rows: number, { search: { dimension } }: Rates): number {
  if (queries * rows <= PAIRS_OF_A_SHARD) return 1;
  const { part, block } = shardSizes(PAIRS_OF_A_SHARD, queries, { rows, dimension });
  return Math.ceil(rows / part) * Math.ceil(queries / block);
}

/** A cluster has no more tasks for a search than shards. */
function searchTime(queries: number, images: number, rates: Rates): string {
  const tasks = Math.min(TASKS_AT_ONCE, searchShards(queries, images, rates));
  const seconds = (queries * images) / rates.search.pairsPerSecond;
  return tasks === 1 ? time(seconds) : `${time(seconds)} (${time(seconds / tasks)})`;
}

function time(seconds: number): string {
  if (seconds < 60) return `${figure(seconds)} s`;
  if (seconds < HOUR) return `${figure(seconds / 60)} min`;
  if (seconds < 48 * HOUR) return `${figure(seconds / HOUR)} h`;
  if (seconds < 2 * 365 * 24 * HOUR) return `${figure(seconds / HOUR / 24)} days`;
  return `${figure(seconds / HOUR / 24 / 365)} years`;
}

function bytes(count: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(count) / 3)));
  return `${figure(count / 1000 ** power)} ${units[power]}`;
}

function count(value: number): string {
  return value.toLocaleString('en');
}
