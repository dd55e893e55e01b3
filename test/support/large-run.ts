import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Thumbnails } from '../../server/src/protocol/webview.js';
import { encodeNpy } from '../../server/src/store/npy.js';
import { newRunRecord, writeRunRecord } from '../../server/src/store/run-folder/run-record.js';
import { writeVerifierFiles } from '../../server/src/store/run-folder/verifier-files.js';
import { exampleResults } from './example-results.js';
import { randomVectors } from './random-vectors.js';

const MODEL = 'face-recognition';
const NEIGHBOURS = 6;

/** Writes a made-up run of an experiment with `queries` queries, as a runner leaves one. Gives its folder. */
export async function writeLargeRun(workspace: string, file: string, queries: number): Promise<string> {
  const startedAt = new Date().toISOString();
  const id = '20250118-140301-9f3c21';
  const folder = join(workspace, '.lookalike/runs', id);
  await mkdir(folder, { recursive: true });
  const results = exampleResults();
  const accuracy = results.accuracy!.filter(({ model }) => model === MODEL);
  await writeFile(join(folder, 'results.json'), JSON.stringify({ ...results, accuracy, poison: undefined }));
  await writeFile(
    join(folder, 'images.jsonl'),
    lines(queries, (n) => ({ ...named(n), file: `/faces/${n}.png` })),
  );
  await writeFile(join(folder, 'queries.jsonl'), lines(queries, queryLine));
  await writeNeighbours(folder, queries);
  await writeDistances(folder, queries);
  await writeFile(join(folder, 'thumbnails.json'), JSON.stringify(thumbnails(queries)));
  const record = newRunRecord(id, { file, startedBy: 'editor', set: [] });
  await writeRunRecord(folder, { ...record, name: results.name, startedAt, status: 'done' });
  return folder;
}

function lines(count: number, record: (n: number) => unknown): string {
  return Array.from({ length: count }, (_, n) => `${JSON.stringify(record(n))}\n`).join('');
}

function named(n: number) {
  const identity = `person-${String(Math.floor(n / 5)).padStart(6, '0')}`;
  return { id: `${identity}/${n % 5}.png`, identity };
}

function queryLine(n: number) {
  const models = { [MODEL]: { original: { row: n, hits: { 1: n % 7 !== 3, 5: true } } } };
  return { ...named(n), threshold: 0.284, models };
}

/** Of queries from the first to the last, as a report shows them. */
function thumbnails(queries: number): Thumbnails {
  const ids = Array.from({ length: WITH_THUMBNAILS }, (_, n) => named(Math.floor((n * queries) / WITH_THUMBNAILS)).id);
  return { queries: ids, images: Object.fromEntries(ids.map((id) => [id, PIXEL])), faces: null, perturbed: [] };
}
const WITH_THUMBNAILS = 12;
const PIXEL =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII=';

async function writeNeighbours(folder: string, queries: number): Promise<void> {
  const ids = Int32Array.from({ length: queries * NEIGHBOURS }, (_, at) => (at + 1) % queries);
  const distances = Float32Array.from({ length: queries * NEIGHBOURS }, (_, at) => 0.1 + (at % 97) / 200);
  const file = join(folder, `neighbours-${MODEL}-original`);
  await writeFile(`${file}.ids.npy`, Buffer.concat(encodeNpy(ids, [queries, NEIGHBOURS])));
  await writeFile(`${file}.distances.npy`, Buffer.concat(encodeNpy(distances, [queries, NEIGHBOURS])));
}

/** What the threshold can be moved with: four other photographs of each query's person, and a result of each version. */
async function writeDistances(folder: string, queries: number): Promise<void> {
  const around = (rows: number, middle: number, seed: number) =>
    Float64Array.from(randomVectors(rows, 1, seed).data, (value) => middle * (1 + 0.6 * value));
  const versions = ['original', 'fawkes', 'lowkey'];
  const judged = [0.3, 0.2, 0.35, 0.45].map((middle, n) => around(queries, middle, n + 1));
  const distances = around(4 * queries, 0.25, 9);
  for (let query = 0; query < queries; query++) distances.subarray(4 * query, 4 * query + 4).sort();
  const ends = Int32Array.from({ length: queries }, (_, n) => 4 * (n + 1));
  const edges = Array.from({ length: 2049 }, (_, n) => n / 2048);
  const counts = edges.slice(1).map((_, n) => Math.round(1e6 * Math.exp(-(((n - 1400) / 250) ** 2))));
  const about = {
    ...({ model: MODEL, unit: 'squared-l2', queries, form: 'percentile', value: 95, minValid: 3 } as const),
    ...{ versions, together: versions.slice(1), steps: [] },
    strangers: { from: edges.slice(0, -1), to: edges.slice(1), counts },
  };
  await writeVerifierFiles(folder, about, { judged, genuine: { distances, ends } });
}
