import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pMap from 'p-map';
import { Random } from '../../../server/src/compute/random.js';
import { drawPortraits } from '../../support/attacks.js';
import { writeRepository, xenovaRepository } from '../../support/clip/exports.js';
import { tinyText, tinyVision } from '../../support/clip/shapes.js';
import { learnVocabulary, tokenizerJson } from '../../support/clip/tokenizer.js';
import { clientRequest } from '../../support/clip-client.js';
import { FULL } from '../../support/full.js';
import { avifOfSize, HOSTILE_KINDS, hostileRequest, LARGEST, oddImages } from '../../support/hostile-requests.js';
import { type Answer, Served } from '../../support/served.js';
import { newWorkspace } from '../../support/workspace.js';

const COUNT = FULL ? 2000 : 68;
/** Of images: refused by their pixels, decoded row by row just within the limit, and decoded whole just within it. */
const LARGEST_SIDES = FULL ? [8000, 7000, 5100] : [1500];
const AT_ONCE = 8;
const MOST_MEMORY = 1e9;
const MOST_SECONDS = 30;

describe('lookalike serve, asked with ill will', () => {
  let folder: string;
  let served: Served;
  let photograph: string;
  let expected: unknown;

  before(async () => {
    folder = await newWorkspace();
    const [file] = await drawPortraits(join(folder, 'portraits'), 6, 160);
    photograph = (await readFile(file)).toString('base64');
    const vocabulary = learnVocabulary();
    const clip = xenovaRepository(tinyVision(512), tinyText(512, vocabulary.ids.size), tokenizerJson(vocabulary));
    await writeRepository(join(folder, 'clip'), clip);
    const experiment = join(folder, 'served.experiment.yaml');
    const models = '[face-recognition, {use: clip-vit-b-32, name: clip, path: clip}]';
    await writeFile(experiment, `dataset: {use: folder, root: portraits}\nembed: {models: ${models}}\nindex: flat\n`);
    served = await Served.start(experiment);
    expected = await honestAnswer();
  });
  after(async () => {
    const { stderr } = await served.stop();
    await rm(folder, { recursive: true, force: true });
    assert.doesNotMatch(stderr, /unused-section/, 'It uses its index');
  });

  const knn = (query: Record<string, unknown>, more = {}) => served.post('/knn-service', clientRequest(query, more));

  async function honestAnswer(): Promise<unknown> {
    const { status, json } = await knn({ image: photograph });
    assert.equal(status, 200, JSON.stringify(json));
    return json;
  }

  async function assertSmall(): Promise<void> {
    const peak = await served.peakMemory();
    assert.ok(peak === undefined || peak < MOST_MEMORY, `It has had ${peak} bytes`);
  }

  it('looks at lengths before it looks at what is in them', async () => {
    const strings = Buffer.from(`{"embedding_input":[${'"",'.repeat(LARGEST / 3)}""]}`);
    const ids = { indice_name: 'clip', ids: Array(50_000).fill('') };
    const refused: [() => Promise<Answer>, number, string, RegExp][] = [
      [() => served.post('/knn-service', strings), 413, 'body-too-large', /^The body has 10136237 values/],
      [
        () => served.post('/metadata', ids),
        400,
        'request-invalid',
        /^✖ Too big: expected array to have <=3000 items\n[^\n]*$/,
      ],
      [() => knn({ embedding_input: Array(60_000).fill('') }), 400, 'request-invalid', /… and 59995 more$/],
      [() => knn({ text: 'a '.repeat(LARGEST / 2) }), 400, 'request-invalid', /to have <=10000 characters/],
      [
        () => knn({ text: 'a' }, { indice_name: 'x'.repeat(LARGEST) }),
        400,
        'request-invalid',
        /to have <=1000 characters/,
      ],
      [() => knn({ text: 'a' }, { aesthetic_score: '1'.repeat(LARGEST) }), 400, 'request-invalid', /aesthetic_score/],
      [() => knn({ image_url: `data:${'a'.repeat(LARGEST)}` }), 400, 'image-url-refused', /./],
    ];
    for (const [ask, status, code, words] of refused) {
      const { status: given, json } = await ask();
      assert.deepEqual([given, json.code], [status, code], json.message?.slice(0, 300));
      assert.match(json.message, words);
      assert.ok(json.message.length < 2000);
    }
    await assertSmall();
  });

  it('decodes no image that takes much memory', async () => {
    for (const [width, height] of [
      [12_000, 12_000],
      [5000, 5000],
    ]) {
      const image = (await avifOfSize(width, height)).toString('base64');
      for (const query of [{ image }, { image_url: `data:image/avif;base64,${image}` }]) {
        const { status, json } = await knn(query);
        assert.deepEqual([status, json.code], [400, 'query-too-large']);
      }
    }
    await assertSmall();
  });

  it('sends away who asks for more than it can hold, and keeps nothing of who hangs up', async () => {
    const large = JSON.stringify(clientRequest({ image: 'A'.repeat(LARGEST) }));
    const answers = await Promise.all(Array.from({ length: 12 }, () => served.post('/knn-service', large)));
    const codes = answers.map(({ status, json }) => `${status} ${json.code}`);
    assert.deepEqual([...new Set(codes)].sort(), ['400 image-unreadable', '503 server-busy']);
    for (let n = 0; n < 12; n++) await served.postAndLeave('/knn-service', Buffer.from(large.slice(1e6)), LARGEST + 1);
    assert.deepEqual(await honestAnswer(), expected);
    await assertSmall();
  });

  it(`answers ${COUNT} hostile requests, ${AT_ONCE} at once, each soon and in little memory`, async function () {
    this.timeout(3600e3);
    const images = (await Promise.all(LARGEST_SIDES.map(oddImages))).flat();
    const answers = new Map<string, number>();
    let slowest = { seconds: 0, kind: '' };
    await pMap(
      Array(COUNT).keys(),
      async (n) => {
        const request = hostileRequest(HOSTILE_KINDS[n % HOSTILE_KINDS.length], new Random(13, n), images, LARGEST);
        const begun = performance.now();
        const { status, json } = await served.post(request.path, request.body);
        const seconds = (performance.now() - begun) / 1000;
        if (seconds > slowest.seconds) slowest = { seconds, kind: request.kind };
        const is = `${status} ${json?.code ?? ''}`.trim();
        answers.set(is, (answers.get(is) ?? 0) + 1);
        assert.ok(status === 200 || (status < 500 && json.code) || status === 503, `${n}, ${request.kind}: ${is}`);
      },
      { concurrency: AT_ONCE },
    );
    const peak = await served.peakMemory();
    const counted = [...answers].map(([is, count]) => `${count} × ${is}`).join(', ');
    if (FULL)
      console.log(
        `      ${counted}; slowest ${slowest.seconds.toFixed(1)} s (${slowest.kind}); peak ${((peak ?? 0) / 1e6).toFixed(0)} MB`,
      );
    assert.ok(slowest.seconds < MOST_SECONDS, `${slowest.kind} took ${slowest.seconds} s`);
    await assertSmall();
    assert.deepEqual(await honestAnswer(), expected);
  });
});
