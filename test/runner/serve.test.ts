import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { copyFile, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import type { ImageEntry, Plugin } from '../../server/src/plugins/declare.js';
import { findPlugin } from '../../server/src/plugins/registry.js';
import { writeRepository, xenovaRepository } from '../support/clip/exports.js';
import { tinyText, tinyVision } from '../support/clip/shapes.js';
import { learnVocabulary, tokenizerJson } from '../support/clip/tokenizer.js';
import { clientBytes, clientRequest, exchange } from '../support/clip-client.js';
import { type Finished, lookalike } from '../support/command-line.js';
import { pythonHas, runPython } from '../support/peer-python.js';
import { Served } from '../support/served.js';
import { newWorkspace } from '../support/workspace.js';

/** Sorted after the photograph that it is a copy of. */
const COPY = '_again';

interface Result {
  readonly id: number;
  readonly similarity: number;
  readonly image_path?: string;
  readonly caption?: string;
  readonly image?: string;
}

describe('lookalike serve', () => {
  let folder: string;
  let experiment: string;
  let served: Served;
  let images: readonly ImageEntry[];

  before(async () => {
    folder = await newWorkspace();
    images = await drawPortraits(join(folder, 'portraits'));
    const vocabulary = learnVocabulary();
    const clip = xenovaRepository(tinyVision(512), tinyText(512, vocabulary.ids.size), tokenizerJson(vocabulary));
    await writeRepository(join(folder, 'clip'), clip);
    experiment = join(folder, 'served.experiment.yaml');
    await writeFile(
      experiment,
      `dataset: {use: folder, root: portraits}
embed: {models: [face-recognition, {use: clip-vit-b-32, name: clip, path: clip}]}
index: {use: flat}
accuracy: {top: [1]}
`,
    );
    served = await Served.start(experiment);
  });
  after(async () => {
    await served.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** Four people of three portraits, and the first of these once more. */
  async function drawPortraits(root: string): Promise<readonly ImageEntry[]> {
    const synthetic = findPlugin('dataset', 'synthetic') as Plugin<'dataset'>;
    const dataset = await synthetic.load(synthetic.params.parse({ identities: 4, images: 3 }), { folder, threads: 1 });
    assert.ok(dataset.ok);
    const { signal } = new AbortController();
    const listing = await dataset.value.list({ folder: root, signal, progress: () => undefined });
    assert.ok(listing.ok);
    const [first] = listing.value.images;
    await copyFile(first.file, first.file.replace(/(?=\.\w+$)/, COPY));
    return listing.value.images;
  }

  async function search(query: Record<string, unknown>, more: Record<string, unknown> = {}): Promise<Result[]> {
    const { status, json } = await served.post('/knn-service', clientRequest(query, more));
    assert.equal(status, 200, JSON.stringify(json));
    return json;
  }

  async function base64Of(image: ImageEntry): Promise<string> {
    return (await readFile(image.file)).toString('base64');
  }

  it('lists an index for each model, under its name', async () => {
    const { status, headers, json } = await served.get('/indices-list');
    assert.deepEqual([status, json], [200, ['face-recognition', 'clip']]);
    assert.match(String(headers['content-type']), /^application\/json/);
  });

  it('finds each image first by itself, with similarity 1, and next mostly its person', async () => {
    let samePerson = 0;
    for (const image of images) {
      const results = await search({ image: await base64Of(image) }, { deduplicate: false });
      assert.equal(results[0].image_path, image.id);
      assert.ok(Math.abs(results[0].similarity - 1) < 1e-4, `${results[0].similarity}`);
      if (results[1].caption === image.identity) samePerson++;
    }
    assert.ok(samePerson > images.length / 2, `${samePerson} of ${images.length}`);
  });

  it('orders by cosine, and gives each image once, as a JPEG', async () => {
    const results = await search({ image: await base64Of(images[3]) }, { deduplicate: false });
    const similarities = results.map(({ similarity }) => similarity);
    assert.deepEqual(
      similarities,
      [...similarities].sort((a, b) => b - a),
    );
    const paths = results.map(({ image_path = '' }) => image_path);
    assert.deepEqual(
      new Set(paths),
      new Set([...images.map(({ id }) => id), images[0].id.replace(/(?=\.\w+$)/, COPY)]),
    );
    assert.equal(paths.length, images.length + 1);
    const { format, width } = await sharp(Buffer.from(results[0].image ?? '', 'base64')).metadata();
    const { width: original } = await sharp(images[3].file).metadata();
    assert.deepEqual([format, width], ['jpeg', original]);
  });

  it('merges what the model’s limit says is one image, after the search, keeping the best ranked', async () => {
    for (const [indice_name, limit] of [['face-recognition', 0.985] as const, ['clip', 0.94] as const]) {
      const all = { indice_name, num_images: 1, num_result_ids: 20 };
      const cosines = new Map<number, Map<number, number>>();
      for (const image of images) {
        const results = await search({ image: await base64Of(image) }, { ...all, deduplicate: false });
        cosines.set(results[0].id, new Map(results.map(({ id, similarity }) => [id, similarity])));
      }
      const cosine = (a: number, b: number) => cosines.get(a)?.get(b) ?? cosines.get(b)?.get(a) ?? 1;
      const image = await base64Of(images[4]);
      const ranked = (await search({ image }, { ...all, deduplicate: false })).map(({ id }) => id);
      const merged = (await search({ image }, all)).map(({ id }) => id);
      assert.deepEqual(
        merged,
        bestOfEach(ranked, (a, b) => cosine(a, b) > limit),
      );
      assert.ok(merged.length < ranked.length);
    }
  });

  it('gives metadata with the first num_images of num_result_ids results', async () => {
    const results = await search(
      { image: await base64Of(images[1]) },
      { num_images: 2, num_result_ids: 5, deduplicate: false },
    );
    assert.deepEqual(
      results.map((result) => Object.keys(result).sort()),
      [
        ...Array(2).fill(['caption', 'id', 'image', 'image_path', 'similarity']),
        ...Array(3).fill(['id', 'similarity']),
      ],
    );
    const { json } = await served.post('/metadata', {
      indice_name: 'face-recognition',
      ids: results.map(({ id }) => id),
    });
    assert.deepEqual(
      json.slice(0, 2),
      results
        .slice(0, 2)
        .map(({ id, image_path, caption, image }) => ({ id, metadata: { image_path, caption, image } })),
    );
  });

  it('searches by an embedding of any length, by words and by a data: address', async () => {
    const embedding_input = Array.from({ length: 128 }, (_, n) => Math.sin(n + 1));
    const once = await search({ embedding_input });
    const scaled = await search({ embedding_input: embedding_input.map((value) => 1000 * value) });
    assert.deepEqual(
      scaled.map(({ id }) => id),
      once.map(({ id }) => id),
    );
    assert.ok(once[0].similarity < 1);
    assert.equal((await search({ text: 'a person with glasses' }, { indice_name: 'clip' }))[0].caption?.length, 4);
    const image_url = `data:image/jpeg;base64,${await base64Of(images[5])}`;
    assert.equal((await search({ image_url }))[0].image_path, images[5].id);
  });

  it('reads JSON of any content type, at the address with two slashes that the paper used', async () => {
    const body = clientRequest({ image: await base64Of(images[6]) }, { aesthetic_score: '', aesthetic_weight: '' });
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/json']) {
      const { status, json } = await served.post('//knn-service', body, { 'content-type': type });
      assert.deepEqual([status, json[0].image_path], [200, images[6].id]);
    }
  });

  it('answers the very bytes that clip-retrieval’s Python client sends', async () => {
    const question = clientRequest({ image: await base64Of(images[7]) }, { num_images: 3 });
    const { head, body } = await exchange(served.address, clientBytes(served.address, '/knn-service', question));
    assert.match(head, /^HTTP\/1\.1 200 OK\r\n(.*\r\n)*content-type: application\/json/i);
    assert.deepEqual(JSON.parse(body), await search({ image: await base64Of(images[7]) }, { num_images: 3 }));
    assert.equal(JSON.parse(body)[0].image_path, images[7].id);
  });

  it('answers Python, where it is there', function () {
    if (!pythonHas('urllib')) this.skip();
    const script = fileURLToPath(new URL('../support/clip-client.py', import.meta.url));
    const answer = runPython(script, `${served.address.origin}/knn-service`, 'face-recognition', images[8].file);
    const results: [id: number, path: string][] = JSON.parse(answer.toString());
    assert.equal(results[0][1], images[8].id);
  });

  it('counts how long requests take, under clip-retrieval’s names, in Prometheus’ format', async () => {
    const asked = { image: await base64Of(images[0]) };
    const before = await served.counts();
    await search(asked);
    await search({ text: 'a person' }, { indice_name: 'clip', deduplicate: false });
    await served.post('/metadata', { indice_name: 'clip', ids: [0] });
    await served.post('/knn-service', clientRequest({ embedding_input: [1] }));
    const after = await served.counts();
    const more = Object.entries(after).map(([name, count]) => [name, count - before[name]]);
    assert.deepEqual(Object.fromEntries(more), {
      full_knn_request_time: 3,
      image_prepro_time: 1,
      image_clip_inference_time: 1,
      text_clip_inference_time: 1,
      knn_index_time: 2,
      dedup_time: 1,
      metadata_get_time: 3,
      download_time: 0,
      safety_time: 0,
      text_prepro_time: 0,
    });
  });

  it('changes nothing for the filters and the aesthetic score, as clip-retrieval without their models', async () => {
    const image = await base64Of(images[9]);
    const plain = { use_safety_model: false, use_violence_detector: false, aesthetic_score: '', aesthetic_weight: '' };
    const others = { use_safety_model: true, use_violence_detector: true, aesthetic_score: '9', aesthetic_weight: 1 };
    assert.deepEqual(await search({ image }, others), await search({ image }, plain));
  });

  it('answers what cannot be answered with a status, a code and a message', async () => {
    const knn = (body: unknown) => served.post('/knn-service', body);
    const noFace = await sharp({ create: { width: 64, height: 64, channels: 3, background: '#777' } })
      .png()
      .toBuffer();
    const wrong: [Promise<{ status: number; json: { code: string; message: string } }>, number, string][] = [
      [knn('{"text": '), 400, 'json-invalid'],
      [knn('[]'), 400, 'request-invalid'],
      [knn(clientRequest({ text: 'x' }, { num_images: 0 })), 400, 'request-invalid'],
      [knn(clientRequest({ text: 'x' }, { num_result_ids: 1e9 })), 400, 'request-invalid'],
      [knn(clientRequest({ text: 'x' }, { aesthetic_score: null })), 400, 'request-invalid'],
      [
        knn('{"modality":"image","num_images":1,"indice_name":"clip","embedding_input":[1e999]}'),
        400,
        'request-invalid',
      ],
      [knn(clientRequest({})), 400, 'query-missing'],
      [knn(clientRequest({ text: 'x' }, { indice_name: 'laion5B' })), 404, 'index-unknown'],
      [knn(clientRequest({ text: 'x' }, { indice_name: '__proto__' })), 404, 'index-unknown'],
      [knn(clientRequest({ text: 'x' })), 400, 'text-unsupported'],
      [knn(clientRequest({ text: 'x' }, { modality: 'text' })), 400, 'modality-unsupported'],
      [knn(clientRequest({ text: 'x' }, { use_mclip: true })), 400, 'mclip-unavailable'],
      [knn(clientRequest({ embedding_input: [1, 2] })), 400, 'dimension-mismatch'],
      [knn(clientRequest({ embedding_input: Array(128).fill(0) })), 400, 'embedding-unusable'],
      [knn(clientRequest({ image: noFace.toString('base64') })), 400, 'no-face'],
      [knn(clientRequest({ image: Buffer.from('<svg/>').toString('base64') })), 400, 'image-unreadable'],
      [knn(clientRequest({ image_url: 'http://127.0.0.1/face.png' })), 400, 'image-url-refused'],
      [knn(JSON.stringify(clientRequest({ text: 'x'.repeat(33 * 2 ** 20) }))), 413, 'body-too-large'],
      [served.post('/metadata', { indice_name: 'clip', ids: [999] }), 400, 'id-unknown'],
      [served.get('/knn-service'), 405, 'method-unknown'],
      [served.get('/../package.json'), 404, 'path-unknown'],
    ];
    for (const [answer, status, code] of wrong) {
      const { status: given, json } = await answer;
      assert.deepEqual([given, json.code], [status, code], json.message);
      assert.ok(json.message.length > 0);
    }
    assert.equal((await served.get('/indices-list')).status, 200);
  });

  it('is closed to pages of other sites, by their names and by their origins', async () => {
    const refused = async (headers: Record<string, string>) => (await served.get('/indices-list', headers)).json.code;
    assert.equal(await refused({ host: `rebound.example:${served.address.port}` }), 'host-refused');
    assert.equal(await refused({ host: '127.0.0.1.rebound.example' }), 'host-refused');
    assert.equal(await refused({ origin: 'https://rebound.example' }), 'origin-refused');
    assert.equal(await refused({ origin: 'null' }), 'origin-refused');
    const own = await served.get('/indices-list', { host: 'localhost:1', origin: 'http://localhost:3005' });
    assert.deepEqual([own.status, own.headers['access-control-allow-origin']], [200, 'http://localhost:3005']);
  });

  it('gives the same answers when started again, from the cache, and ends with 0 on Control-C', async () => {
    const again = await Served.start(experiment);
    const body = clientRequest({ image: await base64Of(images[2]) });
    const answers = [await served.post('/knn-service', body), await again.post('/knn-service', body)];
    const [here, there] = answers.map(({ json }) => createHash('sha256').update(JSON.stringify(json)).digest('hex'));
    assert.equal(here, there);
    assert.deepEqual([(await again.stop()).code], [0]);
  });

  it('answers what was asked before it is stopped, and takes no more', async () => {
    const stopping = await Served.start(experiment);
    let finished: Promise<Finished> | undefined;
    const body = clientRequest({ embedding_input: Array(128).fill(1) });
    const { status, json } = await stopping.postSlowly('/knn-service', body, () => {
      finished = stopping.stop();
      return refusal(stopping);
    });
    assert.equal(status, 200);
    assert.ok(json.length > 0);
    assert.equal((await finished)?.code, 0);
  });

  it('says so where the port is taken, where others could ask, and where nothing embeds', async () => {
    const { port } = served.address;
    const taken = await lookalike(['serve', experiment, '--port', port]);
    assert.deepEqual([taken.code, /error port-taken Port \d+/.test(taken.stderr)], [2, true]);
    const exposed = await lookalike(['serve', experiment, '--host', '0.0.0.0', '--port', '0']);
    assert.deepEqual([exposed.code, /permission-needed.*\n.*biometric data/.test(exposed.stderr)], [2, true]);
    const empty = join(folder, 'empty.experiment.yaml');
    await writeFile(empty, 'dataset: {use: folder, root: portraits}\n');
    assert.match((await lookalike(['serve', empty, '--port', '0'])).stderr, /serve-no-model/);
    assert.equal((await lookalike(['serve', experiment, '--port', '70000'])).code, 2);
  });
});

/** Resolves once nobody listens any more. */
async function refusal(server: Served): Promise<void> {
  let code: string | undefined;
  while (code !== 'ECONNREFUSED') {
    code = await server.get('/indices-list').then(
      () => undefined,
      (error) => error.code,
    );
  }
}

/** Of ranked ids the first of each connected component. */
function bestOfEach(ranked: readonly number[], linked: (a: number, b: number) => boolean): number[] {
  const left = new Set(ranked);
  const best: number[] = [];
  for (const id of ranked) {
    if (!left.has(id)) continue;
    best.push(id);
    const reached = [id];
    for (const from of reached) {
      left.delete(from);
      reached.push(...[...left].filter((to) => !reached.includes(to) && linked(from, to)));
    }
  }
  return best;
}
