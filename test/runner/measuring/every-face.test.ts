import assert from 'node:assert/strict';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { DEFAULT_LOCATOR } from '../../../server/src/compute/faces/locator.js';
import { FaceRecogniser } from '../../../server/src/compute/faces/recogniser.js';
import { SyntheticDataset } from '../../../server/src/compute/portraits/dataset.js';
import { filesOnDisk } from '../../../server/src/plugins/files.js';
import { faceRecognition } from '../../../server/src/plugins/models/face-recognition.js';
import { onnx } from '../../../server/src/plugins/models/onnx.js';
import type { Results } from '../../../server/src/protocol/results.js';
import { decodeNpy } from '../../../server/src/store/npy.js';
import type { QueryRecord } from '../../../server/src/store/run-folder/query-record.js';
import { lookalike, runToResults } from '../../support/command-line.js';
import { Served } from '../../support/served.js';
import { newWorkspace } from '../../support/workspace.js';

/** A threshold that some of the photographs of a person lie within, and some do not. */
const THRESHOLD = 0.3;
const PEOPLE = 4;

/** Two portraits side by side, the first the larger. */
async function group(larger: string, smaller: string): Promise<Buffer> {
  const [a, b] = [await sharp(larger).resize(300).toBuffer(), await sharp(smaller).resize(220).toBuffer()];
  return sharp({ create: { width: 560, height: 300, channels: 3, background: '#808890' } })
    .composite([
      { input: a, left: 0, top: 0 },
      { input: b, left: 330, top: 40 },
    ])
    .png()
    .toBuffer();
}

const cosine = (a: Float32Array, b: Float32Array) => {
  const dot = (x: Float32Array, y: Float32Array) => x.reduce((sum, value, n) => sum + value * y[n], 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
};
const squared = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, n) => sum + (value - b[n]) ** 2, 0);

describe('Every face of a photograph', () => {
  let folder: string;
  /** By id, the vectors of every face, the largest first. */
  const faces = new Map<string, Float32Array[]>();
  /** Portraits 0 and 1 of each of four people, and groups of portraits 2: of the first with the second, and so on. */
  const groups = [
    [0, 1],
    [2, 3],
    [1, 2],
  ];

  before(async function () {
    this.timeout(300_000);
    folder = await newWorkspace();
    const drawn = await new SyntheticDataset({ identities: PEOPLE, images: 3, seed: 5, size: 256 }).list({
      folder: join(folder, 'drawn'),
      signal: new AbortController().signal,
      progress: () => undefined,
    });
    assert.ok(drawn.ok);
    const portrait = (person: number, n: number) => drawn.value.images[3 * person + n].file;
    await mkdir(join(folder, 'set'));
    const rows: string[] = [];
    for (let person = 0; person < PEOPLE; person++) {
      for (const n of [0, 1]) {
        await writeFile(join(folder, `set/${person}-${n}.png`), await readFile(portrait(person, n)));
        rows.push(`set/${person}-${n}.png,${person}`);
      }
    }
    for (const [a, b] of groups) {
      await writeFile(join(folder, `set/group-${a}${b}.png`), await group(portrait(a, 2), portrait(b, 2)));
      rows.push(`set/group-${a}${b}.png,`);
    }
    await writeFile(join(folder, 'faces.csv'), `image,identity\n${rows.join('\n')}\n`);
    const options = { ...DEFAULT_LOCATOR, align: 'dlib', mirror: false, faces: 'all' } as const;
    const recogniser = await FaceRecogniser.load(options, join(folder, 'graphs'), 2);
    for (const id of rows.map((row) => row.split(',')[0])) {
      const prepared = await recogniser.prepare(await readFile(join(folder, id)));
      assert.ok(prepared.ok);
      const [found] = (await recogniser.embedFaces?.([prepared.value])) ?? [];
      const [largest] = await recogniser.embed([prepared.value]);
      const vectors = found.map(({ vector }) => vector);
      assert.deepEqual(vectors[0], largest, `${id}: the largest comes first`);
      faces.set(id, vectors);
    }
    await recogniser.close();
  });
  after(() => rm(folder, { recursive: true, force: true }));

  async function run(how: 'largest' | 'all', out: string): Promise<{ results: Results; queries: QueryRecord[] }> {
    const text = [
      'dataset: {use: csv, file: faces.csv}',
      `embed: {models: [{use: face-recognition, faces: ${how}}]}`,
      'accuracy: {top: [1, 8]}',
      `threshold: {distance: ${THRESHOLD}}`,
      'retrieve: {use: local, results: 8}',
      'robustness: {minValid: 1}',
    ].join('\n');
    await writeFile(join(folder, `${how}.experiment.yaml`), `${text}\n`);
    const results = await runToResults(join(folder, `${how}.experiment.yaml`), ['--out', join(folder, out)]);
    const lines = (await readFile(join(folder, out, 'queries.jsonl'), 'utf8')).trim().split('\n');
    return { results, queries: lines.map((line) => JSON.parse(line)) };
  }

  /** Other photographs by the least distance from the query's largest face to any of their faces, or to their largest. */
  function ranked(query: string, how: 'largest' | 'all'): { id: string; distance: number }[] {
    const [own] = faces.get(query) ?? [];
    return [...faces]
      .filter(([id]) => id !== query)
      .map(([id, all]) => ({
        id,
        distance: Math.min(...(how === 'all' ? all : all.slice(0, 1)).map((face) => squared(own, face))),
      }))
      .sort((a, b) => a.distance - b.distance);
  }

  it('is seen: each group has both of its people', () => {
    for (const [id, found] of faces) assert.equal(found.length, id.includes('group') ? 2 : 1, id);
  });

  for (const how of ['all', 'largest'] as const) {
    it(`finds a photograph by ${how === 'all' ? 'any of its faces' : 'its largest face alone'}, and judges it by that`, async function () {
      this.timeout(300_000);
      const { results, queries } = await run(how, `run-${how}`);
      const rows = how === 'all' ? [...faces.values()].flat().length : faces.size;
      assert.equal(results.index?.[0].vectors, rows);
      const listed = (await readFile(join(folder, `run-${how}/images.jsonl`), 'utf8')).trim().split('\n');
      const ids = listed.map((line) => JSON.parse(line).id as string);
      const read = async (part: string) =>
        decodeNpy(await readFile(join(folder, `run-${how}/neighbours-face-recognition-original.${part}.npy`)));
      const [found, distances] = [await read('ids'), await read('distances')];
      assert.ok(found && distances);
      for (const { id, models } of queries) {
        const { row, valid } = models['face-recognition'].original;
        const expected = ranked(id, how);
        const k: number = found.shape[1];
        for (let n = 0; n < 8; n++) {
          const at: number = (row ?? 0) * k + n;
          assert.equal(ids[found.data[at]], expected[n].id, `${id}: result ${n}`);
          assert.ok(Math.abs(distances.data[at] - expected[n].distance) < 1e-4);
        }
        const near = expected.slice(0, 8).filter(({ distance }) => distance <= THRESHOLD);
        assert.equal(valid, near.length, `${id}: valid results`);
      }
    });
  }

  it('finds the smaller person of a group where the largest face alone does not', () => {
    const better = groups.filter(([, smaller], n) => {
      const id = `set/group-${groups[n].join('')}.png`;
      const place = (how: 'largest' | 'all') => ranked(`set/${smaller}-0.png`, how).findIndex((one) => one.id === id);
      return place('all') < place('largest');
    });
    assert.ok(better.length > 0);
  });

  for (const how of ['all', 'largest'] as const) {
    it(`is what ${how === 'all' ? 'a photograph' : 'no photograph but by its largest'} is found by where the experiment is served`, async () => {
      const file = join(folder, `served-${how}.experiment.yaml`);
      await writeFile(
        file,
        `dataset: {use: csv, file: faces.csv}\nembed: {models: [{use: face-recognition, faces: ${how}}]}\n`,
      );
      const served = await Served.start(file);
      for (const [query, [own]] of faces) {
        const cosines = [...faces].map(([id, all]) => {
          const seen = how === 'all' ? all : all.slice(0, 1);
          return { id, similarity: Math.max(...seen.map((face) => cosine(own, face))) };
        });
        const expected = cosines.sort((a, b) => b.similarity - a.similarity);
        for (const count of [3, faces.size]) {
          const { status, json } = await served.post('/knn-service', {
            embedding_input: [...own],
            modality: 'image',
            indice_name: 'face-recognition',
            num_images: count,
            deduplicate: false,
          });
          assert.equal(status, 200, JSON.stringify(json));
          const found = json.map(({ image_path }: { image_path: string }) => image_path);
          assert.deepEqual(
            found,
            expected.slice(0, count).map(({ id }) => id),
            query,
          );
          for (const [n, { similarity }] of json.entries()) {
            assert.ok(Math.abs(similarity - expected[n].similarity) < 1e-4, `${query}: ${expected[n].id}`);
          }
        }
      }
      const { stderr } = await served.stop();
      assert.doesNotMatch(stderr, /largest-faces-alone/);
    });
  }

  it('is not exported: there the largest of each photograph stands, and it is said how many do not', async () => {
    const file = join(folder, 'exported.experiment.yaml');
    const text = 'dataset: {use: csv, file: faces.csv}\nembed: {models: [{use: face-recognition, faces: all}]}\n';
    await writeFile(file, text);
    const { code, stderr } = await lookalike(['export', file, '--to', join(folder, 'exported'), '--format', 'npy']);
    assert.equal(code, 0, stderr);
    const others = [...faces.values()].flat().length - faces.size;
    assert.match(stderr, new RegExp(`warning largest-faces-alone .*: ${others} other faces are not in it`));
  });

  it('is asked of no model that looks for no face', async () => {
    const [cropped] = await faceRecognition.inspect!(
      faceRecognition.params.parse({ faces: 'all', align: 'cropped' }),
      filesOnDisk,
    );
    assert.deepEqual([cropped.code, cropped.specPath], ['files-unfit', ['faces']]);
    assert.equal(onnx.params.safeParse({ file: 'x.onnx', faces: 'some' }).success, false);
    await writeFile(
      join(folder, 'cropped.experiment.yaml'),
      'dataset: {use: csv, file: faces.csv}\nembed: {models: [{use: face-recognition, faces: all, align: cropped}]}\naccuracy: {top: [1]}\n',
    );
    const { code, stdout } = await lookalike(['check', join(folder, 'cropped.experiment.yaml')]);
    assert.deepEqual([code, /error files-unfit `faces: all` finds no faces/.test(stdout)], [2, true], stdout);
  });
});
